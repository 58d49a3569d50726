internal import Layers
internal import Torch

/// Gradient descent with optional momentum, as PyTorch computes it.
///
/// Sutskever et al., "On the importance of initialization and momentum", 2013.
final class SGDRule: UpdateRule {
  private let configuration: OptimizerConfiguration
  private var velocities: [Tensor] = []

  init(_ configuration: OptimizerConfiguration) {
    self.configuration = configuration
  }

  func add(_ parameters: [Parameter]) throws {
    if configuration.momentum > 0 { velocities += try parameters.map { try $0.zeroState() } }
  }

  func update(_ moves: [Move], _ step: UpdateStep) throws {
    var settings = SGDStep(learningRate: step.learningRate, isFirst: step.count == 1)
    settings.momentum = configuration.momentum
    settings.isNesterov = configuration.nesterov
    settings.gradientScale = step.scale
    // Without dampening, a velocity that begins at 0 in a later step is the gradient there too.
    let parameters = moves.map { move in
      SGDParameter(
        master: move.parameter.master,
        velocity: velocities.isEmpty ? nil : velocities[move.index], gradient: move.gradient,
        copy: move.parameter.copyToWrite, weightDecay: move.weightDecay,
        rateFactor: move.rateFactor)
    }
    try sgdStep(parameters, settings: settings)
  }

  func state(_ parameters: [Parameter]) -> [(name: String, tensor: Tensor)] {
    zip(parameters, velocities).map { ("\($0.name).momentum_buffer", $1) }
  }
}
