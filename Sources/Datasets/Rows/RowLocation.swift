/// Where a row stands: its file, and the line on which the row starts.
public struct RowLocation: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The file as it was named when it was opened.
  public let file: String
  /// The line, counted from 1; a quoted field may carry the row over several lines.
  public let line: Int

  /// Names a place.
  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }

  /// `reviews.csv, line 7`.
  public var description: String { "\(file), line \(line)" }
}
