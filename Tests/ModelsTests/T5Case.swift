import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch

/// A T5 that Transformers makes with every head, stores in one of the forms that are about, and runs.
struct T5Case: Codable, Sendable, CustomTestStringConvertible {
  var name: String
  var family = "t5"
  var seed: Int
  /// Tokens of each source.
  var lengths = [5, 1, 9, 14, 2]
  /// Tokens of each target.
  var targets = [4, 6, 1, 3, 11]
  var configuration: [String: JSONValue]
  /// Whether the output layer is not the word table, as in the second release.
  var ownOutput = false
  /// Whether configuration and names are those of version 4.
  var old = false
  /// Whether the word table is stored under the encoder's name for it alone.
  var standIn = false

  var testDescription: String { name }

  /// Changes of the small model's configuration.
  init(_ name: String, seed: Int, _ changes: [String: JSONValue] = [:]) {
    self.name = name
    self.seed = seed
    configuration = Self.small.merging(changes) { $1 }
  }

  /// A width of heads that is not the hidden size's share; odd sizes.
  static let small: [String: JSONValue] = [
    "vocab_size": .integer(31), "d_model": .integer(12), "d_kv": .integer(5), "d_ff": .integer(9),
    "num_layers": .integer(2), "num_heads": .integer(3), "num_labels": .integer(2),
    "decoder_start_token_id": .integer(0),
  ]

  /// Every option of the configuration, and every form of checkpoint.
  static let all: [T5Case] = [
    T5Case("first release", seed: 1),
    with(
      T5Case(
        "second release", seed: 2,
        ["feed_forward_proj": .string("gated-gelu"), "num_decoder_layers": .integer(3)])
    ) { $0.ownOutput = true },
    with(T5Case("mt5", seed: 3, ["num_layers": .integer(1)])) { $0.family = "mt5" },
    with(T5Case("distances", seed: 4, ["num_decoder_layers": .integer(1)])) {
      $0.lengths = [150, 200, 3]
      $0.targets = [170, 4, 2]
    },
    T5Case(
      "few buckets", seed: 5,
      [
        "relative_attention_num_buckets": .integer(9),
        "relative_attention_max_distance": .integer(11), "feed_forward_proj": .string("gated-silu"),
        "layer_norm_epsilon": .number(1e-3), "d_kv": .integer(8),
      ]),
    T5Case(
      "overridden activation", seed: 6,
      [
        "feed_forward_proj": .string("relu"), "dense_act_fn": .string("silu"),
        "is_gated_act": .bool(true), "decoder_start_token_id": .integer(7),
        "tie_word_embeddings": .bool(false),
      ]),
    with(T5Case("version 4", seed: 7, ["feed_forward_proj": .string("gelu")])) { $0.old = true },
    with(T5Case("word table elsewhere", seed: 8, ["d_model": .integer(16)])) { $0.standIn = true },
  ]

  private static func with(_ example: T5Case, _ change: (inout T5Case) -> Void) -> T5Case {
    var changed = example
    change(&changed)
    return changed
  }

  /// The folder with every case's models and references, made once.
  static let references = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("models_t5").run(
      ["encode", folder.url.path], input: JSONEncoder().encode(all))
    return folder
  }

  /// The folder of the model with a head.
  func model(_ head: T5Head) throws -> URL {
    try Self.references.get().url.appending(path: "\(name)/\(head.rawValue)")
  }

  /// Inputs, outputs and gradients as Transformers has them.
  func reference(_ head: T5Head) throws -> SafetensorsFile {
    try SafetensorsFile(
      Self.references.get().url.appending(path: "\(name)/\(head.rawValue).safetensors"))
  }
}

/// The heads of T5 under the oracle's names.
enum T5Head: String, CaseIterable, Sendable {
  case encoder, model, generation, sequence, token, span

  /// Loads a folder and runs it on sources, with targets where the head writes.
  func run(
    _ folder: URL, _ sources: RaggedBatch, _ targets: RaggedBatch,
    checkpointing: Bool = false
  ) throws -> HeadRun {
    func run<Model>(
      _ kind: HeadKind<Model>, _ outputs: (Model) throws -> [String: Tensor]
    ) throws -> HeadRun {
      try HeadRun.of(folder, kind, checkpointing: checkpointing, outputs)
    }
    switch self {
    case .encoder:
      let pretrained = try PretrainedEncoder(folder: folder)
      try pretrained.store.setTrainable()
      return HeadRun(
        architecture: pretrained.family.architectures[0], store: pretrained.store,
        prefix: "transformer.", outputs: ["hidden": try pretrained.encoder(sources)],
        save: pretrained.save)
    case .model:
      return try run(.encoderDecoder) { model in
        let source = try model.encode(sources)
        let target = try targets.shiftedRight(from: model.startToken)
        return [
          "hidden": try model.hidden(target, of: source, only: nil), "source": source.states,
        ]
      }
    case .generation:
      return try run(.conditionalLanguageModel) { model in
        let target = try targets.shiftedRight(from: model.startToken)
        return ["logits": try model.logits(target, of: model.encode(sources))]
      }
    case .sequence:
      return try run(.sequenceClassification) { ["logits": try $0(sources)] }
    case .token:
      return try run(.tokenClassification) {
        ["logits": try $0.logits(sources, only: nil)]
      }
    case .span:
      return try run(.questionAnswering) { model in
        let scores = try model(sources)
        return ["start": scores.start, "end": scores.end]
      }
    }
  }
}

extension HeadRun {
  /// Loads a folder with a head, to be trained, and runs it.
  static func of<Model>(
    _ folder: URL, _ kind: HeadKind<Model>, checkpointing: Bool = false,
    _ outputs: (Model) throws -> [String: Tensor]
  ) throws -> HeadRun {
    let pretrained = try PretrainedModel(folder: folder, kind)
    pretrained.store.forwardState.checkpointsActivations = checkpointing
    try pretrained.store.setTrainable()
    return HeadRun(
      architecture: pretrained.architecture, store: pretrained.store,
      outputs: try outputs(pretrained.model), save: pretrained.save)
  }
}
