internal import Datasets

/// A batch's numbers, row by row.
enum RowNumbers {
  /// Cuts numbers into those of each row.
  ///
  /// - Parameters:
  ///   - values: The numbers of all rows, one row after another.
  ///   - counts: How many each row has.
  ///   - locations: Where the rows come from.
  /// - Returns: The numbers of each row.
  /// - Throws: ``TasksError`` that names the first row with a number that is not finite.
  static func split(
    _ values: [Float], counts: [Int], _ locations: [RowLocation]
  ) throws -> [[Float]] {
    var start = 0
    return try zip(counts, locations).map { count, location in
      let scores = Array(values[start..<start + count])
      start += count
      guard scores.allSatisfy(\.isFinite) else {
        throw TasksError(
          .notFinite,
          "\(location): the model gave \(scores) for this row. Its weights are damaged, or its "
            + "precision is too low: try --precision fp32.")
      }
      return scores
    }
  }
}
