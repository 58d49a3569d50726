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
    guard let epilogue = activation.epilogue, let first = try FusedLayer(up),
      let second = try FusedLayer(down)
    else {
      return try down.product(activation(after: up, input))
    }
    let entry = try first.operand(withBias: true)
    if let middle = try up.inference(input, [entry], epilogue: epilogue) {
      return try down.product(middle)
    }
    return try feedForward(
      input, up: entry, down: second.operand(withBias: false), activation: epilogue)
  }
}

/// A layer that products take whole: without an adapter, or with one that adds terms and a bias.
private struct FusedLayer {
  private let layer: Linear
  private let update: LinearUpdate?

  /// Nil for a layer whose adapter scales its input or its output.
  init?(_ layer: Linear) throws {
    update = try layer.adapter?.update(of: layer)
    guard update?.inputScale == nil, update?.outputScale == nil else { return nil }
    self.layer = layer
  }

  func operand(withBias: Bool) throws -> DenseOperand {
    let bias = withBias ? try update.map(layer.effectiveBias) ?? layer.bias?.value : nil
    return AdaptedLayer(layer, update, bias: bias).operand(withBias: withBias)
  }
}

extension Activation {
  /// The form that products compute as their results are stored; nil for the others.
  var epilogue: DenseEpilogue? {
    if case .gelu(let form) = function { .gelu(form) } else { nil }
  }
}
