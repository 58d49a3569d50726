public import Torch

/// A table of vectors, one a token, position or type.
public final class Embedding {
  /// `[rows, width]`.
  public let weight: Parameter
  /// The scope at which the table was made, such as `bert.embeddings.word_embeddings`.
  public let name: String
  /// Changes what the table gives; nil for nothing.
  public var adapter: (any EmbeddingAdapter)?

  /// Makes the table at a scope, as `weight`, with an initialiser of its own.
  public init(
    _ rows: Int, _ width: Int, _ initializer: Initializer, at scope: ModuleScope
  ) throws {
    weight = try scope.parameter("weight", shape: [rows, width], initializer)
    name = scope.path
    scope.store.modules.embeddings.append(self)
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
    try adapter?(indices, through: self) ?? weight.value.embedding(of: indices)
  }
}
