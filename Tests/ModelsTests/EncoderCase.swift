import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch

/// An encoder of the BERT kind, bare or with a head, that Transformers makes, stores and runs.
struct EncoderCase: Codable, Sendable, CustomTestStringConvertible {
  /// What a model makes of its encoder, under the oracle's names.
  enum Head: String, Codable, CaseIterable {
    case base, texts, tokens, answers, masked, pairs
  }

  var name: String
  /// Transformers' class.
  var architecture: String
  var head: Head
  var seed: Int
  /// Tokens of each sequence.
  var lengths: [Int]
  var configuration: [String: JSONValue]
  /// Whether names, buffers and `config.json` are those of old versions.
  var old: Bool

  var testDescription: String { name }

  /// Every family with every head it has, and masked language models that are not tied.
  static let all: [EncoderCase] = EncoderFamily.all.flatMap { family in
    EncoderCase.Head.allCases.flatMap { head -> [EncoderCase] in
      guard let ending = family.endings[head] else { return [] }
      let forms = head == .masked ? [true, true, false, false] : [true, true]
      return forms.enumerated().map { index, isTied in
        family.example(
          head, architecture: family.className + ending, isTied: isTied, index: index)
      }
    }
  }

  /// The first bare model of each family.
  static let bare: [EncoderCase] = all.filter { $0.head == .base && !$0.old }

  /// The folder with every case's model and its reference, made once.
  static let references = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("models_encoders").run(
      ["make", folder.url.path], input: JSONEncoder().encode(all))
    return folder
  }

  /// The folder of the model.
  func model() throws -> URL { try Self.references.get().url.appending(path: name) }

  /// Inputs, outputs and gradients as Transformers has them.
  func reference() throws -> SafetensorsFile {
    try SafetensorsFile(Self.references.get().url.appending(path: "\(name).safetensors"))
  }

  /// The model as we load it.
  func load() throws -> LoadedEncoderCase {
    let folder = try model()
    switch head {
    case .base:
      let loaded = try PretrainedEncoder(folder: folder)
      return LoadedEncoderCase(store: loaded.store, save: loaded.save) { batch in
        let hidden = try loaded.encoder(batch)
        return [hidden] + (try loaded.encoder.pooled(hidden, batch: batch).map { [$0] } ?? [])
      }
    case .texts, .pairs:
      let loaded = try PretrainedModel(
        folder: folder, head == .texts ? .sequenceClassification : .nextSentence)
      return LoadedEncoderCase(store: loaded.store, save: loaded.save) { [try loaded.model($0)] }
    case .tokens:
      let loaded = try PretrainedModel(folder: folder, .tokenClassification)
      return LoadedEncoderCase(store: loaded.store, save: loaded.save) {
        [try loaded.model.logits($0, only: nil)]
      }
    case .answers:
      let loaded = try PretrainedModel(folder: folder, .questionAnswering)
      return LoadedEncoderCase(store: loaded.store, save: loaded.save) {
        let scores = try loaded.model($0)
        return [scores.start, scores.end]
      }
    case .masked:
      let loaded = try PretrainedModel(folder: folder, .maskedLanguageModel)
      return LoadedEncoderCase(store: loaded.store, save: loaded.save) {
        [try loaded.model.logits($0)]
      }
    }
  }
}

/// A case's model, whatever its head.
struct LoadedEncoderCase {
  let store: ParameterStore
  let save: (URL) throws -> Void
  let outputs: (RaggedBatch) throws -> [Tensor]
}

/// A family: what its classes are called, and configurations of it.
struct EncoderFamily: Sendable {
  let className: String
  /// The endings of the classes' names.
  var endings: [EncoderCase.Head: String] = [
    .base: "Model", .texts: "ForSequenceClassification", .tokens: "ForTokenClassification",
    .answers: "ForQuestionAnswering", .masked: "ForMaskedLM",
  ]
  /// The key of the activation, and that of the position table's rows.
  var activationKey = "hidden_act"
  /// A small configuration by random numbers; `variant` counts cases, for options of few values.
  let configuration: @Sendable (inout SplitMix, _ variant: Int) -> [String: JSONValue]
  /// Positions that texts cannot have, by the configuration's `pad_token_id`.
  var lostPositions: @Sendable (Int) -> Int = { _ in 0 }

  func example(
    _ head: EncoderCase.Head, architecture: String, isTied: Bool, index: Int
  ) -> EncoderCase {
    let place = EncoderCase.Head.allCases.firstIndex(of: head) ?? 0
    let seed = 100 * (Self.all.firstIndex { $0.className == className } ?? 0) + 10 * place + index
    let variant = 2 * place + index
    var random = SplitMix(state: UInt64(seed))
    var values = configuration(&random, variant)
    let activations = Activation.allCases
    values[activationKey] = .string(activations[(seed + place) % activations.count].rawValue)
    values["vocab_size"] = .integer(20 + random.below(60))
    let positions = 16 + random.below(20)
    values["max_position_embeddings"] = .integer(positions)
    values["tie_word_embeddings"] = .bool(isTied)
    if head == .texts || head == .tokens { values["num_labels"] = .integer(2 + index * 2) }
    var longest = positions
    if case .integer(let padding) = values["pad_token_id"] { longest -= lostPositions(padding) }
    return EncoderCase(
      name: "\(architecture)-\(index)", architecture: architecture, head: head, seed: seed,
      lengths: [1, longest] + (0..<3).map { _ in 1 + random.below(longest) },
      configuration: values, old: index % 2 == 1)
  }

  /// Sizes under the keys that most families have.
  @Sendable private static func sizes(_ random: inout SplitMix, _: Int) -> [String: JSONValue] {
    let heads = 1 + random.below(4)
    return [
      "hidden_size": .integer(heads * [4, 6, 8][random.below(3)]),
      "num_attention_heads": .integer(heads),
      "num_hidden_layers": .integer(1 + random.below(3)),
      "intermediate_size": .integer(8 + random.below(30)),
      "type_vocab_size": .integer(1 + random.below(2)),
      "layer_norm_eps": .number([1e-12, 1e-5][random.below(2)]),
    ]
  }

  @Sendable private static func roberta(_ random: inout SplitMix, _ variant: Int) -> [String:
    JSONValue]
  {
    sizes(&random, variant).merging(["pad_token_id": .integer([1, 0, 2][variant % 3])]) { $1 }
  }

  private static func padding(_ variant: Int) -> JSONValue {
    [.integer(0), .null, .integer(5)][variant % 3]
  }

  static let all: [EncoderFamily] =
    [
      EncoderFamily(
        className: "Bert",
        endings: [
          .base: "Model", .texts: "ForSequenceClassification", .tokens: "ForTokenClassification",
          .answers: "ForQuestionAnswering", .masked: "ForMaskedLM",
          .pairs: "ForNextSentencePrediction",
        ]
      ) { random, variant in
        sizes(&random, variant).merging(["pad_token_id": padding(variant)]) { $1 }
      }
    ]
    + ["Roberta", "XLMRoberta", "Camembert"].map {
      EncoderFamily(className: $0, configuration: roberta, lostPositions: { $0 + 1 })
    }
    + [
      EncoderFamily(className: "DistilBert", activationKey: "activation") { random, variant in
        let heads = 1 + random.below(4)
        return [
          "dim": .integer(heads * [4, 6, 8][random.below(3)]), "n_heads": .integer(heads),
          "n_layers": .integer(1 + random.below(3)), "hidden_dim": .integer(8 + random.below(30)),
          "sinusoidal_pos_embds": .bool(variant % 2 == 0), "pad_token_id": padding(variant),
        ]
      },
      EncoderFamily(className: "Albert") { random, variant in
        sizes(&random, variant).merging([
          "embedding_size": .integer(4 + random.below(12)),
          "num_hidden_layers": .integer([1, 3, 4, 5][variant % 4]),
          "num_hidden_groups": .integer([1, 2, 3][variant % 3]),
          "inner_group_num": .integer(1 + variant % 2), "pad_token_id": padding(variant),
        ]) { $1 }
      },
      EncoderFamily(className: "Electra") { random, variant in
        var values = sizes(&random, variant).merging(["pad_token_id": padding(variant)]) { $1 }
        values["embedding_size"] =
          variant % 3 == 0 ? values["hidden_size"] : .integer(4 + random.below(12))
        return values
      },
    ]
}
