internal import Layers
internal import Torch

/// AdaLoRA on one dense layer: `W x + s · P (Λ ∘ Q x)`, a singular value decomposition whose values
/// can be masked.
final class AdaLoRALayer: LinearAdapter {
  /// The module's name in Transformers.
  let name: String
  /// Q, `[rank, input]`, PEFT's `lora_A`.
  let right: Parameter
  /// Λ, `[rank, 1]`, PEFT's `lora_E`.
  let values: Parameter
  /// P, `[output, rank]`, PEFT's `lora_B`.
  let left: Parameter
  /// `alpha / initialRank`, whatever rank is left.
  let scale: Double
  let dropout: Dropout?

  init(
    _ name: String, right: Parameter, values: Parameter, left: Parameter, alpha: Double,
    dropout: Dropout?
  ) {
    self.name = name
    self.right = right
    self.values = values
    self.left = left
    // PEFT's guard against a rank of none.
    scale = alpha / (Double(values.shape[0]) + 1e-5)
    self.dropout = dropout
  }

  /// The three by the endings of their names in PEFT's files.
  var parts: [(ending: String, parameter: Parameter)] {
    [("lora_A", right), ("lora_E", values), ("lora_B", left)]
  }

  func update(of layer: Linear) throws -> LinearUpdate {
    LinearUpdate(terms: [
      LowRankTerm(
        down: try right.value * values.value, up: left.value, scale: scale, dropout: dropout)
    ])
  }

  /// ‖Q Qᵀ − 1‖ + ‖Pᵀ P − 1‖ in Frobenius' norm.
  func nonOrthogonality() throws -> Tensor {
    try Self.distanceFromOne(right.value.matmul(right.value.transposed(0, 1)))
      + Self.distanceFromOne(left.value.transposed(0, 1).matmul(left.value))
  }

  private static func distanceFromOne(_ products: Tensor) throws -> Tensor {
    let count = products.shape[0]
    let one = try withoutGradients {
      try Tensor.ones([count, count]).upperTriangle().lowerTriangle()
    }
    return try (products.to(.float32) - one).norm()
  }
}
