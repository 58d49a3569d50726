public import Adapters
public import Datasets
internal import Evaluation
public import Foundation
internal import Layers
public import Optimizers
public import Tasks
internal import Torch

/// Teaches a task's model from examples: the loop, evaluation, the best weights, and an exact
/// resume.
///
/// The order of the data, dropout's masks and the schedule are functions of the seed and the step
/// alone. A run that was interrupted and resumed has the weights of one that was not, bit for bit,
/// on the same machine with as many threads.
public final class Trainer<Work: TaskModel> {
  /// How a run came to its end.
  public enum Outcome: Sendable, Equatable {
    /// All steps were made.
    case completed
    /// A callback or the lack of progress ended it, and why.
    case stopped(reason: String)
    /// It was asked to end; its state is stored.
    case interrupted
  }

  /// What is trained.
  public let task: Work
  let training: [Work.Example]
  let validation: [Work.Example]
  let configuration: TrainingConfiguration
  let plan: TrainingPlan
  let metric: MetricName
  let resume: ResumeFolder?
  let modelFolder: URL?
  let callbacks: [any TrainingCallback]
  let control: RunControl
  let optimizer: Optimizer
  let schedule: LearningRateSchedule
  let tuning: (any AttachedMethod)?
  let freezing: FreezingPlan?
  /// The stage of ``freezing`` that the optimiser knows the parameters of.
  var stage = 0
  /// What callbacks were told of the method's ranks.
  var toldRanks: [ModuleRank]?
  private(set) var state = ResumeState()
  private var storedStep: Int?

  /// What a run is made of besides the task and its examples.
  public struct Setup {
    /// How the model learns.
    public var training = TrainingConfiguration()
    /// How parameters are moved.
    public var optimizer = OptimizerConfiguration()
    /// How the learning rate rises and falls.
    public var schedule = ScheduleConfiguration()
    /// The method of tuning that was attached to the task's model; nil for none.
    public var tuning: (any AttachedMethod)?
    /// What of the model is trained, and when; nil trains what is trainable now.
    ///
    /// Not together with ``tuning``, which freezes the model itself.
    public var freezing: FreezingSettings?
    /// Whether frozen parameters of a bf16 model lose their fp32 originals; false by default.
    ///
    /// Only for a model that is not saved whole: its frozen weights would be saved as they were
    /// rounded.
    public var releasesFrozenOriginals = false
    /// Where the best weights go, as a model folder; nil writes none.
    public var modelFolder: URL?
    /// Where the state for a resume goes; nil stores none.
    public var resumeFolder: ResumeFolder?
    /// One hash over everything that decides the run's course.
    public var fingerprint = ""
    /// Who watches.
    public var callbacks: [any TrainingCallback] = []
    /// Lets another thread end the run.
    public var control = RunControl()

    /// The defaults.
    public init() {}
  }

  /// Prepares a run: every parameter of the task's store that is trainable will be trained, or those
  /// that ``Setup/freezing`` names.
  ///
  /// - Throws: `ConfigurationError`, `DatasetsError` or ``TrainingError`` for settings that make no
  ///   run, `EvaluationError` for a metric that the task does not have.
  public init(
    _ task: Work, training: [Work.Example], validation: [Work.Example], setup: Setup
  ) throws {
    try setup.training.validate()
    try setup.optimizer.validate()
    try setup.schedule.validate()
    try setup.schedule.requireFalling(from: setup.optimizer.learningRate)
    self.task = task
    self.training = training
    self.validation = validation
    configuration = setup.training
    plan = try TrainingPlan(
      lengths: training.map(\.tokenCount), configuration: setup.training)
    metric = try MetricName(
      setup.training.metricForBest ?? task.defaultMetric, for: task.evaluationKind)
    tuning = setup.tuning
    freezing = try setup.plannedFreezing(of: task.store)
    try freezing?.begin(task.store)
    if setup.releasesFrozenOriginals { task.store.releaseFrozenOriginals() }
    optimizer = try Optimizer(
      setup.optimizer, parameters: task.store.parameters,
      settings: setup.parameterSettings(for: task.store))
    guard !optimizer.parameters.isEmpty else {
      throw TrainingError(.nothingToDo, "No parameter of the model is trainable.")
    }
    schedule = LearningRateSchedule(
      setup.schedule, peak: setup.optimizer.learningRate, totalSteps: plan.totalSteps)
    modelFolder = setup.modelFolder
    resume = setup.resumeFolder
    callbacks = setup.callbacks
    control = setup.control
    state.fingerprint = try setup.wholeFingerprint(optimizer.parameters)
  }

  /// Optimiser steps of the whole run.
  public var totalSteps: Int { plan.totalSteps }

  /// Steps made so far.
  public var step: Int { state.step }

  /// The best evaluation so far.
  public var best: ResumeState.Best? { state.best }

  /// Seconds of training, earlier parts of a resumed run counted in.
  public var seconds: Double { state.seconds }

  /// Goes on from the stored state, when there is one.
  ///
  /// - Returns: Whether there was one.
  /// - Throws: ``TrainingError`` when the state belongs to other data, another model or other
  ///   settings.
  public func resumeIfStored() throws -> Bool {
    guard let resume, let stored = try resume.state() else { return false }
    guard stored.fingerprint == state.fingerprint else {
      throw TrainingError(
        .resume,
        "The state in \(resume.url.path) was stored by a run with other data, another model or "
          + "other settings; going on would give neither run's result. Resume with the settings of "
          + "recipe.yaml in that folder, or start anew with --overwrite.")
    }
    // The steps that were made, so the stages that were begun.
    if stored.step > 0 { try thaw(for: stored.step - 1) }
    try resume.restore(stored, optimizer: optimizer, tuning: tuning)
    toldRanks = try ranks()
    state = stored
    storedStep = stored.step
    return true
  }

  /// Trains until the last step, an early stop or an interrupt.
  public func run() throws -> Outcome {
    if let ended = state.ended { return ended.isEmpty ? .completed : .stopped(reason: ended) }
    let forward = task.store.forwardState
    forward.seed = UInt64(clamping: configuration.seed)
    forward.isTraining = true
    forward.checkpointsActivations = configuration.checkpointActivations
    defer { forward.isTraining = false }
    var windows = plan.windows()

    if state.step == 0 { try tellRanks() }
    if state.evaluationIsDue, let outcome = try evaluateAndKeep() { return outcome }
    while state.step < plan.totalSteps {
      if control.isInterrupted {
        try storeState()
        return .interrupted
      }
      try thaw(for: state.step)
      let record = try makeStep(windows.window(of: state.step))
      try tellRanks()
      for callback in callbacks {
        if case .stop(let reason) = try callback.stepEnded(record) { return try end(reason) }
      }
      let step = state.step - 1
      state.evaluationIsDue = isDue(configuration.evaluateEvery, after: step)
      if isDue(configuration.saveEvery, after: step) || state.evaluationIsDue { try storeState() }
      if state.evaluationIsDue, let outcome = try evaluateAndKeep() { return outcome }
    }
    // The last weights may be the best, whenever the validation data were scored before.
    if !validation.isEmpty, state.evaluatedStep != state.step {
      state.evaluationIsDue = true
      try storeState()
      if let outcome = try evaluateAndKeep() { return outcome }
    }
    return try end(nil)
  }

  // MARK: Ends

  private func end(_ reason: String?) throws -> Outcome {
    let keepsLast = state.best == nil || !configuration.keepBest
    try requireFiniteWeights()
    if keepsLast, let modelFolder { try task.save(to: modelFolder) }
    state.ended = reason ?? ""
    try storeState()
    return reason.map { .stopped(reason: $0) } ?? .completed
  }

  private func isDue(_ interval: Interval, after step: Int) -> Bool {
    switch interval {
    case .never: false
    case .epoch: plan.endsEpoch(step)
    case .steps(let count): (step + 1) % count == 0
    }
  }

  /// Stores weights, optimiser and state; only the state when the others are stored already.
  func storeState() throws {
    guard let resume else { return }
    if storedStep == state.step {
      try resume.write(state)
      return
    }
    try requireFiniteWeights()
    for callback in callbacks { try callback.stateWillBeStored(step: state.step) }
    state = try resume.store(
      state, optimizer: optimizer, tuning: tuning, keeping: configuration.keepCheckpoints)
    storedStep = state.step
    for callback in callbacks { try callback.stateStored(step: state.step) }
  }

  // MARK: Evaluation

  /// Scores the validation data, keeps the weights when they are the best, and says when to stop.
  private func evaluateAndKeep() throws -> Outcome? {
    guard !validation.isEmpty else {
      state.evaluationIsDue = false
      return nil
    }
    let report: EvaluationReport
    do {
      report = try score()
    } catch is Interrupted {
      // The stored state says that this evaluation is still due.
      return .interrupted
    }
    let value = try metric.value(in: report.scores, notes: report.notes)
    let isBest = state.best.map { metric.isBetter(value, than: $0.value) } ?? true
    if isBest {
      state.best = .init(value: value, step: state.step)
      state.evaluationsWithoutBest = 0
      if configuration.keepBest, let modelFolder { try task.save(to: modelFolder) }
    } else {
      state.evaluationsWithoutBest += 1
    }
    state.evaluationIsDue = false
    state.evaluatedStep = state.step
    let record = EvaluationRecord(
      step: state.step, epoch: plan.epochs(after: state.step - 1), report: report, metric: metric,
      value: value, isBest: isBest)
    var reason: String?
    for callback in callbacks {
      if case .stop(let why) = try callback.evaluationEnded(record) { reason = reason ?? why }
    }
    // After the callbacks: a run killed in between scores again, and records twice rather than
    // never.
    try resume?.write(state)
    if let reason { return try end(reason) }
    if let patience = configuration.earlyStoppingPatience,
      state.evaluationsWithoutBest >= patience, state.step < plan.totalSteps
    {
      return try end(
        "no better \(metric.name) in \(state.evaluationsWithoutBest) evaluations")
    }
    return nil
  }

  private struct Interrupted: Error {}

  private func score() throws -> EvaluationReport {
    var evaluator = Evaluator(
      task, batch: configuration.evaluationBatchSize.holding(validation))
    let total = validation.count
    evaluator.progress = { [control, callbacks] done in
      if control.isInterrupted { throw Interrupted() }
      for callback in callbacks { try callback.evaluationProceeded(done, of: total) }
    }
    return try evaluator.evaluate(validation)
  }

  func advance(by seconds: Double) {
    state.step += 1
    state.seconds += seconds
  }

  func beginMicrobatch() {
    task.store.forwardState.microbatch = state.microbatch
    state.microbatch += 1
  }
}

extension TrainingConfiguration {
  /// How much goes into one batch of an evaluation.
  public var evaluationBatchSize: BatchSize {
    switch evaluationBatch ?? batch {
    case .sequences(let count): .sequences(count)
    case .tokens(let count): .tokens(count)
    }
  }
}

extension ScheduleConfiguration {
  /// Refuses a polynomial schedule that would end above its highest rate, as Transformers does.
  fileprivate func requireFalling(from peak: Double) throws {
    guard kind == .polynomial, finalLearningRate >= peak else { return }
    throw TrainingError(
      .setting,
      "The final learning rate of the polynomial schedule, \(finalLearningRate), is not below the "
        + "learning rate, \(peak). Lower the one or raise the other.")
  }
}
