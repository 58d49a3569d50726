/// Makes rows of tagged words out of JSON objects, which hold words and tags, or a text and the
/// parts of it that are named.
struct TaggedRecords {
  private static let wordKeys = ["tokens", "words", "token"]
  private static let textKeys = ["text", "sentence", "content"]
  private static let tagKeys = ["tags", "ner_tags", "labels", "ner", "pos_tags", "chunk_tags"]
  private static let spanKeys = ["spans", "entities", "labels", "label"]

  private(set) var feed: RecordFeed
  private let words: String?
  private let text: String?
  private let target: String?
  private let keep: [String]
  private let tagNames: [String]?

  /// - Throws: ``DatasetsError`` when a column is not there.
  init(_ feed: RecordFeed, _ reading: RowReading, tagNames: [String]?) throws {
    var feed = feed
    let mapping = reading.mapping
    self.tagNames = tagNames
    keep = mapping.keep
    try feed.check(keep)
    if let named = mapping.namedText {
      try feed.check(named)
      let isWords = feed.sample.contains { record in
        if case .list? = record.object.value(at: named) { true } else { false }
      }
      (words, text) = isWords ? (named, nil) : (nil, named)
    } else {
      words = try feed.column("the words", named: nil, usual: Self.wordKeys)
      text =
        words == nil ? try feed.column("the text", named: nil, usual: Self.textKeys) : nil
      if words == nil, text == nil {
        throw feed.missing("the words or the text", usual: Self.wordKeys + Self.textKeys)
      }
    }
    if reading.expectsTarget, mapping.label != nil {
      target = try feed.neededColumn(
        words == nil ? "the named parts of the text" : "the tags", named: mapping.namedLabel,
        usual: words == nil ? Self.spanKeys : Self.tagKeys)
    } else {
      target = nil
    }
    self.feed = feed
  }

  mutating func next() throws -> TextRow? {
    let (words, text, target, keep, names) = (words, text, target, keep, tagNames)
    return try feed.next { record throws(RowProblem) in
      var row: TextRow
      if let words {
        row = try Self.row(record, words: words, tags: target, names: names)
      } else {
        row = try Self.row(record, text: text ?? "text", spans: target)
      }
      row.extra = try record.extra(keep, identifier: "id")
      return row
    }
  }

  // MARK: Words and tags

  private static func row(
    _ record: Record, words: String, tags: String?, names: [String]?
  ) throws(RowProblem) -> TextRow {
    let list = try record.texts(words)
    if let empty = list.firstIndex(where: \.isEmpty) {
      throw record.problem(.missingValue, "word \(empty + 1) of '\(words)' is empty.")
    }
    let joined = SentenceWords.joined(list)
    var row = TextRow(text: joined.text, spans: joined.spans, location: record.location)
    guard let tags else { return row }
    let found = try self.tags(record, tags, names)
    guard found.count == list.count else {
      throw record.problem(
        .fieldCount,
        "'\(words)' has \(list.count) words and '\(tags)' has \(found.count) tags: each word "
          + "needs one tag.")
    }
    row.target = .tags(found)
    return row
  }

  private static func tags(
    _ record: Record, _ name: String, _ names: [String]?
  ) throws(RowProblem) -> [String] {
    let value = record.object.value(at: name)
    guard case .list(let items)? = value else {
      throw record.unexpected(value, name, wanted: "a list with one tag for each word")
    }
    var tags: [String] = []
    for (place, item) in items.enumerated() {
      switch item {
      case .text(let tag) where !tag.isBlank: tags.append(tag)
      case .text: throw record.problem(.missingValue, "tag \(place + 1) of '\(name)' is empty.")
      case .number(let number): tags.append(try tag(number, record, name, names))
      default:
        throw record.problem(
          .wrongType, "tag \(place + 1) of '\(name)' is \(item.kind), and must be a text.")
      }
    }
    return tags
  }

  private static func tag(
    _ number: String, _ record: Record, _ name: String, _ names: [String]?
  ) throws(RowProblem) -> String {
    guard let names else {
      throw record.problem(
        .invalidLabel,
        "'\(name)' holds numbers (\(number)), and only names say what the tags mean. Write the "
          + "names into the file (such as B-PER), or state the tag names in their order.")
    }
    if let place = Int(number), names.indices.contains(place) { return names[place] }
    throw record.problem(
      .invalidLabel,
      "'\(name)' holds the number \(number), and \(names.count) tag names are stated: 0 to "
        + "\(names.count - 1).")
  }

  // MARK: Texts and spans

  private static func row(
    _ record: Record, text name: String, spans: String?
  ) throws(RowProblem) -> TextRow {
    let text = try record.text(name)
    let words = SentenceWords.found(in: text)
    var row = TextRow(text: text, spans: words, location: record.location)
    guard let spans else { return row }
    let parts = try NamedSpans.read(record, spans, of: text)
    row.target = .tags(try NamedSpans.tags(parts, words: words, in: text, record))
    return row
  }
}
