import Tasks
import Training

extension Settings {
  static let training: [Setting] = amounts + loss + watching + machine

  private static let amounts: [Setting] = [
    Setting(
      "training.epochs", oneOf: "length", flag: "epochs", .number("N"),
      "Passes over the training rows, such as 3 or 0.5 (default: 3).",
      get: { if case .epochs(let epochs) = $0.training.length { epochs } else { nil } },
      set: { (recipe: inout Recipe, epochs: Double) in recipe.training.length = .epochs(epochs) }),
    Setting(
      "training.maximumSteps", oneOf: "length", flag: "max-steps", .number("N"),
      "Optimiser steps of the run, instead of --epochs.",
      get: { if case .steps(let steps) = $0.training.length { steps } else { nil } },
      set: { (recipe: inout Recipe, steps: Int) in recipe.training.length = .steps(steps) }),
    Setting(
      "training.batchSize", oneOf: "batch", flag: "batch-size", .number("N"),
      "Sequences of a batch (default: 16).",
      get: { if case .sequences(let count) = $0.training.batch { count } else { nil } },
      set: { (recipe: inout Recipe, count: Int) in recipe.training.batch = .sequences(count) }),
    Setting(
      "training.batchTokens", oneOf: "batch", flag: "batch-tokens", .number("N"),
      "Tokens of a batch, instead of --batch-size.",
      get: { if case .tokens(let count) = $0.training.batch { count } else { nil } },
      set: { (recipe: inout Recipe, count: Int) in recipe.training.batch = .tokens(count) }),
    Setting(
      "training.evaluationBatchSize", oneOf: "evaluation batch", .number("N"),
      "Sequences evaluated at once (default: as training).",
      get: { if case .sequences(let count)? = $0.training.evaluationBatch { count } else { nil } },
      set: { (recipe: inout Recipe, count: Int) in
        recipe.training.evaluationBatch = .sequences(count)
      }),
    Setting(
      "training.evaluationBatchTokens", oneOf: "evaluation batch", .number("N"),
      "Tokens evaluated at once (default: as training).",
      get: { if case .tokens(let count)? = $0.training.evaluationBatch { count } else { nil } },
      set: { (recipe: inout Recipe, count: Int) in
        recipe.training.evaluationBatch = .tokens(count)
      }),
    Setting(
      "training.gradientAccumulation", \.training.gradientAccumulation,
      flag: "gradient-accumulation", .number("N"),
      "Batches that add up to one optimiser step (default: 1)."),
    Setting(
      "training.order", \.training.order, flag: "order", TrainingConfiguration.Order.flagKind,
      "Order in which rows are seen (default: shuffled)."),
  ]

  private static let loss: [Setting] = [
    Setting(
      "training.maximumGradientNorm", \.training.maximumGradientNorm, flag: "max-grad-norm",
      .number("norm"), "Norm that gradients are scaled down to, or none (default: 1)."),
    Setting(
      "training.dropout", \.training.dropout, flag: "dropout", .number("rate"),
      "Replaces the model's dropout rates (default: the model's own)."),
    Setting(
      "training.labelSmoothing", \.training.labelSmoothing, flag: "label-smoothing",
      .number("share"), "Share of the target spread over all classes (default: 0)."),
    Setting(
      "training.classWeights", \.training.classWeights, flag: "class-weights",
      .text("none|balanced|label=N,..."), "How much each class counts (default: none)."),
  ]

  private static let watching: [Setting] = [
    Setting(
      "training.evaluateEvery", \.training.evaluateEvery, flag: "evaluate-every",
      .text("epoch|none|N"), "When validation rows are scored (default: epoch)."),
    Setting(
      "training.metricForBest", \.training.metricForBest, flag: "metric", .text("score"),
      "Score that tells the best weights (default: accuracy, f1_micro or mse, by the task)."),
    Setting(
      "training.keepBest", \.training.keepBest, .toggle,
      "Whether the run ends with its best weights instead of its last (default: true)."),
    Setting(
      "training.earlyStoppingPatience", \.training.earlyStoppingPatience, flag: "early-stopping",
      .number("N"), "Evaluations without a better score that end the run (default: never)."),
    Setting(
      "training.logEverySteps", \.training.logEverySteps, flag: "log-every", .number("N"),
      "Steps between two records of the loss (default: 10)."),
    Setting(
      "training.saveEvery", \.training.saveEvery, flag: "save-every", .text("epoch|none|N"),
      "When the state to resume from is stored (default: 500)."),
    Setting(
      "training.keepCheckpoints", \.training.keepCheckpoints, .number("N"),
      "Stored states that are kept (default: 1)."),
  ]

  private static let machine: [Setting] = [
    Setting(
      "training.precision", \.training.precision, flag: "precision",
      TrainingConfiguration.Precision.flagKind, "Type of number to compute in (default: auto)."),
    Setting(
      "training.checkpointActivations", \.training.checkpointActivations,
      flag: "activation-checkpointing", .toggle,
      "Computes layers again instead of keeping them: less memory, a third more work (default: "
        + "false)."),
    Setting(
      "training.seed", \.training.seed, flag: "seed", .number("N"),
      "Seed of everything random (default: 42)."),
    Setting(
      "training.threads", \.training.threads, flag: "threads", .number("N"),
      "Processor threads (default: every core)."),
    Setting(
      "training.device", \.training.device, flag: "device",
      TrainingConfiguration.Device.flagKind, "Where the model computes (default: auto)."),
  ]
}
