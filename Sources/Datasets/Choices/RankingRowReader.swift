public import Foundation

/// Reads queries with documents and how well each suits: JSON, one object a line or one list of
/// objects.
///
/// Either `query` (`question`, `text`) with `documents` (`candidates`, `passages`) and one grade for
/// each under `labels` (`relevance`, `grades`, `scores`), or `query` with `positives` (`positive`,
/// `pos`) and `negatives` (`negative`, `neg`), which are graded 1 and 0. Documents are texts, or
/// objects with a `text`. A row's text is the query, its further texts are the documents, and its
/// target is ``RowTarget/grades(_:)``.
public final class RankingRowReader: RowReader {
  private static let queryKeys = ["query", "question", "text", "anchor"]
  private static let documentKeys = ["documents", "candidates", "passages", "docs"]
  private static let gradeKeys = ["labels", "relevance", "grades", "scores", "label"]
  private static let positiveKeys = ["positives", "positive", "pos"]
  private static let negativeKeys = ["negatives", "negative", "neg"]

  private var feed: RecordFeed
  private let query: String
  private let documents: String?
  private let grades: String?
  private let positives: String?
  private let negatives: String?
  private let readsGrades: Bool
  private let keep: [String]

  /// Opens a file and finds its keys; no row is read yet.
  ///
  /// ``ColumnMapping/text``, ``ColumnMapping/pair`` and ``ColumnMapping/label`` name the keys of the
  /// query, the documents and the grades.
  ///
  /// - Throws: ``DatasetsError`` when there is no such file or key, or the file is empty, not text,
  ///   or not JSON.
  public init(_ url: URL, _ reading: RowReading = RowReading()) throws {
    let mapping = reading.mapping
    try mapping.refuseSeveralLabels("ranking")
    var feed = try RecordFeed(url, reading)
    keep = mapping.keep
    try feed.check(keep)
    readsGrades = reading.expectsTarget && mapping.label != nil
    query = try feed.neededColumn("the query", named: mapping.namedText, usual: Self.queryKeys)
    documents = try feed.column("the documents", named: mapping.pair, usual: Self.documentKeys)
    guard documents == nil else {
      (positives, negatives) = (nil, nil)
      grades =
        try readsGrades
        ? feed.neededColumn("the grades", named: mapping.namedLabel, usual: Self.gradeKeys) : nil
      self.feed = feed
      return
    }
    grades = nil
    positives = try feed.column("good documents", named: nil, usual: Self.positiveKeys)
    negatives = try feed.column("bad documents", named: nil, usual: Self.negativeKeys)
    if positives == nil {
      throw feed.missing("the documents", usual: Self.documentKeys + Self.positiveKeys)
    }
    self.feed = feed
  }

  /// The keys of the first objects.
  public var columns: [String] { feed.columns }

  /// How the file is read, and which keys were taken.
  public var notes: [String] { feed.notes }

  /// The rows that could not be read, with ``DataPolicy/BadRow/leaveOut``.
  public var leftOut: [LeftOutRow] { feed.leftOut }

  /// The next row, or nil at the end.
  ///
  /// - Throws: ``DatasetsError`` naming file and line of a row that cannot be read.
  public func next() throws -> TextRow? {
    try feed.next { record throws(RowProblem) in
      var row = TextRow(text: try record.text(query), location: record.location)
      var found: [Double] = []
      if let documents {
        row.others = try texts(record, documents, isNeeded: true)
        if let grades { found = try read(record, grades, count: row.others.count) }
      } else {
        let good = try texts(record, positives, isNeeded: true)
        let bad = try texts(record, negatives, isNeeded: false)
        row.others = good + bad
        found = good.map { _ in 1 } + bad.map { _ in 0 }
      }
      if row.others.isEmpty {
        throw record.problem(.missingValue, "the row has no document.")
      }
      if readsGrades { row.target = .grades(found) }
      row.extra = try record.extra(keep, identifier: "id")
      return row
    }
  }

  private func texts(
    _ record: Record, _ name: String?, isNeeded: Bool
  ) throws(RowProblem) -> [String] {
    guard let name else { return [] }
    switch record.object.value(at: name) {
    case nil where !isNeeded, .null? where !isNeeded: return []
    case .text(let text)?: return [text]
    case .list(let items)?:
      var texts: [String] = []
      for (place, item) in items.enumerated() {
        var text: JSONValue? = item
        if case .object(let object) = item { text = object["text"] }
        guard case .text(let text)? = text else {
          throw record.problem(
            .wrongType,
            "document \(place + 1) of '\(name)' must be a text, or an object with a 'text'.")
        }
        texts.append(text)
      }
      return texts
    case let value: throw record.unexpected(value, name, wanted: "a list of texts")
    }
  }

  private func read(
    _ record: Record, _ name: String, count: Int
  ) throws(RowProblem) -> [Double] {
    let value = record.object.value(at: name)
    guard case .list(let items)? = value else {
      throw record.unexpected(value, name, wanted: "a list with one grade for each document")
    }
    guard items.count == count else {
      throw record.problem(
        .fieldCount,
        "the row has \(count) documents and \(items.count) grades in '\(name)': each document "
          + "needs one.")
    }
    var grades: [Double] = []
    for item in items {
      switch item {
      case .boolean(let flag): grades.append(flag ? 1 : 0)
      case .number(let written): grades.append(try record.number(written, name))
      default:
        throw record.problem(.wrongType, "a grade of '\(name)' is \(item.kind), not a number.")
      }
    }
    return grades
  }
}
