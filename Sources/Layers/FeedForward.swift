public import Torch

/// The feed-forward block of a transformer: a wider dense layer, an activation, and back.
public struct FeedForward {
  /// To the middle's width.
  public let up: Linear
  /// Back from it.
  public let down: Linear
  /// What is between them.
  public let activation: Activation

  /// Joins two layers.
  public init(up: Linear, activation: Activation, down: Linear) {
    self.up = up
    self.activation = activation
    self.down = down
    up.role = .up
    down.role = .down
  }

  /// `[T, in]` to `[T, out]` without the bias of ``down``, for an operation that adds it itself.
  public func product(_ input: Tensor) throws -> Tensor {
    guard let epilogue = activation.epilogue, up.adapter == nil, down.adapter == nil else {
      return try down.product(activation(after: up, input))
    }
    if let middle = try up.inference(input, withBias: true, epilogue: epilogue) {
      return try down.product(middle)
    }
    return try feedForward(
      input, up: up.weight.value, bias: up.bias?.value, down: down.weight.value,
      activation: epilogue)
  }
}

extension Activation {
  /// The form that products compute as their results are stored; nil for the others.
  var epilogue: DenseEpilogue? {
    if case .gelu(let form) = function { .gelu(form) } else { nil }
  }
}
