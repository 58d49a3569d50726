import Adapters
import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch

/// A small random model with virtual tokens that PEFT made, stored and ran.
struct VirtualTokenCase: Encodable, Sendable, CustomTestStringConvertible {
  var name: String
  /// "gpt2", "llama", "bert" or "t5".
  var model: String
  /// "prefix", "prompt" or "p_tuning".
  var method: String
  var seed: Int
  var tokens = 4
  /// Tokens of each text.
  var lengths = [5, 9]
  /// Tokens of each text that is written.
  var targets: [Int] = []
  var settings: [String: JSONValue] = [:]
  /// The same method here.
  var tuning: TuningMethod { Self.methods[name] ?? .full }

  var testDescription: String { name }

  private enum CodingKeys: CodingKey {
    case name, model, method, seed, tokens, lengths, targets, settings
  }

  static let all = [
    VirtualTokenCase(name: "gpt2-prefix", model: "gpt2", method: "prefix", seed: 1),
    VirtualTokenCase(
      name: "gpt2-network", model: "gpt2", method: "prefix", seed: 2,
      settings: ["prefix_projection": .bool(true), "encoder_hidden_size": .integer(10)]),
    VirtualTokenCase(name: "llama-prefix", model: "llama", method: "prefix", seed: 3),
    VirtualTokenCase(name: "t5-prefix", model: "t5", method: "prefix", seed: 4, targets: [3, 7]),
    VirtualTokenCase(name: "bert-prompt", model: "bert", method: "prompt", seed: 5),
    VirtualTokenCase(name: "gpt2-prompt", model: "gpt2", method: "prompt", seed: 6),
    VirtualTokenCase(name: "t5-prompt", model: "t5", method: "prompt", seed: 7, targets: [3, 7]),
    VirtualTokenCase(
      name: "llama-memory", model: "llama", method: "p_tuning", seed: 8,
      settings: [
        "encoder_reparameterization_type": .string("LSTM"), "encoder_hidden_size": .integer(10),
      ]),
    VirtualTokenCase(
      name: "bert-dense", model: "bert", method: "p_tuning", seed: 9,
      settings: ["encoder_hidden_size": .integer(10)]),
  ]

  private static let methods: [String: TuningMethod] = [
    "gpt2-prefix": .prefix(PrefixSettings(virtualTokens: 4)),
    "gpt2-network": .prefix(
      PrefixSettings(virtualTokens: 4, isReparameterized: true, encoderHiddenSize: 10)),
    "llama-prefix": .prefix(PrefixSettings(virtualTokens: 4)),
    "t5-prefix": .prefix(PrefixSettings(virtualTokens: 4)),
    "bert-prompt": .prompt(PromptSettings(virtualTokens: 4)),
    "gpt2-prompt": .prompt(PromptSettings(virtualTokens: 4)),
    "t5-prompt": .prompt(PromptSettings(virtualTokens: 4)),
    "llama-memory": .pTuning(
      PTuningSettings(virtualTokens: 4, encoder: .recurrent, encoderHiddenSize: 10)),
    "bert-dense": .pTuning(PTuningSettings(virtualTokens: 4, encoderHiddenSize: 10)),
  ]

  /// The folder with every case, made once.
  static let references = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("adapters_virtual_tokens").run(
      ["make", folder.url.path], input: JSONEncoder().encode(all))
    return folder
  }

  func folder() throws -> URL { try Self.references.get().url.appending(path: name) }

  func reference() throws -> SafetensorsFile {
    try SafetensorsFile(folder().appending(path: "reference.safetensors"))
  }

  /// What is told of the model besides: a head is stored with the adapter.
  var options: Tuning.Options {
    var options = Tuning.Options()
    options.taskType = ["bert": "SEQ_CLS", "t5": "SEQ_2_SEQ_LM"][model, default: "CAUSAL_LM"]
    options.heads = model == "bert" ? ["classifier"] : []
    return options
  }

  /// The base as loaded here.
  struct Loaded {
    let store: ParameterStore
    let family: ModelFamily
    let configuration: ConfigurationFile
    /// The texts' outputs, one row a token or a text.
    let outputs: () throws -> Tensor
  }

  func load() throws -> Loaded {
    let reference = try reference()
    let base = try folder().appending(path: "base")
    func batch(_ kind: String, _ count: Int) throws -> RaggedBatch {
      try RaggedBatch(
        (0..<count).map {
          try reference.tensor("\(kind).\($0)").values(as: Int64.self).map(Int32.init)
        })
    }
    let texts = try batch("text", lengths.count)
    switch model {
    case "bert":
      let loaded = try PretrainedModel(folder: base, .sequenceClassification)
      return made(loaded) { try $0(texts) }
    case "t5":
      let targets = try batch("target", targets.count)
      let loaded = try PretrainedModel(folder: base, .conditionalLanguageModel)
      return made(loaded) { try $0.logits(targets, of: $0.encode(texts)) }
    default:
      return made(try PretrainedModel(folder: base, .causalLanguageModel)) { try $0.logits(texts) }
    }
  }

  private func made<Model>(
    _ loaded: PretrainedModel<Model>, _ outputs: @escaping (Model) throws -> Tensor
  ) -> Loaded {
    Loaded(
      store: loaded.store, family: loaded.family, configuration: loaded.configuration,
      outputs: { try outputs(loaded.model) })
  }
}
