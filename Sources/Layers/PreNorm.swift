public import Torch

extension LayerNorm {
  /// `residual + dropout(layer(input))` and its norm, the pre-norm connection: after the matrix
  /// product one pass over memory.
  public func adding(
    _ layer: Linear, _ input: Tensor, to residual: Tensor, dropout: Dropout
  ) throws -> NormalizedResidual {
    try residualPreNorm(
      .layer, layer.product(input), inputBias: layer.bias?.value, residual: residual,
      weight: weight.value, bias: bias.value, epsilon: epsilon, dropout: dropout.key)
  }
}

extension RMSNorm {
  /// `residual + dropout(layer(input))` and its norm, the pre-norm connection: after the matrix
  /// product one pass over memory.
  public func adding(
    _ layer: Linear, _ input: Tensor, to residual: Tensor, dropout: Dropout
  ) throws -> NormalizedResidual {
    try residualPreNorm(
      .rootMeanSquare, layer.product(input), inputBias: layer.bias?.value, residual: residual,
      weight: weight.value, epsilon: epsilon, dropout: dropout.key)
  }
}
