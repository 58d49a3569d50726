/// Rows that cannot be read: they stop the reading, or are recorded.
struct BadRows {
  let policy: DataPolicy.BadRow
  /// The rows that were left out.
  private(set) var leftOut: [LeftOutRow] = []

  init(_ policy: DataPolicy.BadRow) { self.policy = policy }

  /// Throws the problem, or records the row.
  mutating func take(_ problem: RowProblem, content: String, at location: RowLocation) throws {
    guard policy == .leaveOut else { throw problem.error(in: location.file) }
    leftOut.append(LeftOutRow(problem, content: content, at: location))
  }
}
