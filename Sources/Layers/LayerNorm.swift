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
    try input.layerNormalized(weight: weight.value, bias: bias.value, epsilon: epsilon)
  }

  /// `norm(dropout(layer(input)) + residual)`: after the matrix product one pass over memory.
  public func callAsFunction(
    after layer: Linear, _ input: Tensor, residual: Tensor, dropout: Dropout
  ) throws -> Tensor {
    try dropoutResidualLayerNorm(
      layer.product(input), inputBias: layer.bias?.value, residual: residual, weight: weight.value,
      bias: bias.value, epsilon: epsilon, dropout: dropout.key)
  }
}
