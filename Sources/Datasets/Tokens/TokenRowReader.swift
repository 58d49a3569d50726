public import Foundation

/// Reads sentences of words with one tag each: for named entities, parts of speech, chunks.
///
/// - **CoNLL columns**: one word a line with its tags in columns, a blank line (or one of white
///   space) between sentences. What separates the columns (tabs, spaces, commas, semicolons, bars)
///   is found in the file and said in ``notes``. Words are the first column and tags the last;
///   ``ColumnMapping/text`` and ``ColumnMapping/label`` name others by number, `"1"` to `"n"`. Of
///   CoNLL-U, words are column 2 and tags column 4 (UPOS). `-DOCSTART-`, `#begin document` and
///   comments such as `# sent_id = 3` are told from words that begin with `#`.
/// - **JSON** (one object a line, or one list of objects): words under `tokens` or `words`, tags
///   under `tags`, `ner_tags`, `labels`, `ner`, `pos_tags` or `chunk_tags`; or a `text` (`sentence`,
///   `content`) with `spans`, `entities`, `labels` or `label`, each
///   `{"start": 0, "end": 4, "label": "PER"}` or `[0, 4, "PER"]`, in characters (Unicode scalars),
///   the end not included. Words are then found by ``SentenceWords/found(in:)`` and tagged in BIO.
///
/// A row's text is the words joined by ``SentenceWords/joined(_:)``, or the text of the file; its
/// spans are the words, and its target is ``RowTarget/tags(_:)`` with the tags as they are written.
/// A sentence with a bad line is one bad row.
public final class TokenRowReader: RowReader {
  /// The columns: numbers for CoNLL, keys for JSON.
  public let columns: [String]
  // One of the two is there.
  private var sentences: ColumnSentences?
  private var records: TaggedRecords?
  private var bad: BadRows

  /// Opens a file and finds its layout; no row is read yet.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - reading: How to read it. The format `jsonl` says JSON, `tsv` and `csv` say columns between
  ///     tabs and commas; without one the name and the content say which.
  ///   - tagNames: The names of tags that the file gives as numbers from 0.
  /// - Throws: ``DatasetsError`` when there is no such file or column, or the file is empty, not
  ///   text, or without tags where they are expected.
  public init(
    _ url: URL, _ reading: RowReading = RowReading(), tagNames: [String]? = nil
  ) throws {
    try reading.mapping.refuseSeveralLabels("token classification")
    bad = BadRows(reading.onBadRow)
    let bytes = try RecordFeed.bytes(of: url)
    if Self.isJSON(bytes, url, reading.format) {
      var reading = reading
      reading.format = .jsonl
      let records = try TaggedRecords(
        RecordFeed(bytes, url, reading), reading, tagNames: tagNames)
      columns = records.feed.columns
      self.records = records
    } else {
      if reading.format == .directory || !reading.mapping.keep.isEmpty {
        throw DatasetsError(
          .invalidMapping,
          "\(bytes.name): words in columns are one file, and no further columns can be kept.")
      }
      let sentences = try ColumnSentences(bytes, reading)
      columns = (1...sentences.layout.count).map(String.init)
      self.sentences = sentences
    }
  }

  /// Whether the format, the name or the first line says that the file holds JSON objects.
  private static func isJSON(_ bytes: ByteView, _ url: URL, _ format: DataFormat?) -> Bool {
    if let format { return format == .jsonl }
    if ["jsonl", "ndjson", "json"].contains(url.pathExtension.lowercased()) { return true }
    // A brace can be a word: only a whole object is one.
    guard let first = bytes.firstPrinting, bytes[first] == UInt8(ascii: "{") else { return false }
    let end = bytes.firstIndex(of: .lineFeed, from: first, to: bytes.count) ?? bytes.count
    var cursor = JSONCursor(bytes, from: first, to: end)
    return (try? cursor.skipValue()) != nil
  }

  /// How the file is read, and what of it is not part of a sentence.
  public var notes: [String] { records?.feed.notes ?? sentences?.notes ?? [] }

  /// The sentences that could not be read, with ``DataPolicy/BadRow/leaveOut``.
  public var leftOut: [LeftOutRow] { records?.feed.leftOut ?? bad.leftOut }

  /// The next sentence, or nil at the end.
  ///
  /// - Throws: ``DatasetsError`` naming file and line of a sentence that cannot be read.
  public func next() throws -> TextRow? {
    if records != nil { return try records?.next() }
    while true {
      switch sentences?.next() ?? .end {
      case .end: return nil
      case .bad(let problem, let content, let location):
        try bad.take(problem, content: content, at: location)
      case .sentence(let words, let tags, let location):
        if words.isEmpty { continue }
        let joined = SentenceWords.joined(words)
        let target: RowTarget = tags.isEmpty ? .none : .tags(tags)
        return TextRow(
          text: joined.text, spans: joined.spans, target: target, location: location)
      }
    }
  }
}
