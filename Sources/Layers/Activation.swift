public import Torch

/// A non-linearity by the name that Hugging Face's configurations use.
public enum Activation: String, Sendable, CaseIterable {
  /// The exact Gaussian error linear unit.
  case gelu
  /// Its tanh form, under the name of the first GPT-2 code.
  case geluNew = "gelu_new"
  /// Its tanh form, under PyTorch's name.
  case geluTanh = "gelu_pytorch_tanh"
  /// Its tanh form, under the name of the code that multiplied it out.
  case geluFast = "gelu_fast"
  /// Its tanh form, under the name of MEGA's code.
  case geluAccurate = "gelu_accurate"
  /// Its tanh form, under the name of the code that writes it out in Python.
  case geluPythonTanh = "gelu_python_tanh"
  /// Its exact form, under the name of the code that writes it out in Python.
  case geluPython = "gelu_python"
  /// Its form with a sigmoid, x · sigmoid(1.702 · x).
  case quickGELU = "quick_gelu"
  /// max(x, 0).
  case relu
  /// max(x, 0)².
  case squaredReLU = "relu2"
  /// x · sigmoid(x).
  case silu
  /// x · sigmoid(x), under its other name.
  case swish
  /// The hyperbolic tangent.
  case tanh

  /// The function that the name stands for.
  public var function: ActivationFunction {
    switch self {
    case .gelu, .geluPython: .gelu(.exact)
    case .geluNew, .geluTanh, .geluFast, .geluAccurate, .geluPythonTanh: .gelu(.tanh)
    case .quickGELU: .quickGELU
    case .relu: .relu
    case .squaredReLU: .squaredReLU
    case .silu, .swish: .silu
    case .tanh: .tanh
    }
  }

  /// Applies the non-linearity.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    try biasActivation(input, function: function)
  }

  /// A dense layer and the non-linearity after it; bias and non-linearity in one pass over memory.
  public func callAsFunction(after layer: Linear, _ input: Tensor) throws -> Tensor {
    try biasActivation(layer.product(input), bias: layer.effectiveBias(), function: function)
  }

  /// `activation(gate) · up` in one pass over memory: SwiGLU, GeGLU and their like.
  public func callAsFunction(gate: Tensor, up: Tensor) throws -> Tensor {
    try gatedActivation(gate: gate, up: up, function: function)
  }

  /// The same of a gate and what it gates, side by side in `[…, 2 · size]`.
  public func callAsFunction(halves: Tensor) throws -> Tensor {
    try gatedActivation(halves: halves, function: function)
  }
}
