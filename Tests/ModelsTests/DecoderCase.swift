import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch

/// A decoder that Transformers makes, stores in one of the forms that are about, and runs.
struct DecoderCase: Encodable, Sendable, CustomTestStringConvertible {
  var name: String
  var seed: Int
  /// Tokens of each sequence.
  var lengths = [5, 1, 17, 9]
  var configuration: [String: JSONValue]
  /// The heads that Transformers has.
  var heads = DecoderHead.allCases
  /// "v4" or "v5": how Transformers of that version spells `config.json`.
  var spelling = "v5"
  /// Whether what old versions computed once and stored is among the weights.
  var buffers = false
  /// Whether the names lack the prefix of the bare model.
  var unprefixed = false
  /// Whether a tied output layer is stored a second time.
  var tiedTwice = false
  /// Whether the weights are in `pytorch_model.bin`.
  var pickled = false

  var testDescription: String { name }

  init(
    _ name: String, seed: Int, _ type: String, _ changes: [String: JSONValue],
    form: (inout DecoderCase) -> Void = { _ in }
  ) {
    self.name = name
    self.seed = seed
    let sizes: [String: JSONValue] =
      type == "gpt2"
      ? [
        "n_embd": .integer(24), "n_layer": .integer(2), "n_head": .integer(3),
        "n_positions": .integer(32),
      ]
      : [
        "hidden_size": .integer(24), "num_hidden_layers": .integer(2),
        "num_attention_heads": .integer(4), "num_key_value_heads": .integer(2),
        "intermediate_size": .integer(40), "max_position_embeddings": .integer(64),
      ]
    configuration = sizes.merging(changes) { $1 }
    configuration["model_type"] = .string(type)
    configuration["vocab_size"] = .integer(61)
    form(&self)
  }

  /// The folder with every case's models and their references, made once.
  static let references = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("models_decoders").run(
      ["make", folder.url.path], input: JSONEncoder().encode(all))
    return folder
  }

  /// The folder of a model.
  func model(_ head: DecoderHead) throws -> URL {
    try Self.references.get().url.appending(path: "\(name)-\(head.rawValue)")
  }

  /// Inputs, outputs and gradients as Transformers has them.
  func reference(_ head: DecoderHead) throws -> SafetensorsFile {
    try SafetensorsFile(
      Self.references.get().url.appending(path: "\(name)-\(head.rawValue).safetensors"))
  }

  /// The first case of a name.
  static func named(_ name: String) throws -> DecoderCase {
    try #require(all.first { $0.name == name })
  }
}

/// A head, by the name that the oracle has for it.
enum DecoderHead: String, Encodable, Sendable, CaseIterable {
  case base, causal, sequence, token, question

  /// A loaded model: its parameters, and its results as one tensor.
  struct Loaded {
    let store: ParameterStore
    let report: LoadReport
    let outputs: (RaggedBatch) throws -> Tensor
    let save: (URL) throws -> Void
  }

  /// Loads a model folder with this head.
  func load(_ folder: URL) throws -> Loaded {
    switch self {
    case .base:
      let model = try PretrainedEncoder(folder: folder)
      return Loaded(
        store: model.store, report: model.store.report, outputs: { try model.encoder($0) },
        save: model.save)
    case .causal:
      return loaded(try PretrainedModel(folder: folder, .causalLanguageModel)) { try $0.logits($1) }
    case .sequence:
      return loaded(try PretrainedModel(folder: folder, .sequenceClassification)) { try $0($1) }
    case .token:
      return loaded(try PretrainedModel(folder: folder, .tokenClassification)) {
        try $0.logits($1, only: nil)
      }
    case .question:
      return loaded(try PretrainedModel(folder: folder, .questionAnswering)) {
        let scores = try $0($1)
        return try Tensor.stacked([scores.start, scores.end], along: 1)
      }
    }
  }

  private func loaded<Model>(
    _ model: PretrainedModel<Model>, outputs: @escaping (Model, RaggedBatch) throws -> Tensor
  ) -> Loaded {
    Loaded(
      store: model.store, report: model.store.report, outputs: { try outputs(model.model, $0) },
      save: model.save)
  }
}

extension DecoderCase {
  /// Every option of every family at least once.
  static let all = gpt2 + llama + descendants

  private static let gpt2 = [
    DecoderCase("gpt2", seed: 1, "gpt2", [:]) { $0.tiedTwice = true },
    DecoderCase(
      "gpt2-options", seed: 2, "gpt2",
      [
        "scale_attn_weights": .bool(false), "scale_attn_by_inverse_layer_idx": .bool(true),
        "reorder_and_upcast_attn": .bool(true), "activation_function": .string("relu"),
        "n_inner": .integer(31), "tie_word_embeddings": .bool(false),
        "layer_norm_epsilon": .number(1e-3),
      ]
    ) { $0.spelling = "v4" },
    DecoderCase(
      "gpt2-old", seed: 3, "gpt2",
      [
        "scale_attn_by_inverse_layer_idx": .bool(true), "activation_function": .string("gelu"),
        "n_layer": .integer(3),
      ]
    ) {
      $0.buffers = true
      $0.unprefixed = true
      $0.pickled = true
      $0.spelling = "v4"
    },
  ]

  // Fractions throughout: Transformers refuses a whole number where it wants a fraction.
  private static func rope(_ type: String, _ settings: [String: JSONValue]) -> JSONValue {
    .object(settings.merging(["rope_type": .string(type), "rope_theta": .number(1000.5)]) { $1 })
  }

  private static let llama = [
    DecoderCase("llama", seed: 11, "llama", [:]),
    DecoderCase(
      "llama-biases", seed: 12, "llama",
      [
        "attention_bias": .bool(true), "mlp_bias": .bool(true), "head_dim": .integer(10),
        "tie_word_embeddings": .bool(true), "hidden_act": .string("gelu_pytorch_tanh"),
        "rms_norm_eps": .number(1e-3), "num_key_value_heads": .integer(4),
        "rope_parameters": rope("linear", ["factor": .number(2.5)]),
      ]
    ) {
      $0.spelling = "v4"
      $0.buffers = true
      $0.tiedTwice = true
    },
    DecoderCase(
      "llama3", seed: 13, "llama",
      [
        "rope_parameters": rope(
          "llama3",
          [
            "factor": .number(8.5), "low_freq_factor": .number(1.5),
            "high_freq_factor": .number(4.5),
            "original_max_position_embeddings": .integer(16),
          ])
      ]
    ) { $0.pickled = true },
    DecoderCase(
      "llama-yarn", seed: 14, "llama",
      [
        "rope_parameters": rope(
          "yarn", ["factor": .number(4.5), "original_max_position_embeddings": .integer(16)])
      ]
    ) { $0.spelling = "v4" },
    DecoderCase(
      "llama-yarn-options", seed: 15, "llama",
      [
        "rope_parameters": rope(
          "yarn",
          [
            "factor": .number(4.5), "original_max_position_embeddings": .integer(16),
            "beta_fast": .number(4.5), "beta_slow": .number(0.5), "mscale": .number(0.7),
            "mscale_all_dim": .number(0.4), "truncate": .bool(false),
          ])
      ]),
    // Transformers scales by the longest sequence of the batch, we by each sequence's own length:
    // the same only for sequences of one length.
    DecoderCase(
      "llama-dynamic", seed: 16, "llama",
      [
        "max_position_embeddings": .integer(10),
        "rope_parameters": rope("dynamic", ["factor": .number(2.5)]),
      ]
    ) {
      $0.lengths = [19, 19]
      $0.spelling = "v4"
    },
  ]

  private static let descendants = [
    DecoderCase("mistral", seed: 21, "mistral", ["sliding_window": .integer(4)]),
    DecoderCase(
      "mistral-whole", seed: 22, "mistral",
      ["sliding_window": .null, "head_dim": .integer(8), "num_key_value_heads": .integer(1)]
    ) { $0.spelling = "v4" },
    DecoderCase(
      "qwen2", seed: 23, "qwen2",
      [
        "use_sliding_window": .bool(true), "sliding_window": .integer(3),
        "max_window_layers": .integer(1), "tie_word_embeddings": .bool(true),
      ]
    ) { $0.spelling = "v4" },
    DecoderCase("qwen2-whole", seed: 24, "qwen2", ["sliding_window": .integer(3)]),
    DecoderCase(
      "qwen3", seed: 25, "qwen3",
      [
        "head_dim": .integer(10), "attention_bias": .bool(true), "use_sliding_window": .bool(true),
        "sliding_window": .integer(5),
        "layer_types": .array([.string("sliding_attention"), .string("full_attention")]),
      ]),
    DecoderCase(
      "qwen3-tied", seed: 26, "qwen3",
      ["head_dim": .integer(6), "tie_word_embeddings": .bool(true)]
    ) { $0.spelling = "v4" },
  ]
}
