/// Cuts the bytes of a CSV or TSV file into records and fields.
///
/// A quote inside an unquoted field is a character like any other (as Python's csv module has it).
/// Records end with LF, CR LF or a lone CR.
struct DelimitedScanner {
  /// Where a field's text lies; the quotes around it are outside.
  struct Field {
    let start: Int
    let end: Int
    /// Whether doubled quotes in it stand for one.
    var hasDoubledQuotes = false
    var isQuoted = false
  }

  enum Outcome {
    case record
    /// A line without a byte in it.
    case blank
    case malformed(RowProblem)
    case end
  }

  let bytes: ByteView
  let delimiter: UInt8
  let readsQuotes: Bool
  private var storage: [Field] = []
  /// The number of fields of the latest record.
  private(set) var fieldCount = 0
  /// The bytes and first line of the latest record, without its line break.
  private(set) var recordStart: Int
  private(set) var recordEnd = 0
  private(set) var recordLine = 1
  private var position: Int
  private var line = 1

  init(_ bytes: ByteView, delimiter: UInt8, readsQuotes: Bool) {
    self.bytes = bytes
    self.delimiter = delimiter
    self.readsQuotes = readsQuotes
    position = bytes.hasByteOrderMark ? 3 : 0
    recordStart = position
  }

  /// Whether nothing is left to read.
  var isAtEnd: Bool { position >= bytes.count }

  /// The fields of the latest record.
  var fields: ArraySlice<Field> { storage[0..<fieldCount] }

  /// A field of the latest record.
  func field(_ place: Int) -> Field { storage[place] }

  /// Takes the place of a field of an earlier record, as emptying the list each time costs more.
  private mutating func append(_ field: Field) {
    if fieldCount < storage.count { storage[fieldCount] = field } else { storage.append(field) }
    fieldCount += 1
  }

  /// Reads the next record into ``fields``.
  mutating func next() -> Outcome {
    guard !isAtEnd else { return .end }
    (recordStart, recordLine) = (position, line)
    fieldCount = 0
    if isLineBreak(bytes[position]) {
      recordEnd = position
      passLineBreak()
      return .blank
    }
    while true {
      if readsQuotes, position < bytes.count, bytes[position] == .quote {
        if let problem = quotedField() { return .malformed(problem) }
      } else {
        let end = bytes.fieldEnd(delimiter: delimiter, from: position, to: bytes.count)
        append(Field(start: position, end: end))
        position = end
      }
      guard position < bytes.count, bytes[position] == delimiter else { break }
      position += 1
    }
    recordEnd = position
    if position < bytes.count { passLineBreak() }
    return .record
  }

  /// Reads the field whose opening quote is at the current position, or says why it cannot be.
  private mutating func quotedField() -> RowProblem? {
    let opening = position
    let openingLine = line
    var search = opening + 1
    var hasDoubledQuotes = false
    while true {
      guard let quote = bytes.firstIndex(of: .quote, from: search, to: bytes.count) else {
        return unclosed(opening: opening, line: openingLine)
      }
      guard quote + 1 < bytes.count, bytes[quote + 1] == .quote else {
        search = quote
        break
      }
      hasDoubledQuotes = true
      search = quote + 2
    }
    let close = search
    line += bytes.lineBreaks(from: opening + 1, to: close)
    append(
      Field(
        start: opening + 1, end: close, hasDoubledQuotes: hasDoubledQuotes, isQuoted: true))
    position = close + 1
    guard position < bytes.count, bytes[position] != delimiter, !isLineBreak(bytes[position])
    else { return nil }
    return strayText(opening: opening, openingLine: openingLine)
  }

  private mutating func unclosed(opening: Int, line: Int) -> RowProblem {
    position = bytes.count
    recordEnd = bytes.count
    return RowProblem(
      code: .unclosedQuote,
      message: "a quoted field opens here and is never closed. Close it, double the quote (\"\") "
        + "if it belongs to the text, or read the file with quoting 'none'.",
      line: line, column: bytes.column(of: opening), byte: opening)
  }

  /// Reports text after a closing quote, and goes on after the line on which the record started.
  private mutating func strayText(opening: Int, openingLine: Int) -> RowProblem {
    let stray = position
    let strayLine = line
    position = bytes.fieldEnd(delimiter: .lineFeed, from: recordStart, to: bytes.count)
    recordEnd = position
    line = recordLine
    if position < bytes.count { passLineBreak() }
    let opened = openingLine == strayLine ? "" : "; the field opened on line \(openingLine)"
    return RowProblem(
      code: .textAfterQuote,
      message:
        "a quoted field has ended, and more text follows before the next delimiter\(opened). "
        + "Double the quotes (\"\") that belong to the text, or read the file with quoting 'none'.",
      line: strayLine, column: bytes.column(of: stray), byte: stray)
  }

  private func isLineBreak(_ byte: UInt8) -> Bool { byte == .lineFeed || byte == .carriageReturn }

  private mutating func passLineBreak() {
    let isReturn = bytes[position] == .carriageReturn
    position += 1
    if isReturn, position < bytes.count, bytes[position] == .lineFeed { position += 1 }
    line += 1
  }
}
