public import Layers
public import Torch

/// Moves parameters along their gradients, in one pass over all, and writes what the model computes
/// with.
///
/// The fp32 original of each parameter is what moves; a bf16 copy is written back in the same pass.
public final class Optimizer {
  /// The update rule and its numbers.
  public let configuration: OptimizerConfiguration
  /// What is moved, in order.
  public let parameters: [Parameter]
  /// Updates made so far.
  public private(set) var stepCount = 0

  private let rule: any UpdateRule

  /// Makes an optimiser of the parameters that are trainable.
  public init(_ configuration: OptimizerConfiguration, parameters: [Parameter]) throws {
    self.configuration = configuration
    self.parameters = parameters.filter(\.isTrainable)
    rule =
      switch configuration.kind {
      case .adamw, .adam: try AdamRule(configuration, self.parameters)
      case .sgd: try SGDRule(configuration, self.parameters)
      case .adafactor: try AdafactorRule(configuration, self.parameters)
      }
  }

  /// Moves every parameter that has a gradient.
  ///
  /// - Parameters:
  ///   - gradients: One for each of ``parameters``, fp32 or bf16, with all rows or those that are
  ///     not zeros, to the same result; nil leaves the parameter where it is.
  ///   - learningRate: Of this step.
  ///   - scale: What gradients are multiplied with first, such as the factor that clips them.
  /// - Throws: `TorchError` when a gradient has not its parameter's shape.
  public func step(gradients: [Tensor?], learningRate: Double, scale: Double = 1) throws {
    stepCount += 1
    let moves = zip(parameters, gradients).enumerated().compactMap { index, pair in
      pair.1.map { gradient in
        // Biases and the weights of norms keep their size, as Transformers does it.
        let isDecayed = pair.0.shape.count > 1
        return Move(
          index: index, parameter: pair.0, gradient: gradient,
          weightDecay: isDecayed ? configuration.weightDecay : 0)
      }
    }
    let step = UpdateStep(learningRate: learningRate, scale: scale, count: stepCount)
    try withoutGradients { try rule.update(moves, step) }
  }

  /// The state as named tensors, to store beside the weights for an exact resume.
  public func state() -> [(name: String, tensor: Tensor)] { rule.state(parameters) }

  /// Goes on from a stored state.
  ///
  /// - Throws: `LayersError` when a tensor is missing, has another shape or another type.
  public func restore(_ source: any WeightSource, stepCount: Int) throws {
    self.stepCount = stepCount
    for (name, tensor) in rule.state(parameters) {
      let stored = try source.tensor(name)
      guard stored.shape == tensor.shape else {
        throw LayersError(
          .weights,
          "\(source.origin): \(name) has the shape \(stored.shape), the optimiser needs "
            + "\(tensor.shape).")
      }
      guard stored.dataType == tensor.dataType else {
        throw LayersError(
          .weights,
          "\(source.origin): \(name) is stored as \(stored.dataType), the optimiser keeps "
            + "\(tensor.dataType): the state is of a run with other moments.")
      }
      try withoutGradients { try tensor.copy(from: stored) }
    }
    rule.stateWasRestored()
  }
}

/// One step, as an update rule sees it.
struct UpdateStep {
  let learningRate: Double
  let scale: Double
  /// 1 in the first step.
  let count: Int
}

/// What one step does to one parameter.
struct Move {
  /// The parameter's place among those of the optimiser.
  let index: Int
  let parameter: Parameter
  let gradient: Tensor
  let weightDecay: Double
}

/// How one optimiser moves parameters, and what it remembers between steps.
protocol UpdateRule {
  func update(_ moves: [Move], _ step: UpdateStep) throws
  func state(_ parameters: [Parameter]) -> [(name: String, tensor: Tensor)]
  /// The tensors of ``state(_:)`` were overwritten.
  func stateWasRestored()
}

extension UpdateRule {
  func stateWasRestored() {}
}

extension Parameter {
  /// What the optimiser has to write back to; nil when the original is what the model computes
  /// with.
  var copyToWrite: Tensor? { hasComputeCopy ? value : nil }

  /// A tensor of zeros for the optimiser's memory, beside the original.
  func zeroState(_ shape: [Int]? = nil) throws -> Tensor {
    try Tensor.zeros(shape ?? self.shape, .float32, on: master.device)
  }
}
