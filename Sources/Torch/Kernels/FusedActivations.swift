internal import CTorch

/// The forms of the Gaussian error linear unit (Hendrycks and Gimpel, 2016).
public enum GELUForm: Sendable, Hashable {
  /// With the error function: Hugging Face's `gelu`.
  case exact
  /// The hyperbolic tangent's approximation: Hugging Face's `gelu_new` and `gelu_pytorch_tanh`.
  case tanh
}

/// The non-linearities that the fused operations know.
public enum ActivationFunction: Sendable, Hashable, CaseIterable {
  /// x · Φ(x), the Gaussian error linear unit.
  case gelu(GELUForm)
  /// x · sigmoid(1.702 · x), its coarser approximation, from the same paper.
  case quickGELU
  /// max(x, 0).
  case relu
  /// max(x, 0)² (So et al., "Primer", 2021).
  case squaredReLU
  /// x · sigmoid(x) (Elfwing et al., 2017).
  case silu
  /// The hyperbolic tangent.
  case tanh

  /// Every function in every form.
  public static let allCases: [ActivationFunction] = [
    .gelu(.exact), .gelu(.tanh), .quickGELU, .relu, .squaredReLU, .silu, .tanh,
  ]

  var cValue: ct_activation {
    switch self {
    case .gelu(.exact): ct_activation_gelu
    case .gelu(.tanh): ct_activation_gelu_tanh
    case .quickGELU: ct_activation_quick_gelu
    case .relu: ct_activation_relu
    case .squaredReLU: ct_activation_relu_squared
    case .silu: ct_activation_silu
    case .tanh: ct_activation_tanh
    }
  }
}

/// `function(input + bias)` in one pass.
///
/// For its gradient the operation keeps one tensor of `input`'s shape: its result for ReLU and
/// tanh, the derivative for the others.
///
/// - Parameters:
///   - input: `[..., size]`.
///   - bias: `[size]`, or nil.
///   - function: Which non-linearity.
/// - Returns: Of `input`'s shape and element type.
/// - Throws: ``TorchError`` when the shapes do not fit.
public func biasActivation(
  _ input: Tensor, bias: Tensor? = nil, function: ActivationFunction
) throws -> Tensor {
  try unsafe Tensor(adopting: ct_bias_activation(input.handle, bias?.handle, function.cValue))
}

/// `function(gate) · up` in one pass: SwiGLU with SiLU, GeGLU with GELU (Shazeer, "GLU Variants
/// Improve Transformer", 2020).
///
/// For its gradients the operation keeps its inputs and nothing else.
///
/// - Parameters:
///   - gate: `[..., size]`.
///   - up: Of `gate`'s shape and element type.
///   - function: Which non-linearity.
/// - Returns: `[..., size]` of `gate`'s element type.
/// - Throws: ``TorchError`` when shapes or element types do not fit.
public func gatedActivation(
  gate: Tensor, up: Tensor, function: ActivationFunction
) throws -> Tensor {
  try unsafe Tensor(adopting: ct_gated_activation(gate.handle, up.handle, function.cValue))
}

/// `function(first half) · second half` of the last dimension, in one pass.
///
/// The same function as the other form on the halves, but its gradient is written as one tensor.
///
/// - Parameters:
///   - halves: `[..., 2 · size]`: the gate, then what it gates.
///   - function: Which non-linearity.
/// - Returns: `[..., size]` of `halves`' element type.
/// - Throws: ``TorchError`` when the last dimension is odd.
public func gatedActivation(halves: Tensor, function: ActivationFunction) throws -> Tensor {
  try unsafe Tensor(adopting: ct_gated_activation(halves.handle, nil, function.cValue))
}
