import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch

/// Options and inputs that encoders of the BERT kind refuse, and what Transformers' defaults are.
@Suite(.serialized) struct EncoderConfigurationTests {
  /// A `config.json` of these keys alone.
  private func folder(_ values: [String: JSONValue]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let text = String(decoding: ConfigurationFile(values: values).encoded(), as: UTF8.self)
    _ = try folder.file("config.json", containing: text)
    return folder
  }

  @Test(arguments: [
    (
      "roberta", "pad_token_id", JSONValue.null,
      "pad_token_id is null; positions are counted from it."
    ),
    (
      "xlm-roberta", "max_position_embeddings", .integer(2),
      "max_position_embeddings is 2; positions begin at pad_token_id + 1, which is 2, so that there "
        + "is none for a token."
    ),
    (
      "roberta", "is_decoder", .bool(true),
      "is_decoder is true; a RoBERTa is supported as an encoder only."
    ),
    (
      "camembert", "position_embedding_type", .string("relative_key_query"),
      "position_embedding_type \"relative_key_query\" is not supported, only \"absolute\"."
    ),
    (
      "bert", "pruned_heads", .object(["1": .array([.integer(0)])]),
      "pruned_heads names heads; pruned models are not supported."
    ),
    ("distilbert", "n_heads", .integer(5), "dim 768 is not a multiple of n_heads 5."),
    (
      "distilbert", "hidden_size", .string("wide"),
      "hidden_size must be a whole number, and is the text \"wide\"."
    ),
    (
      "distilbert", "seq_classif_dropout", .number(1),
      "seq_classif_dropout must be a number from 0.0 to 0.999, and is the number 1.0."
    ),
    (
      "distilbert", "sinusoidal_pos_embds", .integer(1),
      "sinusoidal_pos_embds must be true or false, and is the number 1."
    ),
    (
      "albert", "num_hidden_groups", .integer(0),
      "num_hidden_groups must be a whole number of at least 1, and is the number 0."
    ),
    (
      "albert", "inner_group_num", .integer(0),
      "inner_group_num must be a whole number of at least 1, and is the number 0."
    ),
    (
      "electra", "summary_type", .string("attn"),
      "summary_type is \"attn\"; known are first, last, mean, cls_index."
    ),
    (
      "electra", "embedding_size", .integer(0),
      "embedding_size must be a whole number of at least 1, and is the number 0."
    ),
    (
      "electra", "num_attention_heads", .integer(3),
      "hidden_size 256 is not a multiple of num_attention_heads 3."
    ),
  ])
  func refusesAnOptionByName(
    family: String, key: String, value: JSONValue, expected: String
  ) throws {
    let folder = try folder(["model_type": .string(family), key: value])
    let path = folder.url.appending(path: "config.json").path
    #expect(sentence { try ModelDescription(folder: folder.url) } == "\(path): \(expected)")
  }

  @Test func refusesTwoNamesOfOneOptionThatDiffer() throws {
    let folder = try folder([
      "model_type": .string("distilbert"), "dim": .integer(24), "hidden_size": .integer(36),
    ])
    let told = try #require(sentence { try ModelDescription(folder: folder.url) })
    #expect(told.hasSuffix("dim is 24 and hidden_size, its other name, is 36."))
  }

  @Test("Every activation of Transformers is computed or refused by name")
  func knowsEveryActivation() throws {
    let names: [String] = try PythonOracle("models_encoders").run(
      [String](), arguments: ["names"])
    #expect(names.count > 20)
    for (family, key) in [("albert", "hidden_act"), ("distilbert", "activation")] {
      for name in names {
        let folder = try folder(["model_type": .string(family), key: .string(name)])
        let told = sentence { try ModelDescription(folder: folder.url) }
        if Activation(rawValue: name) == nil {
          #expect(told?.contains("\(key) is \"\(name)\"; supported are gelu, ") == true)
        } else {
          #expect(told == nil)
        }
      }
    }
  }

  @Test(
    "Without keys the longest text is that of Transformers' defaults",
    arguments: [
      ("roberta", 510), ("xlm-roberta", 510), ("camembert", 510), ("distilbert", 512),
      ("albert", 512), ("electra", 512), ("bert", 512),
    ])
  func takesTransformersDefaults(family: String, longest: Int) throws {
    let folder = try folder(["model_type": .string(family)])
    #expect(try ModelDescription(folder: folder.url).maximumLength == longest)
  }

  @Test(arguments: EncoderCase.bare)
  func refusesWeightsOfAnotherShape(example: EncoderCase) throws {
    let folder = try TemporaryFolder()
    let model = try example.model()
    for file in try FileManager.default.contentsOfDirectory(atPath: model.path) {
      try FileManager.default.copyItem(
        at: model.appending(path: file), to: folder.url.appending(path: file))
    }
    var file = try ConfigurationFile(folder: model)
    file.values["vocab_size"] = .integer(19)
    _ = try folder.file("config.json", containing: String(decoding: file.encoded(), as: UTF8.self))
    let told = try #require(sentence { try PretrainedEncoder(folder: folder.url) })
    #expect(told.contains("Of another shape: "))
    #expect(told.contains(".embeddings.word_embeddings.weight is "))
    #expect(told.contains("must be [19, "))
  }

  @Test(arguments: EncoderCase.bare)
  func refusesTextsThatTheTablesCannotServe(example: EncoderCase) throws {
    let encoder = try PretrainedEncoder(folder: example.model()).encoder
    let longest = try #require(encoder.maximumLength)
    #expect(longest == example.lengths[1])
    #expect(
      sentence { try encoder(RaggedBatch([[Int32](repeating: 3, count: longest + 1)])) }
        == "A sequence of \(longest + 1) tokens does not fit the model's \(longest) positions. "
        + "Set max-length to at most \(longest).")
    #expect(sentence { try encoder(RaggedBatch([[Int32](repeating: 3, count: longest)])) } == nil)
    for path in EncoderParityTests.paths {
      let attempt = {
        for token in [Int32(encoder.vocabularySize), -1] {
          let told = sentence { try encoder(RaggedBatch([[1, 2], [token]])) }
          #expect(told?.contains("index \(token) at place 2 of the tokens") == true)
        }
      }
      if let path { try path.run(attempt) } else { attempt() }
    }
  }
}
