import Datasets
import Foundation
import Layers
import Models
import Tasks
import TestSupport
import Testing
import Tokenizers
import Torch

/// A small model that sentence-transformers makes, stores, runs, and computes losses of.
struct SentenceCase: Codable, Sendable, CustomTestStringConvertible {
  var name: String
  var architecture: String
  var seed: Int
  var configuration: [String: JSONValue]
  var special: [String: String]
  var words: [String]
  var maximumLength = 12
  var pooling: String
  var normalizes: Bool
  var losses: [String]
  var retrieves = false

  var testDescription: String { name }

  private static let marks = [
    "bert": ["pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]"],
    "roberta": ["cls": "<s>", "pad": "<pad>", "sep": "</s>", "unk": "<unk>"],
  ]
  private static let order = [
    "bert": ["[PAD]", "[UNK]", "[CLS]", "[SEP]"], "roberta": ["<s>", "<pad>", "</s>", "<unk>"],
  ]

  init(
    _ architecture: String, _ pooling: TextPooling, normalizes: Bool, seed: Int,
    losses: [String] = [], retrieves: Bool = false
  ) {
    name = "\(architecture) \(pooling.rawValue)"
    self.architecture = architecture
    self.seed = seed
    self.pooling = pooling.rawValue
    self.normalizes = normalizes
    self.losses = losses
    self.retrieves = retrieves
    let isDistilled = architecture == "DistilBertModel"
    let kind = architecture == "RobertaModel" ? "roberta" : "bert"
    special = Self.marks[kind] ?? [:]
    words = (Self.order[kind] ?? []) + (0..<40).map { "word\($0)" }
    configuration = ["vocab_size": .integer(44), "max_position_embeddings": .integer(40)]
    let sizes: [(String, String, Int)] = [
      ("hidden_size", "dim", 24), ("num_hidden_layers", "n_layers", 2),
      ("num_attention_heads", "n_heads", 3), ("intermediate_size", "hidden_dim", 40),
    ]
    for (name, other, size) in sizes {
      configuration[isDistilled ? other : name] = .integer(size)
    }
    let rates =
      isDistilled
      ? ["dropout", "attention_dropout"] : ["hidden_dropout_prob", "attention_probs_dropout_prob"]
    for rate in rates { configuration[rate] = .number(0) }
    if architecture == "RobertaModel" {
      configuration.merge(
        ["pad_token_id": .integer(1), "bos_token_id": .integer(0), "eos_token_id": .integer(2)]
      ) { _, new in new }
    }
  }

  static let losses = [
    "pairs", "triplets", "symmetric", "cosine", "triplet", "triplet cosine", "contrastive",
    "online contrastive",
  ]

  static let all = [
    SentenceCase("BertModel", .mean, normalizes: false, seed: 1, losses: losses, retrieves: true),
    SentenceCase("BertModel", .cls, normalizes: true, seed: 2),
    SentenceCase("RobertaModel", .max, normalizes: false, seed: 3, losses: ["triplets", "cosine"]),
    SentenceCase("RobertaModel", .last, normalizes: false, seed: 4, losses: ["pairs"]),
    SentenceCase("DistilBertModel", .mean, normalizes: true, seed: 5, losses: ["symmetric"]),
  ]

  /// A row of texts with a score and a label.
  struct Row: Codable, Sendable {
    var texts: [String]
    var scores: Double?
    var labels: Double?
  }

  struct Request: Codable, Sendable {
    var cases: [SentenceCase]
    var texts: [String]
    var rows: [Row]
    var further: [Row]
  }

  static let request: Request = {
    var random = SplitMix(state: 11)
    // Some words are unknown, some texts too long.
    func text() -> String {
      (0..<1 + random.below(14)).map { _ in "word\(random.below(44))" }.joined(separator: " ")
    }
    let texts = (0..<9).map { _ in text() }
    let rows = (0..<6).map { row in
      Row(
        texts: [text(), text(), text()], scores: Double(random.below(100)) / 100,
        labels: Double(row % 2))
    }
    var further = (0..<20).map { _ in Row(texts: [text(), text()]) }
    // A second partner, a partner of two texts, and a text that is another's partner.
    further.append(Row(texts: [further[0].texts[0], text()]))
    further.append(Row(texts: [text(), further[1].texts[1]]))
    further.append(Row(texts: [text(), further[2].texts[0]]))
    return Request(cases: all, texts: texts, rows: rows, further: further)
  }()

  /// The folder with every case's model and reference, and the retrieval's measures; made once.
  static let references = Result {
    let folder = try TemporaryFolder()
    let measures: [String: Double] = try PythonOracle("tasks_embeddings").run(
      request, arguments: ["make", folder.url.path])
    return (folder: folder, measures: measures)
  }

  func folder() throws -> URL { try Self.references.get().folder.url.appending(path: name) }

  func reference() throws -> SafetensorsFile {
    try SafetensorsFile(
      Self.references.get().folder.url.appending(path: "\(name).safetensors"))
  }

  /// Loads the model, to be trained.
  func load(
    _ settings: SentenceEmbeddingSettings = .init(), isScored: Bool = false
  ) throws -> SentenceEmbedding {
    let folder = try folder()
    let layout = try SentenceFolder(folder: folder)
    let model = try SentenceEmbedding(
      PretrainedEncoder(folder: folder), tokenizer: PretrainedTokenizer(folder: folder),
      layout: layout ?? SentenceFolder(pooling: .mean, normalizes: false), settings: settings,
      isScored: isScored)
    try model.store.setTrainable()
    return model
  }

  /// Rows as examples, cut as the folder says.
  func examples(
    _ rows: [Row], texts: Int = 3, scored score: KeyPath<Row, Double?>? = nil
  ) throws -> [SentenceExample] {
    let folder = try folder()
    let encoder = RowEncoder(
      tokenizer: try PretrainedTokenizer(folder: folder),
      options: EncodingOptions(maximumLength: maximumLength), threads: 1)
    let table = rows.enumerated().map { line, row in
      TextRow(
        text: row.texts[0], pair: row.texts[1], others: Array(row.texts.prefix(texts).dropFirst(2)),
        target: score.flatMap { row[keyPath: $0] }.map { .value($0) } ?? .none,
        location: RowLocation(file: "rows.csv", line: line + 2))
    }
    return try SentenceEmbeddingTask().encode(table, labels: nil, with: encoder, for: .training)
      .flatMap(\.examples)
  }
}
