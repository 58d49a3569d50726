import Layers
import Torch

/// T5's feed-forward part, gated or not, without biases and with dropout in its middle.
struct T5FeedForward {
  private let form: Form
  private let activation: Activation
  private let dropout: Dropout
  /// The layer back to the residual stream.
  let output: Linear

  private enum Form {
    case plain(Linear)
    case gated(gate: Linear, up: Linear)
  }

  init(_ config: T5Configuration, at scope: ModuleScope) throws {
    let (size, middle) = (config.hiddenSize, config.intermediateSize)
    func layer(_ name: String) throws -> Linear {
      try Linear(
        size, middle, hasBias: false,
        deviation: config.initializerFactor / Double(size).squareRoot(), at: scope[name])
    }
    form =
      config.isGated
      ? .gated(gate: try layer("wi_0"), up: try layer("wi_1")) : .plain(try layer("wi"))
    output = try Linear(
      middle, size, hasBias: false,
      deviation: config.initializerFactor / Double(middle).squareRoot(), at: scope["wo"])
    activation = config.activation
    dropout = scope.dropout(config.dropout)
  }

  /// `[T, hidden]` to what ``output`` reads, `[T, middle]`.
  func middle(_ input: Tensor) throws -> Tensor {
    let middle =
      switch form {
      case .plain(let layer): try activation(after: layer, input)
      case .gated(let gate, let up): try activation(gate: gate(input), up: up(input))
      }
    return try dropout(middle)
  }

  /// `[T, hidden]` to `[T, hidden]`.
  func callAsFunction(_ input: Tensor) throws -> Tensor {
    try output(middle(input))
  }
}
