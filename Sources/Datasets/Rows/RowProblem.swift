/// Why one row of a file cannot be used; the reader turns it into an error or a left-out row.
struct RowProblem: Error {
  let code: DatasetsError.Code
  /// A sentence without file and line.
  let message: String
  /// The line that the problem is on, counted from 1.
  let line: Int
  /// The character within the line, counted from 1.
  var column: Int?
  /// The byte within the file, counted from 0.
  var byte: Int?
  /// Whether a JSON list stands where an object must.
  var startsList = false

  /// The whole error: file, line, column, byte, what is wrong.
  func error(in file: String) -> DatasetsError {
    DatasetsError(
      code, "\(file), \(place): \(message)", at: RowLocation(file: file, line: line))
  }

  /// `line 3, column 9 (byte 120 of the file)`.
  var place: String {
    var place = "line \(line)"
    if let column { place += ", column \(column)" }
    if let byte { place += " (byte \(byte) of the file)" }
    return place
  }
}
