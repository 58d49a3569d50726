/// Guesses the format of a file whose name does not tell.
enum FormatSniffer {
  struct Guess {
    var format: DataFormat
    var delimiter: String?
    var note: String?
  }

  private static let records = 20
  private static let candidates: [(byte: UInt8, text: String, name: String)] = [
    (.tab, "\t", "tabs"), (UInt8(ascii: ","), ",", "commas"),
    (UInt8(ascii: ";"), ";", "semicolons"), (UInt8(ascii: "|"), "|", "bars"),
  ]

  /// JSON Lines when the first character is {; else the delimiter that gives the first records the
  /// same number of fields, at least two.
  static func guess(_ bytes: ByteView) throws -> Guess {
    var first = bytes.hasByteOrderMark ? 3 : 0
    while first < bytes.count, [.space, .tab, .lineFeed, .carriageReturn].contains(bytes[first]) {
      first += 1
    }
    guard first < bytes.count else { throw emptyFile(bytes.name) }
    let because = "as its name does not say how it is written and its first rows look so."
    // One JSON list is no JSON Lines; the reader of JSON Lines says what to do about it.
    if bytes[first] == UInt8(ascii: "["), bytes.name.hasSuffix(".json") {
      return Guess(format: .jsonl)
    }
    if bytes[first] == UInt8(ascii: "{") {
      return Guess(format: .jsonl, note: "\(bytes.name) is read as JSON Lines, \(because)")
    }
    let fitting = candidates.compactMap { candidate in
      fields(bytes, candidate.byte).map { (candidate, $0) }
    }
    guard let best = fitting.max(by: { $0.1 < $1.1 }), best.1 > 1 else {
      throw DatasetsError(
        .unknownFormat,
        "\(bytes.name): neither the name nor the first rows say how the file is written. "
          + "State the format: csv, tsv or jsonl.")
    }
    return Guess(
      format: best.0.byte == .tab ? .tsv : .csv, delimiter: best.0.text,
      note: "\(bytes.name) is read as fields separated by \(best.0.name), \(because)")
  }

  /// The number of fields of the first records, or nil when they differ.
  private static func fields(_ bytes: ByteView, _ delimiter: UInt8) -> Int? {
    var scanner = DelimitedScanner(bytes, delimiter: delimiter, readsQuotes: delimiter != .tab)
    var count: Int?
    for _ in 0..<records {
      switch scanner.next() {
      case .end: return count
      case .blank: continue
      case .malformed: return nil
      case .record:
        if let count, count != scanner.fieldCount { return nil }
        count = scanner.fieldCount
      }
    }
    return count
  }
}
