internal import CTorch

extension Tensor {
  /// Whether only some rows are in memory, the others being zeros.
  ///
  /// So is the gradient of a table of which a batch looked up some rows. Steps of optimisers,
  /// ``sumOfSquares(_:)``, ``accumulate(_:scale:)`` and conversions take such a tensor; for anything
  /// else there is ``dense()``.
  public var holdsRows: Bool { unsafe ct_holds_rows(handle) }

  /// The same values with every row in memory; this tensor when it has them.
  public func dense() throws(TorchError) -> Tensor {
    guard holdsRows else { return self }
    return unsafe try Tensor(adopting: ct_dense(handle))
  }

  /// Which rows are in memory, in their order.
  ///
  /// - Throws: ``TorchError`` when all are.
  public func heldRows() throws -> [Int] {
    let rows = unsafe try Tensor(adopting: ct_held_rows(handle))
    return try rows.values(as: Int64.self).map(Int.init)
  }
}
