import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Models in GGUF files beside Transformers, which reads the same files.
@Suite(.serialized) struct GGUFModelTests {
  struct Case: Encodable, Sendable, CustomTestStringConvertible {
    let name: String
    let seed: Int
    /// How matrices are stored.
    let type: String
    let configuration: [String: JSONValue]

    var testDescription: String { "\(name), \(type)" }

    init(_ name: String, seed: Int, _ type: String, _ changes: [String: JSONValue]) {
      self.name = name
      self.seed = seed
      self.type = type
      // Sizes are multiples of a block; where Transformers takes none from the file, its defaults.
      var values: [String: JSONValue] =
        name == "gpt2"
        ? ["n_embd": .integer(64), "n_layer": .integer(2), "n_head": .integer(4)]
        : [
          "hidden_size": .integer(64), "num_hidden_layers": .integer(2),
          "num_attention_heads": .integer(4), "num_key_value_heads": .integer(2),
          "intermediate_size": .integer(96), "max_position_embeddings": .integer(128),
        ]
      values["model_type"] = .string(name)
      values["vocab_size"] = .integer(64)
      configuration = values.merging(changes) { $1 }
    }
  }

  static let cases = [
    Case(
      "llama", seed: 1, "Q8_0",
      [
        "rope_parameters": .object([
          "rope_type": .string("default"), "rope_theta": .number(5000.5),
        ]), "rms_norm_eps": .number(1e-5),
      ]),
    Case("gpt2", seed: 2, "Q4_0", [:]),
    Case("qwen2", seed: 3, "F16", ["tie_word_embeddings": .bool(true)]),
    Case("qwen3", seed: 4, "Q5_1", ["head_dim": .integer(128)]),
  ]

  static let references = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("models_gguf").run(
      [folder.url.path], input: JSONEncoder().encode(cases))
    return folder
  }

  @Test("Logits are those of Transformers", arguments: cases)
  func followsTransformers(example: Case) throws {
    let folder = try Self.references.get().url
    let reference = try SafetensorsFile(folder.appending(path: "\(example.name).safetensors"))
    let place = folder.appending(path: example.name)
    for path in [place, place.appending(path: "model.gguf")] {
      let model = try PretrainedModel(folder: path, .causalLanguageModel)
      #expect(model.store.report.notes().isEmpty)
      #expect(model.family.modelType == example.name)
      let logits = try withoutGradients { try model.model.logits(reference.batch()) }
      try expectClose(logits, to: reference.tensor("logits"), within: 1e-5)
    }
  }

  @Test("What was read from a GGUF file is saved in Hugging Face's layout")
  func savesAFolder() throws {
    let place = try Self.references.get().url.appending(path: "llama")
    let folder = try TemporaryFolder()
    let model = try PretrainedModel(folder: place, .causalLanguageModel)
    try model.save(to: folder.url)
    let again = try PretrainedModel(folder: folder.url, .causalLanguageModel)
    #expect(again.store.report.notes().isEmpty)
    #expect(again.configuration.values == model.configuration.values)
    for parameter in model.store.parameters {
      let other = try #require(again.store[parameter.name])
      #expect(try StoredTensor(other.master) == StoredTensor(parameter.master))
    }
  }

  @Test func describesAFileWithoutItsWeights() throws {
    let file = try Self.references.get().url.appending(path: "qwen3/model.gguf")
    let description = try ModelDescription(folder: file)
    #expect(description.family.modelType == "qwen3")
    #expect(description.maximumLength == 128)
    #expect(description.configuration.values["tie_word_embeddings"] == .bool(false))
    #expect(description.configuration.values["bos_token_id"] == .integer(1))
  }
}
