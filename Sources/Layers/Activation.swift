public import Torch

/// A non-linearity by the name that Hugging Face's configurations use.
public enum Activation: String, Sendable, CaseIterable {
  /// The exact Gaussian error linear unit.
  case gelu
  /// Its tanh form, under the name of the first GPT-2 code.
  case geluNew = "gelu_new"
  /// Its tanh form, under PyTorch's name.
  case geluTanh = "gelu_pytorch_tanh"
  /// max(x, 0).
  case relu
  /// x · sigmoid(x).
  case silu
  /// x · sigmoid(x), under its other name.
  case swish
  /// The hyperbolic tangent.
  case tanh

  /// Applies the non-linearity.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    switch self {
    case .gelu: try input.gelu()
    case .geluNew, .geluTanh: try input.gelu(tanhForm: true)
    case .relu: try input.relu()
    case .silu, .swish: try input.silu()
    case .tanh: try input.hyperbolicTangent()
    }
  }

  /// A dense layer and the non-linearity after it; bias and GELU in one pass over memory.
  public func callAsFunction(after layer: Linear, _ input: Tensor) throws -> Tensor {
    switch self {
    case .gelu: try biasGELU(layer.product(input), bias: layer.bias?.value, form: .exact)
    case .geluNew, .geluTanh:
      try biasGELU(layer.product(input), bias: layer.bias?.value, form: .tanh)
    default: try self(layer(input))
    }
  }
}
