public import Torch

/// Layer normalisation with weight and bias, and the fused form that residual streams use.
public final class LayerNorm {
  /// `[size]`.
  public let weight: Parameter
  /// `[size]`.
  public let bias: Parameter
  /// Added to the variance.
  public let epsilon: Double

  /// Makes the layer at a scope, as `weight` and `bias`.
  public init(_ size: Int, epsilon: Double, at scope: ModuleScope) throws {
    weight = try scope.parameter("weight", shape: [size], .ones)
    bias = try scope.parameter("bias", shape: [size], .zeros)
    self.epsilon = epsilon
  }

  /// Normalises the last dimension.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    try residualNorm(
      .layer, input, weight: weight.value, bias: bias.value, epsilon: epsilon)
  }

  /// `norm(dropout(layer(input)) + residual)`: after the matrix product one pass over memory.
  public func callAsFunction(
    after layer: Linear, _ input: Tensor, residual: Tensor, dropout: Dropout
  ) throws -> Tensor {
    try self(
      product: layer.product(input), bias: layer.effectiveBias(), residual: residual,
      dropout: dropout)
  }

  /// `norm(dropout(block(input)) + residual)`, the same after a feed-forward block.
  public func callAsFunction(
    after block: FeedForward, _ input: Tensor, residual: Tensor, dropout: Dropout
  ) throws -> Tensor {
    try self(
      product: block.product(input), bias: block.down.effectiveBias(), residual: residual,
      dropout: dropout)
  }

  func callAsFunction(
    product: Tensor, bias productBias: Tensor?, residual: Tensor, dropout: Dropout
  ) throws -> Tensor {
    try dropoutResidualLayerNorm(
      product, inputBias: productBias, residual: residual, weight: weight.value,
      bias: bias.value, epsilon: epsilon, dropout: dropout.key)
  }
}
