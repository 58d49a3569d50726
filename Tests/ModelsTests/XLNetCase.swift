import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch

/// An XLNet that Transformers makes with every head, stores and runs.
struct XLNetCase: Codable, Sendable, CustomTestStringConvertible {
  var name: String
  var seed: Int
  /// Tokens of each sequence.
  var lengths = [5, 1, 8, 5]
  var hasSegments = true
  /// Tokens of each sequence's second piece, which is read with the memory of the first.
  var following = [4, 3, 7, 5]
  /// The hidden places of the second piece, in their order; nil leaves the pieces out.
  var orders: [[Int]]? = [[2, 0], [1], [5, 3, 1, 6], [4, 0]]
  /// Which of them are predicted.
  var wanted = [[0, 2], [1], [5, 1], [4]]
  var configuration: [String: JSONValue]
  /// Whether the configuration is spelled as version 4 did.
  var old = false

  var testDescription: String { name }

  /// Changes of the small model's configuration.
  init(_ name: String, seed: Int, _ changes: [String: JSONValue] = [:]) {
    self.name = name
    self.seed = seed
    configuration = Self.small.merging(changes) { $1 }
  }

  static let small: [String: JSONValue] = [
    "vocab_size": .integer(31), "d_model": .integer(12), "n_layer": .integer(2),
    "n_head": .integer(3), "d_inner": .integer(9), "start_n_top": .integer(3),
    "end_n_top": .integer(2), "num_labels": .integer(2), "mem_len": .integer(4),
  ]

  /// Every option of the configuration.
  static let all: [XLNetCase] = [
    XLNetCase("bidirectional", seed: 1),
    with(
      XLNetCase(
        "without segments", seed: 2,
        [
          "ff_activation": .string("relu"), "summary_type": .string("first"),
          "mem_len": .null, "clamp_len": .integer(3),
        ])
    ) {
      $0.hasSegments = false
      $0.old = true
    },
    XLNetCase(
      "unidirectional", seed: 3,
      [
        "attn_type": .string("uni"), "summary_type": .string("mean"), "reuse_len": .integer(3),
        "summary_activation": .null,
      ]),
    XLNetCase(
      "same length", seed: 4,
      [
        "attn_type": .string("uni"), "same_length": .bool(true), "mem_len": .integer(0),
        "summary_use_proj": .bool(false), "layer_norm_eps": .number(1e-3),
      ]),
    with(
      XLNetCase(
        "both ways", seed: 5,
        [
          "bi_data": .bool(true), "ff_activation": .string("gelu_new"), "clamp_len": .integer(6),
          "n_head": .integer(2), "summary_type": .string("cls_index"),
        ])
    ) { $0.orders = nil },
    XLNetCase(
      "untied", seed: 6,
      [
        "tie_word_embeddings": .bool(false), "n_layer": .integer(1),
        "summary_activation": .string("relu"),
      ]),
  ]

  private static func with(_ example: XLNetCase, _ change: (inout XLNetCase) -> Void) -> XLNetCase {
    var changed = example
    change(&changed)
    return changed
  }

  /// The folder with every case's models and references, made once.
  static let references = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("models_xlnet").run(
      ["encode", folder.url.path], input: JSONEncoder().encode(all))
    return folder
  }

  /// The folder of the model with a head.
  func model(_ head: XLNetHead) throws -> URL {
    try Self.references.get().url.appending(path: "\(name)/\(head.rawValue)")
  }

  /// Inputs, outputs and gradients as Transformers has them.
  func reference(_ head: XLNetHead) throws -> SafetensorsFile {
    try SafetensorsFile(
      Self.references.get().url.appending(path: "\(name)/\(head.rawValue).safetensors"))
  }
}

/// The heads of XLNet under the oracle's names.
enum XLNetHead: String, CaseIterable, Sendable {
  case model, sequence, token, span, beam, language
  /// Two pieces, the second with the memory of the first and in an order of its own.
  case memory

  /// Those that read whole texts.
  static let ofTexts: [XLNetHead] = [.model, .sequence, .token, .span, .beam, .language]

  /// Loads a folder and runs it on a batch.
  func run(_ folder: URL, _ batch: RaggedBatch) throws -> HeadRun {
    switch self {
    case .model:
      let pretrained = try PretrainedEncoder(folder: folder)
      try pretrained.store.setTrainable()
      return HeadRun(
        architecture: pretrained.family.architectures[0], store: pretrained.store,
        prefix: "transformer.", outputs: ["hidden": try pretrained.encoder(batch)],
        save: pretrained.save)
    case .sequence:
      return try HeadRun.of(folder, .sequenceClassification) { ["logits": try $0(batch)] }
    case .token:
      return try HeadRun.of(folder, .tokenClassification) {
        ["logits": try $0.logits(batch, only: nil)]
      }
    case .span:
      return try HeadRun.of(folder, .questionAnswering) { model in
        let scores = try model(batch)
        return ["start": scores.start, "end": scores.end]
      }
    case .beam:
      return try HeadRun.of(folder, .beamQuestionAnswering) { model in
        let scores = try model.logits(
          batch, starts: batch.lengths.map { _ in 1 },
          limits: SpanLimits(excluded: batch.lengths.map { _ in [0] }))
        // What is excluded has a score of -1e30, which no probe's product survives.
        return [
          "start": try scores.start.clamped(from: -100, to: 100),
          "end": try scores.end.clamped(from: -100, to: 100),
          "unanswerable": scores.unanswerable,
        ]
      }
    case .language, .memory:
      return try HeadRun.of(folder, .permutationLanguageModel) {
        ["logits": try $0.logits(batch)]
      }
    }
  }
}
