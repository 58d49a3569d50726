internal import Tasks
public import Optimizers

extension TrainingConfiguration {
  /// Everything that is wrong with the value; empty when it can be used.
  ///
  /// The keys are those of a recipe: `epochs` or `maximumSteps` for ``length``, `batchSize` or
  /// `batchTokens` for ``batch``.
  public var problems: [ConfigurationProblem] {
    var checks = ConfigurationChecks()
    checkAmounts(&checks)
    checkLoss(&checks)
    checkIntervals(&checks)
    return checks.problems
  }

  /// Beyond what any run takes; a plan of more would not fit into memory.
  private static let mostEpochs = 1_000_000.0
  private static let mostSteps = 1_000_000_000

  private func checkAmounts(_ checks: inout ConfigurationChecks) {
    switch length {
    case .epochs(let epochs):
      checks.positive(epochs, "epochs")
      checks.require(
        !(epochs > Self.mostEpochs), "epochs",
        "is \(epochs); it must be at most \(Int(Self.mostEpochs))")
    case .steps(let steps):
      checks.atLeast(1, steps, "maximumSteps")
      checks.require(
        steps <= Self.mostSteps, "maximumSteps",
        "is \(steps); it must be at most \(Self.mostSteps)")
    }
    switch batch {
    case .sequences(let count): checks.atLeast(1, count, "batchSize")
    case .tokens(let count): checks.atLeast(1, count, "batchTokens")
    }
    switch evaluationBatch {
    case .sequences(let count)?: checks.atLeast(1, count, "evaluationBatchSize")
    case .tokens(let count)?: checks.atLeast(1, count, "evaluationBatchTokens")
    case nil: break
    }
    checks.atLeast(1, gradientAccumulation, "gradientAccumulation")
    checks.atLeast(0, seed, "seed")
    if let threads { checks.atLeast(1, threads, "threads") }
  }

  private func checkLoss(_ checks: inout ConfigurationChecks) {
    if let maximumGradientNorm {
      checks.require(
        maximumGradientNorm.isFinite && maximumGradientNorm > 0, "maximumGradientNorm",
        "is \(maximumGradientNorm); it must be above 0, or none to leave gradients as they are")
    }
    if let dropout { checks.belowOne(dropout, "dropout") }
    checks.belowOne(labelSmoothing, "labelSmoothing")
    guard case .explicit(let weights) = classWeights else { return }
    checks.require(!weights.isEmpty, "classWeights", "names no label; leave it out or name each")
    for (label, weight) in weights.sorted(by: { $0.key < $1.key }) {
      checks.require(
        weight.isFinite && weight >= 0, "classWeights",
        "gives '\(label)' the weight \(weight); it must be 0 or more")
    }
    checks.require(
      weights.isEmpty || weights.values.contains { $0 > 0 }, "classWeights",
      "gives every label the weight 0, so that nothing would be learnt")
  }

  private func checkIntervals(_ checks: inout ConfigurationChecks) {
    if case .steps(let steps) = evaluateEvery { checks.atLeast(1, steps, "evaluateEvery") }
    if case .steps(let steps) = saveEvery { checks.atLeast(1, steps, "saveEvery") }
    checks.atLeast(1, logEverySteps, "logEverySteps")
    checks.atLeast(1, keepCheckpoints, "keepCheckpoints")
    if let earlyStoppingPatience {
      checks.atLeast(1, earlyStoppingPatience, "earlyStoppingPatience")
      checks.require(
        evaluateEvery != .never, "earlyStoppingPatience",
        "needs evaluations to count; set evaluateEvery to epoch or a number of steps")
    }
    if let metricForBest {
      checks.require(!metricForBest.isEmpty, "metricForBest", "is empty; name a score or leave it")
    }
  }
}
