import Foundation

/// Reads a cell of CSV or TSV that holds several labels as a JSON list, such as `["a", "b"]`.
enum JSONLabels {
  static func read(_ cell: String, column: String, line: Int) throws(RowProblem) -> [String] {
    if let labels = try? JSONDecoder().decode([String].self, from: Data(cell.utf8)) {
      if let empty = labels.first(where: \.isBlank) {
        throw RowProblem(
          code: .invalidLabel,
          message: "the labels of the column '\(column)' hold an empty one ('\(empty)').",
          line: line)
      }
      return labels
    }
    throw RowProblem(
      code: .invalidLabel,
      message: "the column '\(column)' holds '\(cell)', which is not a JSON list of texts. "
        + "Where another character separates the labels, set the label separator.",
      line: line)
  }
}
