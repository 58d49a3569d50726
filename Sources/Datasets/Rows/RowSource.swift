/// What a source gives for one turn of reading.
enum SourceOutcome {
  /// Values are in the buffer, for the row that starts on this line of this file.
  case values(RowLocation)
  /// A row that cannot be read, with its raw text.
  case bad(RowProblem, content: String, at: RowLocation)
  /// A line without content.
  case blank
  case end
}

/// A format's part of reading: raw values, column by column of a ``ColumnPlan``.
protocol RowSource {
  /// All columns there are.
  var columns: [String] { get }
  /// What the user should know about how the file was read.
  var notes: [String] { get }
  /// The raw text of the latest row.
  var content: String { get }
  /// Fills the buffer, which holds one value for each wanted column, with the next row's values.
  mutating func next(into values: inout [FieldValue]) throws -> SourceOutcome
}

/// The error for a column that is not there.
func noSuchColumn(
  _ wanted: String, in file: String, columns: [String], hint: String? = nil
) -> DatasetsError {
  var message = "\(file) has no column '\(wanted)'"
  if let near = NearestName.of(wanted, among: columns) {
    message += "; did you mean '\(near)'?"
  } else {
    message += "."
  }
  message += " Its columns are \(quotedList(columns, limit: 40))."
  if let hint { message += " " + hint }
  return DatasetsError(.noSuchColumn, message, columns: columns)
}

/// The error for a file that holds nothing.
func emptyFile(_ name: String) -> DatasetsError {
  DatasetsError(.emptyFile, "\(name) is empty: it holds no rows.")
}
