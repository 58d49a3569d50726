import Optimizers

extension Settings {
  static let optimizer: [Setting] = [
    Setting(
      "optimizer.kind", \.optimizer.kind, flag: "optimizer",
      OptimizerConfiguration.Kind.flagKind, "The update rule (default: adamw)."),
    Setting(
      "optimizer.learningRate", \.optimizer.learningRate, flag: "learning-rate", .number("rate"),
      "The highest learning rate (default: 5e-5)."),
    Setting(
      "optimizer.beta1", \.optimizer.beta1, .number("beta"),
      "Decay of the mean of gradients (default: 0.9)."),
    Setting(
      "optimizer.beta2", \.optimizer.beta2, .number("beta"),
      "Decay of the mean of squared gradients (default: 0.999)."),
    Setting(
      "optimizer.epsilon", \.optimizer.epsilon, .number("epsilon"),
      "Added to the root of the mean of squares (default: 1e-8)."),
    Setting(
      "optimizer.weightDecay", \.optimizer.weightDecay, flag: "weight-decay", .number("share"),
      "Decay of weights, not of biases and norms (default: 0.01 for adamw, else 0)."),
    Setting(
      "optimizer.momentum", \.optimizer.momentum, flag: "momentum", .number("share"),
      "Share of the last move that sgd keeps (default: 0)."),
    Setting(
      "optimizer.nesterov", \.optimizer.nesterov, .toggle,
      "Whether sgd looks ahead along the momentum (default: false)."),
    Setting(
      "optimizer.moments", \.optimizer.moments, flag: "moments",
      OptimizerConfiguration.Moments.flagKind,
      "How adamw and adam store their moments: 8, 4 or 2 bytes a weight (default: fp32)."),
    Setting(
      "optimizer.layerDecay", \.optimizer.layerDecay, flag: "layer-decay", .number("share"),
      "A layer's rate as a share of that of the layer above, such as 0.9 (default: all alike)."),
  ]

  static let adafactor: [Setting] = [
    Setting(
      "optimizer.adafactor.relativeStep", \.optimizer.adafactor.relativeStep, .toggle,
      "Whether Adafactor makes its rate from the step (default: false)."),
    Setting(
      "optimizer.adafactor.scaleParameter", \.optimizer.adafactor.scaleParameter, .toggle,
      "Whether Adafactor's rate grows with the weight (default: false)."),
    Setting(
      "optimizer.adafactor.warmupInit", \.optimizer.adafactor.warmupInit, .toggle,
      "Whether Adafactor's own rate starts low (default: false)."),
    Setting(
      "optimizer.adafactor.clipThreshold", \.optimizer.adafactor.clipThreshold, .number("N"),
      "Root mean square that an update is scaled down to (default: 1)."),
    Setting(
      "optimizer.adafactor.decayRate", \.optimizer.adafactor.decayRate, .number("power"),
      "Power of the step that makes the second moments' decay (default: -0.8)."),
    Setting(
      "optimizer.adafactor.squaredGradientEpsilon", \.optimizer.adafactor.squaredGradientEpsilon,
      .number("epsilon"), "Added to squared gradients (default: 1e-30)."),
    Setting(
      "optimizer.adafactor.parameterScaleEpsilon", \.optimizer.adafactor.parameterScaleEpsilon,
      .number("epsilon"), "Least root mean square of a weight that counts (default: 1e-3)."),
    Setting(
      "optimizer.adafactor.beta1", \.optimizer.adafactor.beta1, .number("beta"),
      "Decay of Adafactor's mean of updates (default: none kept)."),
  ]

  static let schedule: [Setting] = [
    Setting(
      "schedule.kind", \.schedule.kind, flag: "schedule", ScheduleConfiguration.Kind.flagKind,
      "What the learning rate does after warm-up (default: linear)."),
    Setting(
      "schedule.warmupSteps", oneOf: "warm-up", flag: "warmup-steps", .number("N"),
      "Optimiser steps over which the rate rises (default: 0).",
      get: { if case .steps(let steps) = $0.schedule.warmup { steps } else { nil } },
      set: { (recipe: inout Recipe, steps: Int) in recipe.schedule.warmup = .steps(steps) }),
    Setting(
      "schedule.warmupRatio", oneOf: "warm-up", flag: "warmup-ratio", .number("share"),
      "Share of all steps over which the rate rises, instead of --warmup-steps.",
      get: { if case .ratio(let ratio) = $0.schedule.warmup { ratio } else { nil } },
      set: { (recipe: inout Recipe, ratio: Double) in recipe.schedule.warmup = .ratio(ratio) }),
    Setting(
      "schedule.power", \.schedule.power, .number("power"),
      "Power of a polynomial schedule (default: 1)."),
    Setting(
      "schedule.finalLearningRate", \.schedule.finalLearningRate, .number("rate"),
      "Rate that a polynomial schedule ends at (default: 1e-7)."),
  ]
}
