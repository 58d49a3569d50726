import Datasets
import Foundation
import Layers
import Models
import Tasks
import TestSupport
import Testing
import Tokenizers
import Torch

/// Sentences of words with tags, and taggers of three kinds of tokenizers that Transformers makes.
enum TaggingCase {
  /// A sentence as the oracle reads it.
  struct Sentence: Codable, Sendable {
    var words: [String]
    var tags: [String]
  }

  /// What the oracle tells of one family.
  struct Told: Decodable, Sendable {
    var ids: [[Int32]]
    var first: [[Int]]
    var every: [[Int]]
  }

  static let labels = ["B-LOC", "B-PER", "I-LOC", "I-PER", "O"]
  static let families = ["bert", "roberta", "xlm-roberta"]

  /// Words of several scripts, with and without spaces between them; BERT's tokenizer has no token
  /// for one of them.
  private static let vocabulary = [
    "Angela", "Merkel", "besucht", "Peking", "北", "京", "是", "首都", "U.S.", "can't", "naïve", "ﬁne",
    "𝒳", "\u{200d}", "e\u{301}clair", "2024-11-21", "New", "York", "。", "😀", "x", "don't", "the",
  ]

  static let sentences: [Sentence] = {
    var random = SplitMix(state: 11)
    return (0..<9).map { row in
      let count = [1, 4, 17, 9, 2, 12, 7, 3, 5][row]
      let words = (0..<count).map { _ in vocabulary[random.below(vocabulary.count)] }
      // The first word has tokens in every family.
      return Sentence(
        words: ["Angela"] + words,
        tags: (0...count).map { _ in labels[random.below(labels.count)] })
    }
  }()

  private struct Request: Encodable {
    var folder: String
    var labels: [String]
    var rows: [Sentence]
  }

  private struct Made: Sendable {
    var folder: TemporaryFolder
    var told: [String: Told]
  }

  private static let made = Result<Made, any Error> {
    let folder = try TemporaryFolder()
    let request = Request(folder: folder.url.path, labels: labels, rows: sentences)
    return Made(
      folder: folder, told: try PythonOracle("tasks_tokens").run(request, arguments: ["make"]))
  }

  static func folder(_ family: String) throws -> URL {
    try made.get().folder.url.appending(path: family)
  }

  static func told(_ family: String) throws -> Told {
    try #require(made.get().told[family])
  }

  static func reference(_ family: String) throws -> SafetensorsFile {
    try SafetensorsFile(made.get().folder.url.appending(path: "\(family).safetensors"))
  }

  /// The sentences as rows.
  static var rows: [TextRow] {
    sentences.enumerated().map { row($1.words, .tags($1.tags), line: $0 + 1) }
  }

  static func row(_ words: [String], _ target: RowTarget = .none, line: Int = 1) -> TextRow {
    let joined = SentenceWords.joined(words)
    return TextRow(
      text: joined.text, spans: joined.spans, target: target,
      location: RowLocation(file: "rows.conll", line: line))
  }

  static func encoder(_ family: String, maximumLength: Int? = nil) throws -> RowEncoder {
    RowEncoder(
      tokenizer: try PretrainedTokenizer(folder: folder(family)),
      options: EncodingOptions(maximumLength: maximumLength), threads: 2)
  }

  static func encode(
    _ rows: [TextRow], _ family: String, _ settings: TokenClassificationSettings = .init(),
    maximumLength: Int? = nil, for purpose: ExamplePurpose
  ) throws -> [EncodedRow<TaggingExample>] {
    try TokenClassificationTask(settings).encode(
      rows, labels: LabelSet(names: labels), with: encoder(family, maximumLength: maximumLength),
      for: purpose)
  }

  /// The tagger of a family, to be trained.
  static func tagger(
    _ family: String, _ settings: TokenClassificationSettings = .init(), seed: UInt64 = 1
  ) throws -> TokenTagging {
    var options = ParameterStore.Options()
    options.seed = seed
    let request = ModelRequest<TaggingExample>(
      source: .folder(try folder(family)), labels: try LabelSet(names: labels), training: [],
      tokenizer: try PretrainedTokenizer(folder: folder(family)).addingPrefixSpace(), dropout: 0,
      options: options)
    let task = try TokenClassificationTask(settings).model(request)
    try task.store.setTrainable()
    return task
  }
}

/// What an error says; nil when there is none.
func told<Value>(_ body: () throws -> Value) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return "\(error)"
  }
}
