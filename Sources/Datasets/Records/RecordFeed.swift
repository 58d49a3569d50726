import Foundation

/// Opens a file of records, finds the columns of a task in it, and gives the rows one by one.
struct RecordFeed {
  /// How many records are looked through for the columns; later ones may have more.
  private static let recordsForColumns = 100

  /// The file as it was named.
  let name: String
  /// The columns of CSV and TSV, or the keys of the first objects.
  private(set) var columns: [String] = []
  /// The first records.
  private(set) var sample: [Record] = []
  private var source: any RecordSource
  private var bad: BadRows
  private var found: [(purpose: String, column: String)] = []

  /// - Throws: ``DatasetsError`` when there is no such file, or it is empty, not text, or of an
  ///   unknown format.
  init(_ url: URL, _ reading: RowReading, layout: DelimitedLayout = DelimitedLayout()) throws {
    let bytes = try Self.bytes(of: url)
    try self.init(bytes, url, reading, layout: layout)
  }

  init(
    _ bytes: ByteView, _ url: URL, _ reading: RowReading,
    layout: DelimitedLayout = DelimitedLayout()
  ) throws {
    let source = try Self.source(bytes, url, reading.format, layout)
    try self.init(source, of: bytes.name, reading)
  }

  /// Takes a source of its own layout.
  init(_ source: any RecordSource, of name: String, _ reading: RowReading) throws {
    self.name = name
    self.source = source
    bad = BadRows(reading.onBadRow)
    try lookAhead()
  }

  /// The bytes of a file that is text and holds something.
  static func bytes(of url: URL) throws -> ByteView {
    let bytes = ByteView(try MappedFile(url))
    try ForeignContent.refuse(bytes)
    guard bytes.firstPrinting != nil else { throw emptyFile(bytes.name) }
    return bytes
  }

  private static func source(
    _ bytes: ByteView, _ url: URL, _ format: DataFormat?, _ layout: DelimitedLayout
  ) throws -> any RecordSource {
    let isJSON = url.pathExtension.lowercased() == "json"
    let named = format ?? (isJSON ? .jsonl : DataFormat(inferredFrom: url))
    if named == .directory {
      throw DatasetsError(
        .unknownFormat, "\(bytes.name): a folder of texts cannot hold the rows of this task.")
    }
    let guess = try named.map { FormatSniffer.Guess(format: $0) } ?? FormatSniffer.guess(bytes)
    let notes = guess.note.map { [$0] } ?? []
    guard guess.format == .jsonl else {
      var layout = layout
      layout.delimiter = layout.delimiter ?? guess.delimiter
      return try DelimitedObjects(bytes, format: guess.format, layout: layout, notes: notes)
    }
    if let first = bytes.firstPrinting, bytes[first] == UInt8(ascii: "[") {
      return try ObjectList(bytes)
    }
    return ObjectLines(bytes, notes: notes)
  }

  /// Reads the first records for their columns; a file without a good one among them is refused.
  private mutating func lookAhead() throws {
    var ahead = source
    var firstProblem: RowProblem?
    var seen = Set<ExactText>()
    reading: for _ in 0..<Self.recordsForColumns {
      switch try ahead.next() {
      case .end: break reading
      case .bad(let problem, _, _): firstProblem = firstProblem ?? problem
      case .record(let record): sample.append(record)
      }
    }
    if let delimited = source as? DelimitedObjects {
      columns = delimited.columns
    } else {
      if sample.isEmpty, let firstProblem { throw firstProblem.error(in: name) }
      for name in sample.lazy.flatMap(\.object.members).map(\.name)
      where seen.insert(ExactText(name)).inserted {
        columns.append(name)
      }
    }
  }

  // MARK: Columns

  /// The column for a purpose: the named one, or the first there is of the usual ones.
  ///
  /// - Parameters:
  ///   - purpose: What the column is, for messages, such as `the score`.
  ///   - named: The column that the user named, or nil.
  ///   - usual: The names that such a column usually has; upper and lower case are the same.
  /// - Returns: nil when nothing was named and there is none of the usual names.
  /// - Throws: ``DatasetsError`` when the named column is not there, or is there twice.
  mutating func column(_ purpose: String, named: String?, usual: [String]) throws -> String? {
    guard let named else {
      for name in usual {
        guard let column = columns.first(where: { $0.lowercased() == name }) else { continue }
        try check(column)
        found.append((purpose, column))
        return column
      }
      return nil
    }
    try check(named)
    return named
  }

  /// As ``column(_:named:usual:)``, where the task cannot do without.
  mutating func neededColumn(_ purpose: String, named: String?, usual: [String]) throws -> String {
    if let column = try column(purpose, named: named, usual: usual) { return column }
    throw missing(purpose, usual: usual)
  }

  /// The error for a column that the task needs and the file does not have.
  func missing(_ purpose: String, usual: [String]) -> DatasetsError {
    DatasetsError(
      .noSuchColumn,
      "\(name) has no column for \(purpose): none is named, and none of the usual ones "
        + "(\(quotedList(usual))) is there. Its columns are \(quotedList(columns, limit: 40)). "
        + "Name the column.",
      columns: columns)
  }

  /// Refuses a column that no record has, or that the header has twice.
  func check(_ column: String) throws {
    let places = columns.filter { ExactText($0) == ExactText(column) }.count
    if places > 1 {
      throw DatasetsError(
        .ambiguousColumn,
        "\(name) has \(places) columns named '\(column)'. Rename one of them in the header.")
    }
    guard places == 0, !sample.contains(where: { $0.object.value(at: column) != nil }) else {
      return
    }
    throw noSuchColumn(column, in: name, columns: columns)
  }

  /// Refuses columns to keep that are not there.
  func check(_ columns: [String]) throws {
    for column in columns { try check(column) }
  }

  /// Says of a column, which was not looked for by name, what it is.
  mutating func say(_ purpose: String, is column: String) { found.append((purpose, column)) }

  // MARK: Rows

  /// How the file is read, and which columns were taken without being named.
  var notes: [String] {
    if found.isEmpty { return source.notes }
    let taken = found.map { "\($0.purpose) from '\($0.column)'" }.joined(separator: ", ")
    return source.notes + ["\(name): the columns were found by their usual names: \(taken)."]
  }

  /// The rows that were left out.
  var leftOut: [LeftOutRow] { bad.leftOut }

  /// The next row that can be made, or nil at the end.
  mutating func next(
    _ make: (Record) throws(RowProblem) -> TextRow
  ) throws -> TextRow? {
    while true {
      switch try source.next() {
      case .end: return nil
      case .bad(let problem, let content, let location):
        try bad.take(problem, content: content, at: location)
      case .record(let record):
        do throws(RowProblem) {
          return try make(record)
        } catch {
          try bad.take(error, content: source.content, at: record.location)
        }
      }
    }
  }
}

extension ColumnMapping {
  /// The text column where it was named: the default leaves it to the reader.
  var namedText: String? { text == "text" ? nil : text }

  /// The label column where it was named: the default leaves it to the reader.
  var namedLabel: String? { label == "label" ? nil : label }

  /// Refuses what only text classification can use.
  func refuseSeveralLabels(_ task: String) throws {
    if labelColumns != nil || labelSeparator != nil {
      throw DatasetsError(
        .invalidMapping,
        "The column mapping has label columns or a label separator, which \(task) cannot use.")
    }
  }
}
