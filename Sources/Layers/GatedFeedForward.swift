public import Torch

/// A feed-forward block whose hidden layer is gated: `down(activation(gate(x)) · up(x))`.
///
/// Shazeer, "GLU Variants Improve Transformer", 2020.
public struct GatedFeedForward {
  /// Where the gate and what it gates come from.
  public enum Projection {
    /// Two dense layers, as in Llama and T5.
    case separate(gate: Linear, up: Linear)
    /// One dense layer that gives both side by side, the gate first, as in Phi-3 and ModernBERT.
    case joined(Linear)
  }

  /// The dense layers into the hidden size.
  public let projection: Projection
  /// The dense layer back.
  public let down: Linear
  /// The gate's non-linearity.
  public let activation: Activation

  /// Joins its layers, which are made where their names are known.
  public init(_ projection: Projection, down: Linear, activation: Activation) {
    self.projection = projection
    self.down = down
    self.activation = activation
    down.role = .down
    if case .separate(let gate, let up) = projection {
      gate.role = .gate
      up.role = .up
    }
  }

  /// `[T, size]` to the hidden layer `[T, hidden]`, for a connection that applies ``down`` itself.
  public func hidden(_ input: Tensor) throws -> Tensor {
    switch projection {
    case .separate(let gate, let up): try activation(gate: gate(input), up: up(input))
    case .joined(let layer): try activation(halves: layer(input))
    }
  }

  /// `[T, size]` to `[T, size]`.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    try down(hidden(input))
  }
}
