public import Torch

/// Multi-head scaled dot-product attention within each sequence of a ragged batch.
///
/// Vaswani et al., "Attention Is All You Need", 2017.
public struct AttentionHeads {
  /// How many heads look at once.
  public let count: Int
  /// Width of one head.
  public let size: Int
  let dropout: Dropout

  /// Splits `width` into heads.
  ///
  /// - Throws: ``LayersError`` when the width is not a multiple of the count.
  public init(_ count: Int, width: Int, dropout rate: Double, at scope: ModuleScope) throws {
    guard count > 0, width % count == 0 else {
      throw LayersError(
        .weights, "A hidden size of \(width) cannot be split into \(count) attention heads.")
    }
    self.count = count
    size = width / count
    dropout = scope.dropout(rate)
  }

  /// `query`, `key`, `value` `[T, width]` of a batch's tokens to `[T, width]`: each token looks at
  /// all of its sequence.
  public func callAsFunction(
    query: Tensor, key: Tensor, value: Tensor, batch: RaggedBatch
  ) throws -> Tensor {
    let heads = [batch.tokenCount, count, size]
    let mixed = try raggedAttention(
      query: query.reshaped(heads), key: key.reshaped(heads), value: value.reshaped(heads),
      queryBoundaries: batch.boundaries, scale: 1 / Double(size).squareRoot(), dropout: dropout.key)
    return try mixed.reshaped([batch.tokenCount, count * size])
  }

  /// An input `[T, width]` of a batch's tokens to `[T, width]`: projected, then each token looks at
  /// all of its sequence.
  public func callAsFunction(
    _ input: Tensor, through projection: SelfAttentionProjection, batch: RaggedBatch
  ) throws -> Tensor {
    let projected = try projection.joined(input).reshaped([batch.tokenCount, 3 * count, size])
    let mixed = try raggedAttention(
      projected: projected, heads: count, boundaries: batch.boundaries,
      scale: 1 / Double(size).squareRoot(), dropout: dropout.key)
    return try mixed.reshaped([batch.tokenCount, count * size])
  }

  /// The same for some tokens alone: an input `[T, width]`, and of it the chosen rows `[S, width]`,
  /// to `[S, width]`.
  public func callAsFunction(
    _ input: Tensor, chosen: Tensor, _ selection: TokenSelection,
    through projection: SelfAttentionProjection, batch: RaggedBatch
  ) throws -> Tensor {
    let both = try projection.keysAndValues(input).reshaped([batch.tokenCount, 2 * count, size])
    let mixed = try raggedAttention(
      query: projection.query(chosen).reshaped([selection.count, count, size]),
      key: both.narrowed(1, from: 0, count: count),
      value: both.narrowed(1, from: count, count: count),
      queryBoundaries: selection.boundaries, keyBoundaries: batch.boundaries,
      scale: 1 / Double(size).squareRoot(), dropout: dropout.key)
    return try mixed.reshaped([selection.count, count * size])
  }
}
