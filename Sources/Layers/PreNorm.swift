public import Torch

/// A norm of a pre-norm model: applied by itself, or together with the sum before it.
public protocol Norm: AnyObject {
  /// Normalises the last dimension.
  func callAsFunction(_ input: Tensor) throws -> Tensor

  /// `residual + dropout(input + bias)` and its norm, the pre-norm connection, in one pass over
  /// memory.
  ///
  /// - Parameters:
  ///   - input: A layer's result `[…, size]`, without its bias.
  ///   - bias: That bias `[size]`, or nil.
  ///   - residual: What the result is added to, of `input`'s shape.
  ///   - dropout: What drops the result out.
  /// - Returns: The sum and its norm, both of `input`'s shape.
  /// - Throws: `TorchError` when shapes do not fit.
  func adding(
    product input: Tensor, bias: Tensor?, to residual: Tensor, dropout: Dropout
  ) throws -> NormalizedResidual
}

extension Norm {
  /// `residual + dropout(layer(input))` and its norm: after the matrix product one pass over memory.
  public func adding(
    _ layer: Linear, _ input: Tensor, to residual: Tensor, dropout: Dropout
  ) throws -> NormalizedResidual {
    try adding(
      product: layer.product(input), bias: layer.effectiveBias(), to: residual, dropout: dropout)
  }
}

extension LayerNorm: Norm {
  /// `residual + dropout(input + bias)` and its norm.
  public func adding(
    product input: Tensor, bias inputBias: Tensor?, to residual: Tensor, dropout: Dropout
  ) throws -> NormalizedResidual {
    try residualPreNorm(
      .layer, input, inputBias: inputBias, residual: residual, weight: weight.value,
      bias: bias.value, epsilon: epsilon, dropout: dropout.key)
  }
}

extension RMSNorm: Norm {
  /// `residual + dropout(input + bias)` and its norm.
  public func adding(
    product input: Tensor, bias inputBias: Tensor?, to residual: Tensor, dropout: Dropout
  ) throws -> NormalizedResidual {
    try residualPreNorm(
      .rootMeanSquare, input, inputBias: inputBias, residual: residual,
      weight: weight.value, epsilon: epsilon, dropout: dropout.key)
  }
}
