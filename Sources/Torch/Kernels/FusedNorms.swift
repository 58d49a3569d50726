internal import CTorch

/// How a norm makes rows of one scale.
public enum NormForm: Sendable, Hashable {
  /// `(x - mean) / √(variance + epsilon)` (Ba et al., "Layer Normalization", 2016).
  case layer
  /// `x / √(mean of squares + epsilon)` (Zhang and Sennrich, "Root Mean Square Layer
  /// Normalization", 2019): the norm of Llama and T5.
  case rootMeanSquare

  func options(epsilon: Double, dropout: DropoutKey) -> ct_norm_options {
    ct_norm_options(
      root_mean_square: self == .rootMeanSquare, epsilon: epsilon, dropout: dropout.cValue)
  }
}

/// `norm(dropout(input + inputBias) + residual) · weight + bias` over the last dimension, in one
/// pass.
///
/// - Parameters:
///   - form: Which norm.
///   - input: `[..., size]`.
///   - inputBias: `[size]`; the bias of the linear layer before, whose addition then costs nothing.
///   - residual: Of `input`'s shape and element type, or nil.
///   - weight: `[size]`.
///   - bias: `[size]`, or nil.
///   - epsilon: Added inside the root.
///   - dropout: Which elements of the input are removed.
/// - Returns: `[..., size]` of `input`'s element type; the statistics are in float32.
/// - Throws: ``TorchError`` when shapes or element types do not fit.
public func residualNorm(
  _ form: NormForm, _ input: Tensor, inputBias: Tensor? = nil, residual: Tensor? = nil,
  weight: Tensor, bias: Tensor? = nil, epsilon: Double, dropout: DropoutKey = .none
) throws -> Tensor {
  try unsafe Tensor(
    adopting: ct_residual_norm(
      input.handle, inputBias?.handle, residual?.handle, weight.handle, bias?.handle,
      form.options(epsilon: epsilon, dropout: dropout)))
}

/// A residual stream after a layer was added to it, and its norm.
public struct NormalizedResidual {
  /// `dropout(input + inputBias) + residual`: what the next layer is added to.
  public let sum: Tensor
  /// Its norm: what the next layer reads.
  public let normalized: Tensor

  /// Joins the two.
  public init(sum: Tensor, normalized: Tensor) {
    self.sum = sum
    self.normalized = normalized
  }
}

/// The residual stream `dropout(input + inputBias) + residual` and its norm, in one pass: the
/// connection between two layers of a pre-norm model.
///
/// The norm is that of the sum before the sum is rounded to the element type.
///
/// - Parameters:
///   - form: Which norm.
///   - input: `[..., size]`, the layer's result.
///   - inputBias: `[size]`, or nil.
///   - residual: Of `input`'s shape and element type.
///   - weight: `[size]`.
///   - bias: `[size]`, or nil.
///   - epsilon: Added inside the root.
///   - dropout: Which elements of the input are removed.
/// - Returns: Both, `[..., size]` of `input`'s element type; either may go without a gradient.
/// - Throws: ``TorchError`` when shapes or element types do not fit.
public func residualPreNorm(
  _ form: NormForm, _ input: Tensor, inputBias: Tensor? = nil, residual: Tensor, weight: Tensor,
  bias: Tensor? = nil, epsilon: Double, dropout: DropoutKey = .none
) throws -> NormalizedResidual {
  var sum: OpaquePointer?
  var normalized: OpaquePointer?
  try unsafe check(
    ct_residual_pre_norm(
      input.handle, inputBias?.handle, residual.handle, weight.handle, bias?.handle,
      form.options(epsilon: epsilon, dropout: dropout), &sum, &normalized))
  return try unsafe NormalizedResidual(
    sum: Tensor(adopting: sum), normalized: Tensor(adopting: normalized))
}

/// ``residualNorm(_:_:inputBias:residual:weight:bias:epsilon:dropout:)`` with the layer norm, the
/// connection of post-norm models such as BERT.
public func dropoutResidualLayerNorm(
  _ input: Tensor, inputBias: Tensor? = nil, residual: Tensor?, weight: Tensor, bias: Tensor,
  epsilon: Double, dropout: DropoutKey = .none
) throws -> Tensor {
  try residualNorm(
    .layer, input, inputBias: inputBias, residual: residual, weight: weight, bias: bias,
    epsilon: epsilon, dropout: dropout)
}
