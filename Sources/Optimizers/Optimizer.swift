public import Layers
public import Torch

/// Moves parameters along their gradients, one pass over each, and writes what the model computes
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
  ///   - gradients: One for each of ``parameters``, fp32 or bf16; nil leaves the parameter where it
  ///     is.
  ///   - learningRate: Of this step.
  ///   - scale: What gradients are multiplied with first, such as the factor that clips them.
  /// - Throws: `TorchError` when a gradient has not its parameter's shape.
  public func step(gradients: [Tensor?], learningRate: Double, scale: Double = 1) throws {
    stepCount += 1
    try withoutGradients {
      for (index, parameter) in parameters.enumerated() {
        guard let gradient = gradients[index] else { continue }
        // Biases and the weights of norms keep their size, as Transformers does it.
        let isDecayed = parameter.shape.count > 1
        try rule.update(
          index, parameter, gradient,
          UpdateStep(
            learningRate: learningRate, weightDecay: isDecayed ? configuration.weightDecay : 0,
            scale: scale, count: stepCount))
      }
    }
  }

  /// The state as named tensors, to store beside the weights for an exact resume.
  public func state() -> [(name: String, tensor: Tensor)] { rule.state(parameters) }

  /// Goes on from a stored state.
  ///
  /// - Throws: `LayersError` when a tensor is missing or has another shape.
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
      try withoutGradients { try tensor.copy(from: stored) }
    }
  }
}

/// One step, as an update rule sees it.
struct UpdateStep {
  let learningRate: Double
  let weightDecay: Double
  let scale: Double
  /// 1 in the first step.
  let count: Int
}

/// How one optimiser moves one parameter, and what it remembers between steps.
protocol UpdateRule {
  func update(_ index: Int, _ parameter: Parameter, _ gradient: Tensor, _ step: UpdateStep) throws
  func state(_ parameters: [Parameter]) -> [(name: String, tensor: Tensor)]
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
