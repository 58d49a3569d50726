public import Foundation

/// Reads texts that belong together, for embeddings: pairs, triplets and scored pairs, in CSV, TSV
/// or JSON (one object a line, or one list of objects).
///
/// The usual columns are:
///
/// - the first text: `anchor`, `query`, `question`, `sentence1`, `text1`, `premise`, `text`,
///   `sentence`;
/// - the second text: `positive`, `sentence2`, `text2`, `document`, `passage`, `answer`,
///   `hypothesis`, `paraphrase`, `context`;
/// - texts that do not belong: `negative`, `negatives`, `negative_1` and so on, the same with `hard_`;
/// - the score: `score`, `similarity_score`, `similarity`, `relatedness_score`, `label`.
///
/// ``ColumnMapping/text``, ``ColumnMapping/pair`` and ``ColumnMapping/label`` name others; a label of
/// nil reads no score. A row's further texts are the negatives, in JSON also a list of them; an
/// empty cell is none. Its target is ``RowTarget/value(_:)`` where there is a score and
/// ``RowTarget/none`` else.
public final class SentencePairReader: RowReader {
  /// What the rows of a file hold.
  public enum Content: String, Codable, Sendable, CaseIterable {
    /// Single texts, to be embedded only.
    case texts
    /// Two texts that belong together.
    case pairs
    /// Two texts that belong together, and texts that do not belong to the first.
    case triplets
    /// Two texts and how much they belong together.
    case scored
  }

  private static let negativeNames = ["negative", "negatives", "hard_negative", "hard_negatives"]
  private static let scoreKeys = [
    "score", "similarity_score", "similarity", "relatedness_score", "label",
  ]

  /// What the rows hold, as the columns say.
  public let content: Content
  private var feed: RecordFeed
  private let text: String
  private let pair: String?
  private let negatives: [String]
  private let score: String?
  private let keep: [String]

  /// Opens a file and finds its columns; no row is read yet.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - reading: How to read it. Without a target a second text is not needed.
  ///   - negatives: The columns of texts that do not belong; nil finds them by their usual names.
  ///   - layout: How delimited fields are written.
  /// - Throws: ``DatasetsError`` when there is no such file or column, or the file is empty, not
  ///   text, or of an unknown format.
  public init(
    _ url: URL, _ reading: RowReading = RowReading(), negatives: [String]? = nil,
    layout: DelimitedLayout = DelimitedLayout()
  ) throws {
    let mapping = reading.mapping
    try mapping.refuseSeveralLabels("an embedding")
    var feed = try RecordFeed(url, reading, layout: layout)
    keep = mapping.keep
    try feed.check(keep)
    text = try feed.neededColumn(
      "the first text", named: mapping.namedText, usual: PairMapping.firstKeys)
    pair =
      try reading.expectsTarget
      ? feed.neededColumn("the second text", named: mapping.pair, usual: PairMapping.secondKeys)
      : feed.column("the second text", named: mapping.pair, usual: PairMapping.secondKeys)
    try feed.check(negatives ?? [])
    let others = negatives ?? feed.columns.filter(Self.isNegative)
    if negatives == nil { for name in others { feed.say("a negative", is: name) } }
    self.negatives = others
    let isScored =
      reading.expectsTarget && mapping.label != nil
      && (mapping.namedLabel != nil || others.isEmpty)
    score =
      try isScored
      ? feed.column("the score", named: mapping.namedLabel, usual: Self.scoreKeys) : nil
    content =
      pair == nil ? .texts : score != nil ? .scored : others.isEmpty ? .pairs : .triplets
    if text == pair {
      throw DatasetsError(
        .invalidMapping, "The column mapping names '\(text)' both as the text and as its pair.")
    }
    self.feed = feed
  }

  private static func isNegative(_ column: String) -> Bool {
    let name = column.lowercased()
    guard let usual = negativeNames.first(where: name.hasPrefix) else { return false }
    let rest = name.dropFirst(usual.count)
    return rest.isEmpty || rest == "s" || rest.allSatisfy { $0 == "_" || $0.isNumber }
  }

  /// The columns of the file, in its order.
  public var columns: [String] { feed.columns }

  /// How the file is read, and which columns were taken.
  public var notes: [String] { feed.notes }

  /// The rows that could not be read, with ``DataPolicy/BadRow/leaveOut``.
  public var leftOut: [LeftOutRow] { feed.leftOut }

  /// The next row, or nil at the end.
  ///
  /// - Throws: ``DatasetsError`` naming file and line of a row that cannot be read.
  public func next() throws -> TextRow? {
    try feed.next { record throws(RowProblem) in
      var row = TextRow(text: try record.text(text), location: record.location)
      if let pair { row.pair = try record.text(pair) }
      for name in negatives { row.others += try others(record, name) }
      if content == .triplets, row.others.isEmpty {
        throw record.problem(.missingValue, "the row has no negative, and one at least is needed.")
      }
      if let score { row.target = .value(try record.number(score)) }
      row.extra = try record.extra(keep)
      return row
    }
  }

  private func others(_ record: Record, _ name: String) throws(RowProblem) -> [String] {
    switch record.object.value(at: name) {
    case nil, .null?: return []
    case .text(let text)?: return text.isBlank ? [] : [text]
    case .list(let items)?: return try record.texts(items, name)
    case let value: throw record.unexpected(value, name, wanted: "a text or a list of texts")
    }
  }
}
