public import Foundation

/// Reads sentences with two marked entities and the relation between them.
///
/// - **Marked text** in CSV, TSV or JSON: a column `text` or `sentence` with `<e1>…</e1>` and
///   `<e2>…</e2>`, and a column `relation`, `label` or `rel`.
/// - **The plain file of SemEval-2010 task 8**: a number, a tab and the sentence in quotes; the
///   relation on the next line, then a comment.
/// - **TACRED JSON**: one list of objects with `token`, `subj_start`, `subj_end`, `obj_start`,
///   `obj_end` (places of words, the ends included) and `relation`.
/// - **JSON with places**: `text` with `head` and `tail` (or `h` and `t`, `subject` and `object`),
///   each `{"start", "end"}`, `[start, end]` or `{"name", "pos": [start, end]}`, in characters
///   (Unicode scalars), the end not included; with `token` or `tokens` instead of a text, places of
///   words.
/// - **FewRel**: one object with a list of sentences for each relation, each with `tokens`, `h` and
///   `t` (`["name", "id", [[3, 4]]]`, places of words).
/// - **FinRE and SanWen**: lines of first entity, second entity, relation and sentence between tabs,
///   without a header; also as named columns `head`, `tail`, `relation`, `text`. An entity is taken
///   at the first place where it stands; how many stand several times is a note.
///
/// A row's text is without marks; its spans are the first entity (`e1`, head, subject) and the
/// second; its target is ``RowTarget/label(_:)``. What the file names `id` is in
/// ``TextRow/extra``.
public final class RelationRowReader: RowReader {
  private static let textKeys = ["text", "sentence", "sent"]
  private static let relationKeys = ["relation", "label", "rel"]

  private var feed: RecordFeed
  private let text: String?
  private let tokens: String?
  private let relation: String?
  private let keep: [String]
  private var rows = 0
  private var repeated = 0

  /// Opens a file and finds its layout; no row is read yet.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - reading: How to read it.
  ///   - layout: How delimited fields are written.
  /// - Throws: ``DatasetsError`` when there is no such file or column, or the file is empty, not
  ///   text, or of an unknown format.
  public init(
    _ url: URL, _ reading: RowReading = RowReading(), layout: DelimitedLayout = DelimitedLayout()
  ) throws {
    let mapping = reading.mapping
    try mapping.refuseSeveralLabels("relation extraction")
    var feed = try Self.feed(url, reading, layout)
    keep = mapping.keep
    try feed.check(keep)
    tokens =
      try mapping.namedText == nil
      ? feed.column("the words", named: nil, usual: EntityPlaces.tokenKeys) : nil
    text =
      try tokens == nil
      ? feed.neededColumn("the sentence", named: mapping.namedText, usual: Self.textKeys) : nil
    relation =
      try reading.expectsTarget && mapping.label != nil
      ? feed.neededColumn("the relation", named: mapping.namedLabel, usual: Self.relationKeys) : nil
    self.feed = feed
  }

  private static func feed(
    _ url: URL, _ reading: RowReading, _ layout: DelimitedLayout
  ) throws -> RecordFeed {
    let bytes = try RecordFeed.bytes(of: url)
    let isPlain = reading.format == nil || reading.format == .tsv
    let isJSON = ["json", "jsonl", "ndjson"].contains(url.pathExtension.lowercased())
    if isPlain, !isJSON {
      if SemEvalSentences.fits(bytes) {
        return try RecordFeed(SemEvalSentences(bytes), of: bytes.name, reading)
      }
      if EntityLines.fits(bytes) {
        let lines = EntityLines(bytes, isPrediction: !reading.expectsTarget)
        return try RecordFeed(lines, of: bytes.name, reading)
      }
    }
    if isJSON, RelationGroups.fits(bytes) {
      return try RecordFeed(RelationGroups(bytes), of: bytes.name, reading)
    }
    return try RecordFeed(bytes, url, reading, layout: layout)
  }

  /// The columns of the file, or the names of what its lines hold.
  public var columns: [String] { feed.columns }

  /// How the file is read, and how many entities stand several times in their sentence.
  public var notes: [String] {
    if repeated == 0 { return feed.notes }
    return feed.notes + [
      "\(feed.name): \(grouped(repeated)) of \(grouped(2 * rows)) entities stand several times in "
        + "their sentence; the first place was taken."
    ]
  }

  /// The rows that could not be read, with ``DataPolicy/BadRow/leaveOut``.
  public var leftOut: [LeftOutRow] { feed.leftOut }

  /// The next row, or nil at the end.
  ///
  /// - Throws: ``DatasetsError`` naming file and line of a row that cannot be read.
  public func next() throws -> TextRow? {
    let row = try feed.next { record throws(RowProblem) in
      let entities = try self.entities(record)
      var row = TextRow(
        text: entities.text, spans: [entities.head, entities.tail], location: record.location)
      if let relation { row.target = .label(try record.label(relation)) }
      row.extra = try record.extra(keep, identifier: "id")
      return row
    }
    if row != nil { rows += 1 }
    return row
  }

  private func entities(_ record: Record) throws(RowProblem) -> MarkedEntities {
    if let tokens { return try EntityPlaces.inWords(record, tokens) }
    let sentence = try record.text(text ?? "text")
    if EntityPlaces.isThere(record) { return try EntityPlaces.inText(record, sentence) }
    if let marked = try MarkedEntities.unmarked(sentence, record) { return marked }
    guard case .text(let head)? = record.object.first(of: EntityPlaces.headKeys)?.value,
      case .text(let tail)? = record.object.first(of: EntityPlaces.tailKeys)?.value
    else {
      throw record.problem(
        .invalidSpan,
        "nothing says which entities are meant: <e1>…</e1> and <e2>…</e2> were expected in the "
          + "text, or the entities under 'head' and 'tail'.")
    }
    return try MarkedEntities.found(head, tail, in: sentence, record, repeated: &repeated)
  }
}
