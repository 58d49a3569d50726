/// Batches for evaluation and prediction: longest first, with the way back to the file's order.
///
/// Longest first, because what needs the most memory should fail at once, not at the end.
public struct EvaluationOrder: Sendable, Equatable, RandomAccessCollection {
  /// The places of the examples, longest first; equal lengths stay in the order of the file.
  public let order: [Int]
  private let boundaries: [Int]

  /// Sorts and cuts; no examples make no batches.
  ///
  /// - Throws: ``DatasetsError`` when the size makes no batches, or an example is longer than one.
  public init(lengths: [Int], size: BatchSize) throws {
    if lengths.isEmpty {
      try BatchConfiguration(size: size).validate([0])
      (order, boundaries) = ([], [0])
      return
    }
    try BatchConfiguration(size: size).validate(lengths)
    order = lengths.indices.sorted { left, right in
      lengths[left] == lengths[right] ? left < right : lengths[left] > lengths[right]
    }
    boundaries = BatchPlan.boundaries(order, lengths, size)
  }

  /// The place of the first batch, 0.
  public var startIndex: Int { 0 }
  /// The number of batches.
  public var endIndex: Int { boundaries.count - 1 }

  /// The places of a batch's examples in the lengths.
  public subscript(batch: Int) -> ArraySlice<Int> {
    order[boundaries[batch]..<boundaries[batch + 1]]
  }

  /// Puts results, collected batch after batch, back into the order of the file.
  ///
  /// - Parameter results: One for each example, in the order of ``order``.
  /// - Returns: One for each example, in the order of the file.
  public func restored<Result>(_ results: [Result]) -> [Result] {
    precondition(results.count == order.count, "one result for each example")
    var places = Array(repeating: 0, count: order.count)
    for (turn, example) in order.enumerated() { places[example] = turn }
    return places.map { results[$0] }
  }
}
