/// Decides whether the quotes of a TSV file are quoting or text.
enum QuotingDetector {
  /// Whether to read quotes as quoting, and a sentence about it when the file left room for doubt.
  static func decide(_ bytes: ByteView, delimiter: UInt8) -> (readsQuotes: Bool, note: String?) {
    guard bytes.firstIndex(of: .quote, from: 0, to: bytes.count) != nil else { return (false, nil) }
    var scanner = DelimitedScanner(bytes, delimiter: delimiter, readsQuotes: true)
    var hasQuotedFields = false
    var needsQuotes = false
    var isFirst = true
    reading: while true {
      switch scanner.next() {
      case .end: break reading
      case .blank: continue
      case .malformed(let problem): return (false, plainNote(bytes, line: problem.line))
      case .record:
        if isFirst, scanner.fields.allSatisfy(\.isQuoted) { needsQuotes = true }
        isFirst = false
        for field in scanner.fields where field.isQuoted {
          hasQuotedFields = true
          needsQuotes = needsQuotes || isNeeded(by: field, in: bytes, delimiter: delimiter)
        }
      }
    }
    guard hasQuotedFields else { return (false, nil) }
    if needsQuotes {
      return (true, "\(bytes.name): fields in double quotes were read as quoted (RFC 4180).")
    }
    return (
      false,
      "\(bytes.name): quotes around fields were kept as text, as no field needs them; "
        + "the quoting 'standard' takes them off."
    )
  }

  private static func isNeeded(
    by field: DelimitedScanner.Field, in bytes: ByteView, delimiter: UInt8
  ) -> Bool {
    field.hasDoubledQuotes
      || bytes.fieldEnd(delimiter: delimiter, from: field.start, to: field.end) < field.end
  }

  private static func plainNote(_ bytes: ByteView, line: Int) -> String {
    "\(bytes.name): quotes were kept as text, as those on line \(line) do not enclose a field."
  }
}
