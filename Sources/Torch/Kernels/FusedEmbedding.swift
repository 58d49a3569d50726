internal import CTorch

/// One of the tables that an embedding adds up, and which of its rows each token takes.
public struct EmbeddingLookup {
  /// `[rows, size]`.
  public let table: Tensor
  /// int64 or int32 `[tokens]`; nil takes row 0 for every token.
  public let indices: Tensor?
  /// The row that stands for padding: it is looked up as any other, and has no gradient, as in
  /// PyTorch's `nn.Embedding`; nil for none.
  public let padding: Int?

  /// Pairs a table with indices.
  public init(table: Tensor, indices: Tensor?, padding: Int? = nil) {
    self.table = table
    self.indices = indices
    self.padding = padding
  }
}

/// `dropout(layerNorm(words + positions + segments))`, the input of BERT's first layer, in one
/// pass.
///
/// - Parameters:
///   - words: The word table and the tokens' ids.
///   - positions: The position table and each token's place in its sequence, or nil for a model
///     without.
///   - segments: The segment table and each token's segment, or nil for a model without.
///   - weight: `[size]`.
///   - bias: `[size]`.
///   - epsilon: Added to the variance.
///   - dropout: Which elements of the result are removed.
/// - Returns: `[tokens, size]` of the tables' element type. Repeated rows' gradients add up in
///   float32; that of a word table which no operation made may hold only the rows of the tokens
///   (``Tensor/accumulatedGradient``).
/// - Throws: ``TorchError`` when shapes do not fit or an index lies outside its table.
public func embeddingLayerNorm(
  words: EmbeddingLookup, positions: EmbeddingLookup?, segments: EmbeddingLookup?, weight: Tensor,
  bias: Tensor, epsilon: Double, dropout: DropoutKey = .none
) throws -> Tensor {
  guard let tokens = words.indices else {
    throw TorchError(.operation, "embeddingLayerNorm: the word table needs the tokens' ids")
  }
  if let positions, positions.indices == nil {
    throw TorchError(
      .operation, "embeddingLayerNorm: the position table needs the tokens' positions")
  }
  return try unsafe Tensor(
    adopting: ct_embedding_layer_norm(
      tokens.handle, positions?.indices?.handle, segments?.indices?.handle, words.table.handle,
      positions?.table.handle, segments?.table.handle, weight.handle, bias.handle,
      Int64(words.padding ?? -1), Int64(positions?.padding ?? -1), epsilon, dropout.cValue))
}
