import Foundation

/// Reads the rows of a CSV or TSV file.
struct DelimitedReader: RowSource {
  private(set) var columns: [String]
  private(set) var notes: [String]
  private let bytes: ByteView
  private var scanner: DelimitedScanner
  /// The field of each wanted column.
  private let places: [Int]

  /// Finds the columns; without a plan all of them are fetched.
  init(
    _ bytes: ByteView, format: DataFormat, layout: DelimitedLayout, plan: ColumnPlan?,
    notes: [String] = []
  ) throws {
    let delimiter = try layout.delimiterByte(for: format)
    let quoting = Self.quoting(layout, format, bytes, delimiter)
    self.bytes = bytes
    self.notes = notes + (quoting.note.map { [$0] } ?? [])
    var scanner = DelimitedScanner(bytes, delimiter: delimiter, readsQuotes: quoting.readsQuotes)
    columns = try Self.readColumns(&scanner, bytes, hasHeader: layout.hasHeader)
    if let plan {
      places = try Self.places(of: plan.wanted, in: columns, bytes.name, layout, delimiter)
    } else {
      places = Array(columns.indices)
    }
    self.scanner = scanner
  }

  var content: String { bytes.text(from: scanner.recordStart, to: scanner.recordEnd) }

  mutating func next(into values: inout [FieldValue]) throws -> SourceOutcome {
    switch scanner.next() {
    case .end:
      return .end
    case .blank:
      // In a file of one column a line without content is a row with an empty text.
      guard columns.count == 1 else { return .blank }
      for place in values.indices { values[place] = .text("") }
      return .values(location)
    case .malformed(let problem):
      if problem.code == .unclosedQuote { throw problem.error(in: bytes.name) }
      return .bad(problem, content: content, at: location)
    case .record:
      if let problem = recordProblem() {
        return .bad(problem, content: content, at: location)
      }
      for (value, place) in places.enumerated() {
        values[value] = .text(text(of: scanner.field(place)))
      }
      return .values(location)
    }
  }

  private var location: RowLocation { RowLocation(file: bytes.name, line: scanner.recordLine) }

  private func text(of field: DelimitedScanner.Field) -> String {
    field.hasDoubledQuotes
      ? bytes.unquotedText(from: field.start, to: field.end)
      : bytes.text(from: field.start, to: field.end)
  }

  private func recordProblem() -> RowProblem? {
    if let invalid = bytes.firstInvalidUTF8(from: scanner.recordStart, to: scanner.recordEnd) {
      let line = scanner.recordLine + bytes.lineBreaks(from: scanner.recordStart, to: invalid)
      return invalidUTF8(bytes, at: invalid, line: line)
    }
    let found = scanner.fieldCount
    guard found != columns.count else { return nil }
    let fields = found == 1 ? "1 field" : "\(found) fields"
    let few = found < columns.count
    return RowProblem(
      code: .fieldCount,
      message: "the row has \(fields), and the file has \(columns.count) columns: "
        + "too \(few ? "few" : "many"). "
        + (few
          ? "Complete the row."
          : "Put fields that hold the delimiter in double quotes."),
      line: scanner.recordLine)
  }

  private static func quoting(
    _ layout: DelimitedLayout, _ format: DataFormat, _ bytes: ByteView, _ delimiter: UInt8
  ) -> (readsQuotes: Bool, note: String?) {
    switch layout.quoting {
    case .standard: (true, nil)
    case .none: (false, nil)
    case .automatic:
      format == .tsv ? QuotingDetector.decide(bytes, delimiter: delimiter) : (true, nil)
    }
  }

  /// The names of the header, or numbers; leaves the scanner before the first row.
  private static func readColumns(
    _ scanner: inout DelimitedScanner, _ bytes: ByteView, hasHeader: Bool
  ) throws -> [String] {
    var ahead = scanner
    while true {
      switch ahead.next() {
      case .end: throw emptyFile(bytes.name)
      case .malformed(let problem): throw problem.error(in: bytes.name)
      case .blank: continue
      case .record:
        if let invalid = bytes.firstInvalidUTF8(from: ahead.recordStart, to: ahead.recordEnd) {
          throw invalidUTF8(bytes, at: invalid, line: ahead.recordLine).error(in: bytes.name)
        }
        guard hasHeader else { return (1...ahead.fieldCount).map(String.init) }
        scanner = ahead
        return ahead.fields.map { field in
          field.hasDoubledQuotes
            ? bytes.unquotedText(from: field.start, to: field.end)
            : bytes.text(from: field.start, to: field.end)
        }
      }
    }
  }

  private static func places(
    of wanted: [String], in columns: [String], _ file: String, _ layout: DelimitedLayout,
    _ delimiter: UInt8
  ) throws -> [Int] {
    try wanted.map { name in
      let matches = columns.indices.filter { ExactText(columns[$0]) == ExactText(name) }
      guard let place = matches.first else {
        throw noSuchColumn(
          name, in: file, columns: columns, hint: hint(columns, layout, delimiter))
      }
      guard matches.count == 1 else {
        throw DatasetsError(
          .ambiguousColumn,
          "\(file) has \(matches.count) columns named '\(name)', at positions "
            + matches.map { "\($0 + 1)" }.joined(separator: ", ")
            + ". Rename one of them in the header.")
      }
      return place
    }
  }

  private static func hint(
    _ columns: [String], _ layout: DelimitedLayout, _ delimiter: UInt8
  ) -> String {
    guard layout.hasHeader else {
      return "The file is read without a header, so columns are numbers."
    }
    let others: [(String, String)] = [
      (";", "semicolon"), ("\t", "tab"), ("|", "bar"), (",", "comma"),
    ]
    if columns.count == 1,
      let other = others.first(where: { $0.0.utf8.first != delimiter && columns[0].contains($0.0) })
    {
      return "Is the delimiter a \(other.1)? Then set it."
    }
    return "If the first line is a row and not a header, put a line with the names above it."
  }
}

/// The problem of a byte that is not UTF-8.
func invalidUTF8(_ bytes: ByteView, at position: Int, line: Int) -> RowProblem {
  let byte = String(bytes[position], radix: 16, uppercase: true)
  let padded = byte.count == 1 ? "0" + byte : byte
  return RowProblem(
    code: .notUTF8,
    message: "the byte 0x\(padded) is not UTF-8. "
      + "Convert the file (for example: iconv -f WINDOWS-1252 -t UTF-8).",
    line: line, column: bytes.column(of: position), byte: position)
}
