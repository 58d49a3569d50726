import Adapters
import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch

/// A small model that Transformers makes, with an adapter that PEFT makes.
struct PEFTCase: Encodable, Sendable, CustomTestStringConvertible {
  var name: String
  /// Transformers' class.
  var architecture: String
  var configuration: [String: JSONValue]
  /// PEFT's class of settings.
  var kind: String
  var settings: [String: JSONValue]
  var seed: Int
  var lengths = [7, 1, 12, 4]
  var deviation = 0.1
  /// Whether the adapter is in `adapter_model.bin`.
  var pickled = false

  var testDescription: String { name }

  init(
    _ name: String, _ base: SmallBase, _ kind: String, _ settings: [String: JSONValue], seed: Int,
    change: (inout PEFTCase) -> Void = { _ in }
  ) {
    self.name = name
    architecture = base.architecture
    configuration = base.configuration
    self.kind = kind
    self.settings = settings
    self.seed = seed
    if base.isClassifier, self.settings["task_type"] == nil {
      self.settings["task_type"] = .string("SEQ_CLS")
    }
    change(&self)
  }

  /// The folder with every case's base, adapter and reference, made once.
  static let references = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("adapters_peft").run(
      ["make", folder.url.path], input: JSONEncoder().encode(all))
    return folder
  }

  static func folder(_ name: String) throws -> URL {
    try references.get().url.appending(path: name)
  }

  func folder() throws -> URL { try Self.folder(name) }

  /// Inputs, outputs and gradients as PEFT has them.
  func reference() throws -> SafetensorsFile {
    try SafetensorsFile(folder().appending(path: "reference.safetensors"))
  }

  /// The base as we load it.
  func base(_ options: ParameterStore.Options = .init()) throws -> LoadedBase {
    try LoadedBase(folder().appending(path: "base"), architecture, options)
  }

  /// The adapter's folder, as PEFT wrote it.
  func adapter() throws -> AdapterFolder {
    try AdapterFolder(folder().appending(path: "adapter"))
  }
}

/// A configuration of few weights.
struct SmallBase: Sendable {
  let architecture: String
  let configuration: [String: JSONValue]

  var isClassifier: Bool { architecture.hasSuffix("ForSequenceClassification") }

  static let bert = SmallBase(
    architecture: "BertForSequenceClassification",
    configuration: [
      "vocab_size": 40, "hidden_size": 24, "num_hidden_layers": 3, "num_attention_heads": 3,
      "intermediate_size": 20, "max_position_embeddings": 16, "num_labels": 3,
    ])
  static let albert = SmallBase(
    architecture: "AlbertForSequenceClassification",
    configuration: [
      "vocab_size": 40, "hidden_size": 16, "embedding_size": 8, "num_hidden_layers": 3,
      "num_attention_heads": 2, "intermediate_size": 20, "max_position_embeddings": 16,
    ])
  static let gpt2 = SmallBase(
    architecture: "GPT2LMHeadModel",
    configuration: [
      "vocab_size": 40, "n_embd": 16, "n_layer": 2, "n_head": 2, "n_positions": 16,
      "pad_token_id": 0,
    ])
  static let llama = SmallBase(
    architecture: "LlamaForCausalLM",
    configuration: [
      "vocab_size": 40, "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3,
      "num_key_value_heads": 1, "intermediate_size": 20, "max_position_embeddings": 32,
      "pad_token_id": 0,
    ])
}

extension JSONValue: ExpressibleByIntegerLiteral {
  /// A whole number.
  init(integerLiteral value: Int) { self = .integer(value) }
}

extension JSONValue: ExpressibleByFloatLiteral {
  /// A number.
  init(floatLiteral value: Double) { self = .number(value) }
}

extension JSONValue: ExpressibleByStringLiteral {
  /// A text.
  init(stringLiteral value: String) { self = .string(value) }
}

extension JSONValue: ExpressibleByBooleanLiteral {
  /// A truth value.
  init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByArrayLiteral {
  /// A list.
  init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
  /// Names and values.
  init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements) { first, _ in first })
  }
}

extension PEFTCase {
  /// Every method, in all of its forms.
  static let all: [PEFTCase] = loraCases + otherCases

  private static let loraCases = [
    PEFTCase("lora", .bert, "LoraConfig", ["r": 4, "lora_alpha": 12], seed: 1),
    PEFTCase(
      "lora-patterns", .bert, "LoraConfig",
      [
        "r": 4, "lora_alpha": 6, "use_rslora": true,
        "target_modules": ["query", "attention.output.dense"],
        "rank_pattern": ["layer.1.attention.self.query": 2, ".*output.dense": 3],
        "alpha_pattern": ["query": 5], "layers_to_transform": [0, 1],
      ], seed: 2),
    PEFTCase(
      "lora-expression", .bert, "LoraConfig",
      [
        "r": 2, "target_modules": ".*layer\\.[02]\\..*(key|value)",
        "exclude_modules": ".*layer\\.2.*value", "init_lora_weights": "gaussian",
      ], seed: 3
    ) { $0.pickled = true },
    PEFTCase(
      "lora-linear", .bert, "LoraConfig",
      ["r": 2, "target_modules": "all-linear", "modules_to_save": ["pooler"]], seed: 4),
    PEFTCase(
      "dora", .bert, "LoraConfig", ["r": 3, "use_dora": true, "target_modules": ["key", "dense"]],
      seed: 5),
    PEFTCase(
      "lora-bias", .bert, "LoraConfig", ["r": 3, "lora_bias": true, "bias": "lora_only"], seed: 6),
    PEFTCase("lora-all-biases", .bert, "LoraConfig", ["r": 3, "bias": "all"], seed: 7),
    PEFTCase(
      "lora-tables", .gpt2, "LoraConfig", ["r": 3, "target_modules": ["c_attn", "wte", "wpe"]],
      seed: 8),
    PEFTCase(
      "lora-tables-encoder", .bert, "LoraConfig",
      ["r": 3, "target_modules": ["query", "word_embeddings", "position_embeddings"]], seed: 13),
    PEFTCase(
      "lora-shared", .albert, "LoraConfig", ["r": 3, "target_modules": ["query", "ffn"]], seed: 9),
    PEFTCase("lora-transposed", .gpt2, "LoraConfig", ["r": 3], seed: 10),
    PEFTCase(
      "dora-transposed", .gpt2, "LoraConfig",
      ["r": 3, "use_dora": true, "target_modules": ["c_attn", "c_proj"]], seed: 11),
    PEFTCase(
      "lora-decoder", .llama, "LoraConfig", ["r": 3, "target_modules": "all-linear"], seed: 12),
  ]

  private static let otherCases = [
    PEFTCase(
      "adalora", .bert, "AdaLoraConfig",
      ["init_r": 4, "target_r": 2, "total_step": 10, "target_modules": ["query", "dense"]], seed: 20
    ),
    PEFTCase("vera", .bert, "VeraConfig", ["r": 8], seed: 21) { $0.deviation = 0.5 },
    PEFTCase(
      "vera-unsaved", .gpt2, "VeraConfig",
      [
        "r": 8, "save_projection": false, "projection_prng_key": 7,
        "target_modules": ["c_attn", "c_fc", "mlp.c_proj"],
      ], seed: 22
    ) { $0.deviation = 0.5 },
    PEFTCase("ia3", .bert, "IA3Config", [:], seed: 23),
    PEFTCase("ia3-transposed", .gpt2, "IA3Config", [:], seed: 24),
    PEFTCase("ia3-decoder", .llama, "IA3Config", [:], seed: 25),
  ]
}

/// A base model, whatever its head.
struct LoadedBase {
  let store: ParameterStore
  let family: ModelFamily
  let configuration: ConfigurationFile
  let outputs: (RaggedBatch) throws -> Tensor

  init(_ folder: URL, _ architecture: String, _ options: ParameterStore.Options) throws {
    if architecture.hasSuffix("ForSequenceClassification") {
      let loaded = try PretrainedModel(folder: folder, .sequenceClassification, options: options)
      (store, family, configuration) = (loaded.store, loaded.family, loaded.configuration)
      outputs = { try loaded.model($0) }
    } else {
      let loaded = try PretrainedModel(folder: folder, .causalLanguageModel, options: options)
      (store, family, configuration) = (loaded.store, loaded.family, loaded.configuration)
      outputs = { try loaded.model.logits($0) }
    }
  }

  /// Attaches a method; heads are those that PEFT takes for such.
  func attach(_ method: TuningMethod) throws -> Tuning {
    try Tuning.attach(
      method, to: store, of: family, configuration: configuration, options: tuningOptions)
  }

  var tuningOptions: Tuning.Options {
    var options = Tuning.Options()
    if store["classifier.weight"] != nil {
      options.heads = ["classifier."]
      options.taskType = "SEQ_CLS"
    }
    return options
  }
}

extension SafetensorsFile {
  /// The sequences that the reference was computed on, packed.
  func batch() throws -> RaggedBatch {
    let tokens = try tensor("tokens").values(as: Int64.self).map(Int32.init)
    var sequences: [[Int32]] = []
    var start = 0
    for length in try tensor("lengths").values(as: Int64.self).map(Int.init) {
      sequences.append(Array(tokens[start..<start + length]))
      start += length
    }
    return try RaggedBatch(sequences)
  }
}
