public import Optimizers
import Tasks
import Training
private import Evaluation

extension Recipe {
  /// Everything that is wrong with the value, in its parts and between them; keys are those of a
  /// recipe file, such as `training.batchSize`.
  public var problems: [ConfigurationProblem] {
    var checks = ConfigurationChecks()
    checks.require(!model.isEmpty, "model", "is empty; name the folder of a model")
    checks.include(lstm, as: "lstm")
    checks.require(
      isFromScratch || lstm == LSTMSettings(), "lstm",
      "is set, but the model is '\(model)'; set model to lstm, or leave the section out")
    checks.require(
      !isFromScratch || modelRevision == nil, "modelRevision",
      "is set, but a model from scratch has none; leave it out")
    checks.include(data, as: "data")
    checks.include(method, as: "method")
    checks.include(freezing, as: "freezing")
    checkMethod(&checks)
    checks.include(training, as: "training")
    checks.include(optimizer, as: "optimizer")
    checks.include(schedule, as: "schedule")
    checks.include(output, as: "output")
    checkTask(&checks)
    checkProblemKind(&checks)
    checkValidation(&checks)
    checkMetric(&checks)
    checkSchedule(&checks)
    return checks.problems
  }

  /// What excludes a method.
  private func checkMethod(_ checks: inout ConfigurationChecks) {
    guard method.kind != .full else { return }
    checks.require(
      !isFromScratch, "method",
      "is \(method.kind.rawValue), but the model is made from scratch, and has nothing to build on; "
        + "leave it out")
    checks.require(
      freezing.isEmpty, "freezing",
      "is set beside method \(method.kind.rawValue), which freezes the model itself; leave out the "
        + "one or the other")
    let wanted: TrainingConfiguration.Precision? =
      switch method.base {
      case .float32: .fp32
      case .bfloat16: .bf16
      case .automatic, .int8, .nf4: nil
      }
    checks.require(
      wanted == nil || training.precision == .automatic || training.precision == wanted,
      "method.base",
      "is \(method.base.rawValue), but training.precision is \(training.precision.rawValue); a model "
        + "computes in one of them: leave out the one or the other")
  }

  /// What only some kinds of problem allow.
  private func checkProblemKind(_ checks: inout ConfigurationChecks) {
    let several = data.labelSeparator != nil || !data.labelColumns.isEmpty
    checks.require(
      !several || task.problem != .singleLabel, "problem",
      "is single-label, but the data name several labels a row; drop labelSeparator and "
        + "labelColumns, or set problem to multi-label")
    checks.require(
      data.labelSeparator == nil || task.problem != .regression, "problem",
      "is regression, which has no labels to separate; drop labelSeparator")
    guard task.problem == .regression || task.problem == .multiLabel else { return }
    checks.require(
      training.labelSmoothing == 0, "training.labelSmoothing",
      "is \(training.labelSmoothing), but only single-label problems have it; set it to 0")
    checks.require(
      task.problem == .multiLabel || training.classWeights == .none, "training.classWeights",
      "is set, but a regression has no classes; set it to none")
  }

  /// What needs validation data.
  private func checkValidation(_ checks: inout ConfigurationChecks) {
    guard data.validation == .none else { return }
    let advice = "needs validation data; set data.validation to a file or a share, such as 0.1"
    checks.require(
      training.earlyStoppingPatience == nil, "training.earlyStoppingPatience", advice)
    checks.require(training.metricForBest == nil, "training.metricForBest", advice)
  }

  /// Whether the score that tells the best weights exists, and for this kind of problem.
  private func checkMetric(_ checks: inout ConfigurationChecks) {
    guard let name = training.metricForBest, !name.isEmpty else { return }
    let kinds = evaluationKinds
    do {
      let metric = try MetricName(name)
      checks.require(
        metric.kinds.contains(where: kinds.contains), "training.metricForBest",
        "is '\(name)', which a \(evaluatedName) does not have")
    } catch {
      checks.require(false, "training.metricForBest", "is '\(name)'; \(error.description)")
    }
  }

  /// The evaluations that the task may have.
  private var evaluationKinds: [EvaluationKind] {
    switch task.kind {
    case .textClassification:
      switch task.problem {
      case .automatic: [.binary, .multiclass, .multilabel, .regression]
      case .singleLabel: [.binary, .multiclass]
      case .multiLabel: [.multilabel]
      case .regression: [.regression]
      }
    case .tokenClassification: [.tokens]
    case .relationExtraction: [.relations]
    case .questionAnswering: [.answers]
    case .sentenceEmbedding: [.similarity, .retrieval]
    case .multipleChoice: [.choice]
    case .ranking: [.ranking]
    }
  }

  private var evaluatedName: String {
    task.kind == .textClassification
      ? "\(task.problem.rawValue) problem" : "\(task.kind.rawValue) task"
  }

  /// Sections of other tasks, and settings that only some tasks have.
  private func checkTask(_ checks: inout ConfigurationChecks) {
    func belongs(_ isUnset: Bool, _ section: String, to kinds: TaskConfiguration.Kind...) {
      checks.require(
        isUnset || kinds.contains(task.kind), section,
        "is set, but the task is \(task.kind.rawValue); it is for "
          + kinds.map(\.rawValue).joined(separator: " and "))
    }
    belongs(tokens == .init(), "tokens", to: .tokenClassification)
    belongs(relations == .init(), "relations", to: .relationExtraction)
    belongs(answers == .init(), "answers", to: .questionAnswering)
    belongs(embedding == .init(), "embedding", to: .sentenceEmbedding)
    belongs(ranking == .init(), "ranking", to: .ranking)
    belongs(windows == .init(), "windows", to: .textClassification)
    belongs(task.problem == .automatic, "problem", to: .textClassification)
    belongs(
      training.labelSmoothing == 0, "training.labelSmoothing", to: .textClassification,
      .relationExtraction)
    belongs(
      training.classWeights == .none, "training.classWeights", to: .textClassification,
      .relationExtraction)
    func check(_ section: String, _ validate: () throws -> Void) {
      do { try validate() } catch { checks.require(false, section, "cannot be used: \(error)") }
    }
    check("windows", windows.settings.validate)
    check("tokens", tokens.validate)
    check("relations", relations.check)
    check("answers", answers.validate)
    check("embedding", embedding.validate)
  }

  private func checkSchedule(_ checks: inout ConfigurationChecks) {
    checks.require(
      schedule.kind != .polynomial || schedule.finalLearningRate < optimizer.learningRate,
      "schedule.finalLearningRate",
      "is \(schedule.finalLearningRate); it must be below optimizer.learningRate, "
        + "\(optimizer.learningRate)")
    if case .steps(let warmup) = schedule.warmup, case .steps(let total) = training.length {
      checks.require(
        warmup < total || warmup <= 0 || total < 1, "schedule.warmupSteps",
        "is \(warmup), but the run has only \(total) steps; it must be below that")
    }
  }
}
