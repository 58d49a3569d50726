public import Torch

/// A table of vectors, one a token, position or type.
public final class Embedding {
  /// `[rows, width]`.
  public let weight: Parameter

  /// Makes the table at a scope, as `weight`, with an initialiser of its own.
  public init(
    _ rows: Int, _ width: Int, _ initializer: Initializer, at scope: ModuleScope
  ) throws {
    weight = try scope.parameter("weight", shape: [rows, width], initializer)
  }

  /// Makes the table at a scope, as `weight`; row `padding` of one that is initialised is zeros.
  public convenience init(
    _ rows: Int, _ width: Int, deviation: Double = 0.02, padding: Int? = nil, at scope: ModuleScope
  ) throws {
    let initializer: Initializer =
      padding.map { .normalWithZeroRow(deviation: deviation, row: $0) }
      ?? .normal(deviation: deviation)
    try self.init(rows, width, initializer, at: scope)
  }

  /// `[…]` indices to `[…, width]`.
  public func callAsFunction(_ indices: Tensor) throws -> Tensor {
    try weight.value.embedding(of: indices)
  }
}
