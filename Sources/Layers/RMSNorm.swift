public import Torch

/// Root-mean-square normalisation with a weight alone, the norm of Llama and T5.
///
/// Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019.
public final class RMSNorm {
  /// `[size]`.
  public let weight: Parameter
  /// Added to the mean of squares, inside the root.
  public let epsilon: Double

  /// Makes the layer at a scope, as `weight`, whose elements are initially all the same.
  public init(
    _ size: Int, epsilon: Double, initially weight: Double = 1, at scope: ModuleScope
  ) throws {
    self.weight = try scope.parameter("weight", shape: [size], .filled(weight))
    self.epsilon = epsilon
  }

  /// Normalises the last dimension, in fp32.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    try residualNorm(.rootMeanSquare, input, weight: weight.value, epsilon: epsilon)
  }
}
