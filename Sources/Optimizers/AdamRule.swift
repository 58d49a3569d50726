internal import Layers
internal import Torch

/// Adam (Kingma and Ba 2015, arXiv:1412.6980) and AdamW (Loshchilov and Hutter 2019,
/// arXiv:1711.05101), as PyTorch computes them.
final class AdamRule: UpdateRule {
  private let configuration: OptimizerConfiguration
  private var firstMoments: [AdamMoment] = [], secondMoments: [AdamMoment] = []
  /// Of tables whose gradients hold some rows: which rows have moments; found when it is needed.
  private var movedRows: [Int: Tensor] = [:]

  init(_ configuration: OptimizerConfiguration) {
    self.configuration = configuration
  }

  func add(_ parameters: [Parameter]) throws {
    let zeros = { [configuration] (parameter: Parameter) in
      try AdamMoment(
        zeros: parameter.shape, configuration.moments.type(elements: parameter.count),
        on: parameter.master.device)
    }
    firstMoments += try parameters.map(zeros)
    secondMoments += try parameters.map(zeros)
  }

  func update(_ moves: [Move], _ step: UpdateStep) throws {
    var settings = AdamStep(learningRate: step.learningRate, step: step.count)
    settings.beta1 = configuration.beta1
    settings.beta2 = configuration.beta2
    settings.epsilon = configuration.epsilon
    settings.isDecoupled = configuration.kind == .adamw
    settings.gradientScale = step.scale
    let parameters = try moves.map { move in
      AdamParameter(
        master: move.parameter.master, firstMoment: firstMoments[move.index],
        secondMoment: secondMoments[move.index], gradient: move.gradient,
        copy: move.parameter.copyToWrite, movedRows: try movedRows(move), place: move.index,
        weightDecay: move.weightDecay, rateFactor: move.rateFactor,
        stepsBefore: move.stepsBefore)
    }
    try adamStep(parameters, settings: settings)
  }

  /// Once a table is known by a gradient of some rows, its rows are followed in every step.
  private func movedRows(_ move: Move) throws -> Tensor? {
    if let known = movedRows[move.index] { return known }
    let first = firstMoments[move.index], second = secondMoments[move.index]
    guard move.gradient.holdsRows, first.scales == nil else { return nil }
    let found = try Torch.movedRows(first, second)
    movedRows[move.index] = found
    return found
  }

  func state(_ parameters: [Parameter]) -> [(name: String, tensor: Tensor)] {
    named("exp_avg", parameters, firstMoments) + named("exp_avg_sq", parameters, secondMoments)
  }

  private func named(
    _ key: String, _ parameters: [Parameter], _ moments: [AdamMoment]
  ) -> [(name: String, tensor: Tensor)] {
    zip(parameters, moments).flatMap { parameter, moment in
      let values = ("\(parameter.name).\(key)", moment.values)
      return [values]
        + (moment.scales.map { [("\(parameter.name).\(key)_scale", $0)] } ?? [])
    }
  }

  func stateWasRestored() { movedRows = [:] }
}

extension OptimizerConfiguration.Moments {
  /// The type in which the moments of a parameter of so many elements are stored.
  func type(elements: Int) -> DataType {
    switch self {
    case .fp32: .float32
    case .bf16: .bfloat16
    case .int8: elements < Self.fewestCoded ? .float32 : .uint8
    }
  }
}
