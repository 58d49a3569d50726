/// Reads the rows of a JSON Lines file.
struct JSONLinesReader: RowSource {
  /// How many lines are looked through for the columns; later ones may add more.
  private static let linesForColumns = 100

  private(set) var columns: [String] = []
  let notes: [String]
  private let bytes: ByteView
  private var scanner: JSONScanner
  private var lines: LineCursor

  init(_ bytes: ByteView, plan: ColumnPlan, notes: [String] = []) throws {
    self.bytes = bytes
    self.notes = notes
    scanner = JSONScanner(bytes, wanted: plan.wanted)
    lines = LineCursor(bytes)
    try findColumns(plan)
  }

  var content: String { bytes.text(from: lines.start, to: lines.end) }

  mutating func next(into values: inout [FieldValue]) throws -> SourceOutcome {
    guard lines.next() else { return .end }
    if lines.isBlank { return .blank }
    do throws(RowProblem) {
      try checkEncoding(lines)
      try scanner.read(from: lines.start, to: lines.end, line: lines.line)
    } catch {
      return .bad(
        error, content: content, at: RowLocation(file: bytes.name, line: lines.line))
    }
    for place in values.indices { values[place] = scanner.values[place] }
    return .values(RowLocation(file: bytes.name, line: lines.line))
  }

  private func checkEncoding(_ lines: LineCursor) throws(RowProblem) {
    if let invalid = bytes.firstInvalidUTF8(from: lines.start, to: lines.end) {
      throw invalidUTF8(bytes, at: invalid, line: lines.line)
    }
  }

  /// Collects the keys of the first lines, and refuses a wanted column that none of them has.
  private mutating func findColumns(_ plan: ColumnPlan) throws {
    var ahead = lines
    var collector = JSONScanner(bytes, wanted: plan.wanted, collectsNames: true)
    var seen = Set<ExactText>()
    var found = Array(repeating: false, count: plan.wanted.count)
    var firstProblem: RowProblem?
    var isEmpty = true
    for _ in 0..<Self.linesForColumns {
      guard ahead.next() else { break }
      if ahead.isBlank { continue }
      isEmpty = false
      do throws(RowProblem) {
        try checkEncoding(ahead)
        try collector.read(from: ahead.start, to: ahead.end, line: ahead.line)
      } catch {
        // A file that starts with a list is one JSON value, not lines with a bad one among them.
        if columns.isEmpty, error.startsList { throw error.error(in: bytes.name) }
        firstProblem = firstProblem ?? error
        continue
      }
      for name in collector.names where seen.insert(ExactText(name)).inserted {
        columns.append(name)
      }
      for (place, value) in collector.values.enumerated() {
        if case .missing = value { continue }
        found[place] = true
      }
    }
    if isEmpty, ahead.isAtEnd { throw emptyFile(bytes.name) }
    if columns.isEmpty, let firstProblem { throw firstProblem.error(in: bytes.name) }
    if let place = found.firstIndex(of: false) {
      throw noSuchColumn(plan.wanted[place], in: bytes.name, columns: columns)
    }
  }
}

/// Goes through the lines of a file, which end with LF or CR LF.
struct LineCursor {
  private let bytes: ByteView
  private(set) var start: Int
  private(set) var end: Int
  private(set) var line = 0
  private var position: Int

  init(_ bytes: ByteView) {
    self.bytes = bytes
    position = bytes.hasByteOrderMark ? 3 : 0
    (start, end) = (position, position)
  }

  var isAtEnd: Bool { position >= bytes.count }

  /// Whether the line holds nothing but white space.
  var isBlank: Bool {
    (start..<end).allSatisfy { [.space, .tab, .carriageReturn].contains(bytes[$0]) }
  }

  /// Goes to the next line; false at the end of the file.
  mutating func next() -> Bool {
    guard !isAtEnd else { return false }
    start = position
    let lineFeed = bytes.firstIndex(of: .lineFeed, from: position, to: bytes.count)
    end = lineFeed ?? bytes.count
    position = end + 1
    if end > start, bytes[end - 1] == .carriageReturn { end -= 1 }
    line += 1
    return true
  }
}
