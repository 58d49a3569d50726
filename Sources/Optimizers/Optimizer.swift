public import Layers
public import Torch

/// Moves parameters along their gradients, in one pass over all, and writes what the model computes
/// with.
///
/// The fp32 original of each parameter is what moves; a bf16 copy is written back in the same pass.
/// Parameters may have rates and decays of their own (``ParameterSettings``), and may come in during
/// the run, with moments that begin then.
public final class Optimizer {
  /// The update rule and its numbers.
  public let configuration: OptimizerConfiguration
  /// What is moved, in the order in which it came in.
  public private(set) var parameters: [Parameter] = []
  /// Updates made so far.
  public private(set) var stepCount = 0

  private let rule: any UpdateRule
  private let settings: (Parameter) -> ParameterSettings
  /// Of each parameter: how it is moved, and how many steps were made before it came in.
  private var groups: [(settings: ParameterSettings, stepsBefore: Int)] = []

  /// Makes an optimiser of the parameters that are trainable.
  ///
  /// - Parameters:
  ///   - configuration: The update rule and its numbers.
  ///   - parameters: Those that are not trainable are left out.
  ///   - settings: How a parameter is moved where it is not like all others.
  /// - Throws: `TorchError` when memory does not suffice.
  public init(
    _ configuration: OptimizerConfiguration, parameters: [Parameter],
    settings: @escaping (Parameter) -> ParameterSettings = { _ in ParameterSettings() }
  ) throws {
    self.configuration = configuration
    self.settings = settings
    rule =
      switch configuration.kind {
      case .adamw, .adam: AdamRule(configuration)
      case .sgd: SGDRule(configuration)
      case .adafactor: AdafactorRule(configuration)
      }
    try add(parameters)
  }

  /// Begins to move further parameters: their moments begin at 0, and their steps count from here.
  ///
  /// - Parameters:
  ///   - further: Those that are not trainable, or known already, are left out.
  ///   - steps: Updates that were made before them; nil for ``stepCount``.
  /// - Throws: `TorchError` when memory does not suffice.
  public func add(_ further: [Parameter], after steps: Int? = nil) throws {
    let known = Set(parameters.map(\.name))
    let added = further.filter { $0.isTrainable && !known.contains($0.name) }
    try withoutGradients { try rule.add(added) }
    parameters += added
    groups += added.map { (settings($0), steps ?? stepCount) }
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
        let common = pair.0.shape.count > 1 ? configuration.weightDecay : 0
        let (own, stepsBefore) = groups[index]
        return Move(
          index: index, parameter: pair.0, gradient: gradient,
          weightDecay: own.weightDecay ?? common, rateFactor: own.rateFactor,
          stepsBefore: stepsBefore)
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
