import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch

/// A model with one kind of slot filled, as Transformers and PEFT compute it.
struct SlotCase: Encodable, Sendable, CustomTestStringConvertible {
  enum Head: String, Encodable { case sequence, token, causal, generation }
  enum Method: String, Encodable { case prefix, prompt, sublayer }

  let name: String
  let head: Head
  let method: Method
  let seed: Int
  let count: Int
  let lengths: [Int]
  let configuration: [String: JSONValue]

  var testDescription: String { name }

  static let all: [SlotCase] = plans.enumerated().map { index, plan in
    SlotCase(
      name: "\(plan.type)-\(plan.head)-\(plan.method)", head: plan.head, method: plan.method,
      seed: 100 + index, count: 3, lengths: [5, 1, 9, 4],
      configuration: configuration(plan.type))
  }

  private static let plans: [(type: String, head: Head, method: Method)] = [
    ("bert", .sequence, .prefix), ("bert", .token, .prefix), ("bert", .sequence, .prompt),
    ("bert", .token, .prompt), ("bert", .sequence, .sublayer), ("bert", .token, .sublayer),
    ("roberta", .sequence, .prefix), ("roberta", .token, .prefix), ("roberta", .sequence, .prompt),
    ("roberta", .token, .prompt), ("roberta", .sequence, .sublayer),
    ("electra", .token, .prefix), ("electra", .sequence, .prompt),
    ("distilbert", .sequence, .prompt), ("albert", .token, .prompt), ("xlnet", .token, .prompt),
    ("gpt2", .causal, .prefix), ("gpt2", .causal, .prompt), ("gpt2", .causal, .sublayer),
    ("gpt2", .token, .prefix),
    ("llama", .causal, .prefix), ("llama", .causal, .prompt), ("llama", .causal, .sublayer),
    ("llama", .sequence, .prompt), ("mistral", .causal, .prefix), ("mistral", .causal, .prompt),
    ("qwen3", .causal, .prefix),
    ("t5", .generation, .prefix), ("t5", .generation, .prompt), ("t5", .generation, .sublayer),
  ]

  private static func configuration(_ type: String) -> [String: JSONValue] {
    let sizes: [String: JSONValue] =
      switch type {
      case "gpt2":
        [
          "n_embd": .integer(24), "n_layer": .integer(2), "n_head": .integer(3),
          "n_positions": .integer(32), "pad_token_id": .integer(0),
        ]
      case "t5":
        [
          "d_model": .integer(24), "d_kv": .integer(8), "num_heads": .integer(3),
          "d_ff": .integer(32), "num_layers": .integer(3),
          "decoder_start_token_id": .integer(0),
        ]
      case "distilbert":
        [
          "dim": .integer(24), "n_heads": .integer(3), "n_layers": .integer(2),
          "hidden_dim": .integer(32), "max_position_embeddings": .integer(32),
        ]
      case "xlnet":
        [
          "d_model": .integer(24), "n_head": .integer(3), "n_layer": .integer(2),
          "d_inner": .integer(32),
        ]
      case "bert", "roberta", "electra", "albert":
        [
          "hidden_size": .integer(24), "num_hidden_layers": .integer(2),
          "num_attention_heads": .integer(3), "intermediate_size": .integer(32),
          "max_position_embeddings": .integer(32),
          "embedding_size": .integer(type == "bert" || type == "roberta" ? 24 : 12),
        ]
      default:
        [
          "hidden_size": .integer(24), "num_hidden_layers": .integer(2),
          "num_attention_heads": .integer(4), "num_key_value_heads": .integer(2),
          "intermediate_size": .integer(40), "max_position_embeddings": .integer(64),
          "sliding_window": type == "mistral" ? .integer(5) : .null, "head_dim": .integer(6),
          "pad_token_id": .integer(0),
        ]
      }
    return sizes.merging(["model_type": .string(type), "vocab_size": .integer(61)]) { $1 }
  }

  /// The folder with every case's model and its reference, made once.
  static let references = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("models_slots").run([folder.url.path], input: JSONEncoder().encode(all))
    return folder
  }

  /// Inputs, what is added, outputs and gradients.
  func reference() throws -> SafetensorsFile {
    try SafetensorsFile(Self.references.get().url.appending(path: "\(name).safetensors"))
  }

  /// The model, with nothing filled.
  func load(_ options: ParameterStore.Options = .init()) throws -> LoadedSlotCase {
    let folder = try Self.references.get().url.appending(path: name)
    func loaded<Model>(
      _ head: HeadKind<Model>, _ outputs: @escaping (Model, RaggedBatch) throws -> Tensor
    ) throws -> LoadedSlotCase {
      let model = try PretrainedModel(folder: folder, head, options: options)
      return LoadedSlotCase(store: model.store) { batch, _ in try outputs(model.model, batch) }
    }
    switch head {
    case .sequence: return try loaded(.sequenceClassification) { try $0($1) }
    case .token: return try loaded(.tokenClassification) { try $0.logits($1, only: nil) }
    case .causal: return try loaded(.causalLanguageModel) { try $0.logits($1) }
    case .generation:
      let model = try PretrainedModel(folder: folder, .conditionalLanguageModel, options: options)
      return LoadedSlotCase(store: model.store) { source, target in
        try model.model.logits(target, of: model.model.encode(source))
      }
    }
  }

  /// Fills the slots of a model with leaves of the reference's values, and gives the leaves.
  func fill(_ store: ParameterStore, with reference: SafetensorsFile) throws -> [String: Tensor] {
    var leaves: [String: Tensor] = [:]
    for name in reference.names where name.hasPrefix("added.") {
      let leaf = try reference.tensor(name).clone()
      try leaf.setRequiresGradient(true)
      leaves[String(name.dropFirst(6))] = leaf
    }
    switch method {
    case .prefix:
      let weight = try #require(leaves["weight"])
      let slots = store.modules.attentions.filter { head != .generation || $0.kind == .causal }
      for (layer, slot) in slots.enumerated() {
        // PEFT hands a decoder beside an encoder every other pair of its table, from the start again
        // when it ends.
        let places = head == .generation ? 4 * layer % (2 * slots.count) : 2 * layer
        slot.adapter = TestPrefix(weight: weight, place: places)
      }
    case .prompt:
      let weight = try #require(leaves["weight"])
      store.modules.tokens[0].adapter = TestTokens(weight: weight, count: count)
    case .sublayer:
      let adapter = TestBottleneck(
        down: try #require(leaves["down"]), up: try #require(leaves["up"]))
      for slot in store.modules.sublayers { slot.adapter = adapter }
    }
    return leaves
  }
}

/// A case's model, whatever its head.
struct LoadedSlotCase {
  let store: ParameterStore
  let outputs: (RaggedBatch, RaggedBatch) throws -> Tensor
}

/// Columns of a table of PEFT's as keys and values.
final class TestPrefix: AttentionAdapter {
  private let weight: Tensor
  private let place: Int

  init(weight: Tensor, place: Int) {
    (self.weight, self.place) = (weight, place)
  }

  func prefix(of slot: AttentionSlot) throws -> AttentionPrefix {
    let width = slot.keyHeads * slot.size
    return AttentionPrefix(
      key: try weight.narrowed(1, from: place * width, count: width),
      value: try weight.narrowed(1, from: (place + 1) * width, count: width))
  }
}

/// Rows of a table as virtual tokens.
final class TestTokens: TokenAdapter {
  private let weight: Tensor
  let count: Int

  init(weight: Tensor, count: Int) {
    (self.weight, self.count) = (weight, count)
  }

  func vectors() throws -> Tensor { try weight.narrowed(0, from: 0, count: count) }
}

/// Adds a narrow layer of a part's result to it.
final class TestBottleneck: SublayerAdapter {
  private let down, up: Tensor

  init(down: Tensor, up: Tensor) {
    (self.down, self.up) = (down, up)
  }

  func callAsFunction(_ part: SublayerResult) throws -> Tensor {
    #expect(part.input.shape == part.residual.shape)
    let type = part.output.dataType
    let narrow = try part.output.matmul(down.to(type)).hyperbolicTangent()
    let changed = try part.output + narrow.matmul(up.to(type))
    let sum = try changed + part.residual
    return try part.norm?(sum) ?? sum
  }
}
