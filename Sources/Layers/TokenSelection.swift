public import Torch

/// The tokens of a batch whose results are read: the last layer computes no others.
public struct TokenSelection {
  /// Their places among the batch's tokens, ascending, `[S]`, `int64`.
  public let places: Tensor
  /// How many of each sequence, as cumulative counts `[N + 1]`, `int32`, on the CPU.
  public let boundaries: Tensor
  /// How many there are.
  public let count: Int
}

extension RaggedBatch {
  /// Each sequence's first token.
  public func firstTokens() throws -> TokenSelection {
    TokenSelection(
      places: starts, boundaries: try Tensor((0...count).map(Int32.init)), count: count)
  }
}
