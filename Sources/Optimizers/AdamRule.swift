internal import Layers
internal import Torch

/// Adam (Kingma and Ba 2015, arXiv:1412.6980) and AdamW (Loshchilov and Hutter 2019,
/// arXiv:1711.05101), as PyTorch computes them.
final class AdamRule: UpdateRule {
  private let configuration: OptimizerConfiguration
  private let firstMoments, secondMoments: [Tensor]
  /// Of tables whose gradients hold some rows: which rows have moments; found when it is needed.
  private var movedRows: [Int: Tensor] = [:]

  init(_ configuration: OptimizerConfiguration, _ parameters: [Parameter]) throws {
    self.configuration = configuration
    firstMoments = try parameters.map { try $0.zeroState() }
    secondMoments = try parameters.map { try $0.zeroState() }
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
        copy: move.parameter.copyToWrite, movedRows: try movedRows(move),
        weightDecay: move.weightDecay)
    }
    try adamStep(parameters, settings: settings)
  }

  /// Once a table is known by a gradient of some rows, its rows are followed in every step.
  private func movedRows(_ move: Move) throws -> Tensor? {
    if let known = movedRows[move.index] { return known }
    guard move.gradient.holdsRows else { return nil }
    let found = try Torch.movedRows(firstMoments[move.index], secondMoments[move.index])
    movedRows[move.index] = found
    return found
  }

  func state(_ parameters: [Parameter]) -> [(name: String, tensor: Tensor)] {
    zip(parameters, firstMoments).map { ("\($0.name).exp_avg", $1) }
      + zip(parameters, secondMoments).map { ("\($0.name).exp_avg_sq", $1) }
  }

  func stateWasRestored() { movedRows = [:] }
}
