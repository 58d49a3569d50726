public import Torch

/// A dense layer: `input · weightᵀ + bias`.
public final class Linear {
  /// `[output, input]`.
  public let weight: Parameter
  /// `[output]`, nil for a layer without.
  public let bias: Parameter?
  /// The product while nothing is learnt.
  let inference: InferenceProduct

  /// Makes the layer at a scope, as `weight` and `bias`.
  public init(
    _ inputSize: Int, _ outputSize: Int, hasBias: Bool = true, deviation: Double = 0.02,
    at scope: ModuleScope
  ) throws {
    weight = try scope.parameter(
      "weight", shape: [outputSize, inputSize], .normal(deviation: deviation))
    bias = hasBias ? try scope.parameter("bias", shape: [outputSize], .zeros) : nil
    inference = InferenceProduct([(weight, bias)])
  }

  /// Joins parameters that were made elsewhere, such as a weight that two layers share.
  ///
  /// - Parameters:
  ///   - weight: `[output, input]`.
  ///   - bias: `[output]`, or nil.
  public init(weight: Parameter, bias: Parameter?) {
    self.weight = weight
    self.bias = bias
    inference = InferenceProduct([(weight, bias)])
  }

  /// `[…, input]` to `[…, output]`.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    try inference(input, withBias: true)
      ?? input.linear(weight: weight.value, bias: bias?.value)
  }

  /// `[…, input]` to `[…, output]` without the bias, for an operation that adds it itself.
  public func product(_ input: Tensor) throws -> Tensor {
    try inference(input, withBias: false) ?? input.linear(weight: weight.value)
  }
}
