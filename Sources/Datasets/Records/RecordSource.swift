/// What a source of records gives for one turn of reading.
enum RecordOutcome {
  case record(Record)
  /// A row that cannot be read, with its raw text.
  case bad(RowProblem, content: String, at: RowLocation)
  case end
}

/// A format's part of reading records.
protocol RecordSource {
  /// What the user should know about how the file is read.
  var notes: [String] { get }
  /// The raw text of the latest record.
  var content: String { get }
  /// The next record; blank lines are passed over.
  mutating func next() throws -> RecordOutcome
}

/// JSON Lines: one object a line.
struct ObjectLines: RecordSource {
  let notes: [String]
  private let bytes: ByteView
  private var lines: LineCursor

  init(_ bytes: ByteView, notes: [String] = []) {
    self.bytes = bytes
    self.notes = notes
    lines = LineCursor(bytes)
  }

  var content: String { bytes.text(from: lines.start, to: lines.end) }

  mutating func next() throws -> RecordOutcome {
    repeat { guard lines.next() else { return .end } } while lines.isBlank
    let location = RowLocation(file: bytes.name, line: lines.line)
    do throws(RowProblem) {
      if let invalid = bytes.firstInvalidUTF8(from: lines.start, to: lines.end) {
        throw invalidUTF8(bytes, at: invalid, line: lines.line)
      }
      var cursor = JSONCursor(bytes, from: lines.start, to: lines.end, line: lines.line)
      let object = try cursor.object()
      try cursor.finish()
      return .record(Record(object: object, location: location))
    } catch {
      return .bad(error, content: content, at: location)
    }
  }
}

/// One JSON list of objects, read object by object.
struct ObjectList: RecordSource {
  let notes: [String] = []
  private let bytes: ByteView
  private var cursor: JSONCursor
  private var range = 0..<0
  private var isOpen = false
  private var isAtEnd = false

  /// - Throws: ``DatasetsError`` for bytes that are not UTF-8: in one JSON value the place where
  ///   reading could go on cannot be told.
  init(_ bytes: ByteView) throws {
    self.bytes = bytes
    try refuseInvalidUTF8(bytes)
    cursor = JSONCursor(bytes, from: bytes.textStart, to: bytes.count)
  }

  var content: String { bytes.text(from: range.lowerBound, to: range.upperBound) }

  mutating func next() throws -> RecordOutcome {
    if isAtEnd { return .end }
    do throws(RowProblem) {
      if !isOpen { try cursor.enterList() }
      isOpen = true
      guard try cursor.nextItem() else {
        try cursor.finish()
        isAtEnd = true
        return .end
      }
      let object = try cursor.object()
      range = object.range
      let line = cursor.line(of: range.lowerBound)
      return .record(Record(object: object, location: RowLocation(file: bytes.name, line: line)))
    } catch {
      throw error.error(in: bytes.name)
    }
  }
}

/// CSV or TSV, each row as an object whose values are texts.
struct DelimitedObjects: RecordSource {
  let columns: [String]
  private var reader: DelimitedReader
  private var values: [FieldValue]

  init(
    _ bytes: ByteView, format: DataFormat, layout: DelimitedLayout, notes: [String]
  ) throws {
    reader = try DelimitedReader(bytes, format: format, layout: layout, plan: nil, notes: notes)
    columns = reader.columns
    values = Array(repeating: .missing, count: columns.count)
  }

  var notes: [String] { reader.notes }
  var content: String { reader.content }

  mutating func next() throws -> RecordOutcome {
    while true {
      switch try reader.next(into: &values) {
      case .end: return .end
      case .blank: continue
      case .bad(let problem, let content, let location):
        return .bad(problem, content: content, at: location)
      case .values(let location):
        let members = zip(columns, values).map { name, value in
          (name: name, value: JSONValue.text(value.scalarText ?? ""))
        }
        return .record(
          Record(object: JSONObject(members: members, range: 0..<0), location: location))
      }
    }
  }
}

/// Refuses a file with a byte that is not UTF-8.
func refuseInvalidUTF8(_ bytes: ByteView) throws {
  guard let invalid = bytes.firstInvalidUTF8(from: bytes.textStart, to: bytes.count) else { return }
  let line = 1 + bytes.lineBreaks(from: 0, to: invalid)
  throw invalidUTF8(bytes, at: invalid, line: line).error(in: bytes.name)
}

extension ByteView {
  /// The first byte after a byte order mark.
  var textStart: Int { hasByteOrderMark ? 3 : 0 }

  /// The first byte that is not white space of ASCII, or nil.
  var firstPrinting: Int? {
    (textStart..<count).first { ![.space, .tab, .lineFeed, .carriageReturn].contains(self[$0]) }
  }
}
