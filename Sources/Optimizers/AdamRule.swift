internal import Layers
internal import Torch

/// Adam (Kingma and Ba 2015, arXiv:1412.6980) and AdamW (Loshchilov and Hutter 2019,
/// arXiv:1711.05101), as PyTorch computes them.
struct AdamRule: UpdateRule {
  private let configuration: OptimizerConfiguration
  private let firstMoments, secondMoments: [Tensor]

  init(_ configuration: OptimizerConfiguration, _ parameters: [Parameter]) throws {
    self.configuration = configuration
    firstMoments = try parameters.map { try $0.zeroState() }
    secondMoments = try parameters.map { try $0.zeroState() }
  }

  func update(_ index: Int, _ parameter: Parameter, _ gradient: Tensor, _ step: UpdateStep) throws {
    var settings = AdamStep(learningRate: step.learningRate, step: step.count)
    settings.beta1 = configuration.beta1
    settings.beta2 = configuration.beta2
    settings.epsilon = configuration.epsilon
    settings.weightDecay = step.weightDecay
    settings.isDecoupled = configuration.kind == .adamw
    settings.gradientScale = step.scale
    try adamStep(
      parameter: parameter.master, firstMoment: firstMoments[index],
      secondMoment: secondMoments[index], gradient: gradient, copy: parameter.copyToWrite,
      settings: settings)
  }

  func state(_ parameters: [Parameter]) -> [(name: String, tensor: Tensor)] {
    zip(parameters, firstMoments).map { ("\($0.name).exp_avg", $1) }
      + zip(parameters, secondMoments).map { ("\($0.name).exp_avg_sq", $1) }
  }
}
