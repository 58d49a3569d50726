package import Foundation

/// All records of a delimited file as they are, for comparison with other parsers.
package enum DelimitedRecords {
  /// The fields of each record; a blank line is a record without fields.
  package static func read(
    _ url: URL, delimiter: UInt8 = UInt8(ascii: ","), readsQuotes: Bool = true
  ) throws -> [[String]] {
    let bytes = ByteView(try MappedFile(url))
    var scanner = DelimitedScanner(bytes, delimiter: delimiter, readsQuotes: readsQuotes)
    var records: [[String]] = []
    while true {
      switch scanner.next() {
      case .end: return records
      case .blank: records.append([])
      case .malformed(let problem): throw problem.error(in: bytes.name)
      case .record:
        records.append(
          scanner.fields.map { field in
            field.hasDoubledQuotes
              ? bytes.unquotedText(from: field.start, to: field.end)
              : bytes.text(from: field.start, to: field.end)
          })
      }
    }
  }
}
