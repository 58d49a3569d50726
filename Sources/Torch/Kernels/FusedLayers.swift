internal import CTorch

/// `layerNorm(dropout(input + inputBias) + residual)` over the last dimension, in one pass.
///
/// - Parameters:
///   - input: `[..., size]`.
///   - inputBias: `[size]`; the bias of the linear layer before, whose addition then costs nothing.
///   - residual: Of `input`'s shape and element type, or nil.
///   - weight: `[size]`.
///   - bias: `[size]`.
///   - epsilon: Added to the variance.
///   - dropout: Which elements of the input are removed.
/// - Returns: `[..., size]` of `input`'s element type; the statistics are in float32.
/// - Throws: ``TorchError`` when shapes or element types do not fit.
public func dropoutResidualLayerNorm(
  _ input: Tensor, inputBias: Tensor? = nil, residual: Tensor?, weight: Tensor, bias: Tensor,
  epsilon: Double, dropout: DropoutKey = .none
) throws -> Tensor {
  try unsafe Tensor(
    adopting: ct_dropout_residual_layer_norm(
      input.handle, inputBias?.handle, residual?.handle, weight.handle, bias.handle, epsilon,
      dropout.cValue))
}

/// One of the tables that an embedding adds up, and which of its rows each token takes.
public struct EmbeddingLookup {
  /// `[rows, size]`.
  public let table: Tensor
  /// int64 or int32 `[tokens]`; nil takes row 0 for every token.
  public let indices: Tensor?

  /// Pairs a table with indices.
  public init(table: Tensor, indices: Tensor?) {
    self.table = table
    self.indices = indices
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
      positions?.table.handle, segments?.table.handle, weight.handle, bias.handle, epsilon,
      dropout.cValue))
}

/// The forms of the Gaussian error linear unit (Hendrycks and Gimpel, 2016).
public enum GELUForm: Sendable, Hashable {
  /// With the error function: Hugging Face's `gelu`.
  case exact
  /// The hyperbolic tangent's approximation: Hugging Face's `gelu_new` and `gelu_pytorch_tanh`.
  case tanh
}

/// `gelu(input + bias)` in one pass.
///
/// - Parameters:
///   - input: `[..., size]`.
///   - bias: `[size]`, or nil.
///   - form: Which form of the function.
/// - Returns: Of `input`'s shape and element type.
/// - Throws: ``TorchError`` when the shapes do not fit.
public func biasGELU(_ input: Tensor, bias: Tensor? = nil, form: GELUForm = .exact) throws -> Tensor
{
  try unsafe Tensor(adopting: ct_bias_gelu(input.handle, bias?.handle, form == .tanh))
}

extension Tensor {
  /// Elements set to zero at random, the kept ones multiplied by the inverse of the share that is
  /// kept.
  ///
  /// - Throws: ``TorchError`` when the rate is not in 0..<1.
  public func dropout(_ key: DropoutKey) throws -> Tensor {
    try unsafe Tensor(adopting: ct_dropout(handle, key.cValue))
  }
}
