/// Recognises files that are not text, to say so instead of reporting their first odd byte.
enum ForeignContent {
  /// Refuses a file that is compressed, binary or in another encoding.
  static func refuse(_ bytes: ByteView) throws {
    guard let problem = problem(of: bytes) else { return }
    throw DatasetsError(problem.code, "\(bytes.name) \(problem.message)")
  }

  /// What a file is instead of text, as the rest of a sentence about it; nil for text.
  static func problem(of bytes: ByteView) -> (code: DatasetsError.Code, message: String)? {
    guard let kind = kind(of: bytes) else { return nil }
    let advice =
      kind.hasPrefix("UTF")
      ? "Save it as UTF-8 (for example: iconv -f \(kind) -t UTF-8)."
      : "Give the data as CSV, TSV, JSON Lines or a folder of texts."
    let code: DatasetsError.Code = kind.hasPrefix("UTF") ? .notUTF8 : .unknownFormat
    return (code, "is \(kind), not UTF-8 text. \(advice)")
  }

  private static func kind(of bytes: ByteView) -> String? {
    let head = (0..<min(4, bytes.count)).map { bytes[$0] }
    func starts(_ prefix: [UInt8]) -> Bool { head.starts(with: prefix) }
    if starts([0xFF, 0xFE, 0, 0]) || starts([0, 0, 0xFE, 0xFF]) { return "UTF-32" }
    if starts([0xFF, 0xFE]) || starts([0xFE, 0xFF]) { return "UTF-16" }
    if head.count >= 2, head[0] == 0 || head[1] == 0 { return "UTF-16" }
    if starts([0x1F, 0x8B]) { return "a gzip file" }
    if starts([0x28, 0xB5, 0x2F, 0xFD]) { return "a Zstandard file" }
    if starts([0x50, 0x4B, 3, 4]) { return "a zip file (an Excel workbook is one)" }
    if starts(Array("PAR1".utf8)) { return "a Parquet file" }
    return nil
  }
}
