internal import Adapters
internal import Datasets
public import Evaluation
public import Foundation
internal import Layers
internal import Models
internal import Optimizers
internal import Tasks
internal import Tokenizers
internal import Torch
public import Tracking
public import Training

/// A whole run from a recipe: data, pre-flight, training, evaluation, and everything that its
/// folder holds.
public final class TrainingRun {
  /// How a run ended.
  public struct Summary {
    /// How training ended.
    public let ending: Ending
    /// Where the run lies.
    public let folder: URL
    /// What the kept weights scored on the test data, or on the validation data without any; nil
    /// without both, and for a run that was interrupted.
    public let report: EvaluationReport?
  }

  /// How training ended.
  public enum Ending: Sendable, Equatable {
    /// All steps were made.
    case completed
    /// It ended early, and why.
    case stopped(reason: String)
    /// It was interrupted; its state is stored.
    case interrupted
  }

  var recipe: Recipe
  let sink: ProgressSink
  let control: RunControl
  let version: String
  let output: OutputFolder
  /// The moment from which an interrupt has a state to store.
  public let start = RunStart()

  /// Prepares a run; nothing is read or written.
  ///
  /// - Parameters:
  ///   - recipe: What the user asked for.
  ///   - sink: Where the run tells what it does.
  ///   - version: The version of this software, for the records.
  ///   - control: Lets a signal handler end the run.
  public init(_ recipe: Recipe, sink: ProgressSink, version: String, control: RunControl) {
    self.recipe = recipe
    self.sink = sink
    self.version = version
    self.control = control
    output = OutputFolder(URL(filePath: recipe.output.folder, directoryHint: .isDirectory))
  }

  func say(_ text: String) { sink.write(text + "\n") }

  /// Makes the run.
  ///
  /// - Throws: An error of the layer that refused, as a sentence. What was in the output folder
  ///   before is then still there.
  public func execute() throws -> Summary {
    try recipe.validate()
    if try output.recover() { sayIsBack() }
    try output.check(overwrite: recipe.output.overwrite, resume: recipe.output.resume)
    let isResumed = try recipe.output.resume && output.contents() == .run
    if recipe.output.resume, !isResumed { say("There is nothing to resume: the run starts anew.") }
    try pinModel(isResumed: isResumed)
    if isResumed { try StoredRun(output).refuseOtherSettings(than: recipe) }

    let environment = try RunEnvironment(
      device: recipe.training.device, precision: recipe.precision,
      threads: recipe.training.threads)
    say(environment.line)
    let base = try BaseModel(recipe)
    base.notes.forEach { say("Note: \($0)") }
    return try execute(recipe.declaration(), base, environment, isResumed: isResumed)
  }

  /// Prepares the data and the model of a task, and trains.
  private func execute<Task: TaskDeclaration>(
    _ declared: Task, _ base: BaseModel, _ environment: RunEnvironment, isResumed: Bool
  ) throws -> Summary {
    let data = try RunData(recipe, base.settle(declared))
    say(data.summary)
    let told = data.task.notes + data.notes
    told.forEach { say("Note: \($0)") }
    let tokenizer = try data.task.tokenizer(base.tokenizer(for: data.splits.train.rows))
    var prepared = try PreparedData(
      data, recipe: recipe, tokenizer: tokenizer,
      modelLimit: [base.maximumLength, tokenizer.maximumLength, data.task.maximumLength]
        .compactMap(\.self).min(),
      known: base.labels, threads: environment.threads)
    try refuseData(prepared, environment)
    let memoryWithoutModel = ProcessMemory.now()?.resident ?? 0
    let model = try makeModel(base, prepared, environment)
    let tuning = try attach(to: model.store, base, prepared.tokenizer)
    let relay = RelayCallback()
    let trainer = try trainer(model, tuning, prepared, environment, relay)
    say("Trained: \(trainer.trainableShare)\(tuning.map { ", by \($0.title)" } ?? "")")
    if environment.device == .cpu {
      prepared.preflight.report.memory = .init(
        try trainer.memoryEstimate(), withoutModel: memoryWithoutModel)
    }
    say(prepared.preflight.report.text(without: told))
    return try execute(trainer, relay, prepared, environment, isResumed: isResumed)
  }

  /// Trains in the output folder; a run that is replaced comes back when this one fails.
  private func execute<Task>(
    _ trainer: Trainer<Task.Model>, _ relay: RelayCallback, _ prepared: PreparedData<Task>,
    _ environment: RunEnvironment, isResumed: Bool
  ) throws -> Summary {
    let replaces = try recipe.output.overwrite && output.contents() == .run
    start.begin()
    do {
      if isResumed {
        try output.removePartialFiles()
      } else {
        try begin(prepared, environment, replacing: replaces)
      }
      let summary = try train(trainer, relay, prepared, environment, isResumed: isResumed)
      if summary.ending != .interrupted { try output.finish() }
      return summary
    } catch {
      if replaces, try output.restore() {
        sayIsBack()
      } else {
        sayStoredState(error)
      }
      throw error
    }
  }

  /// Says how to go on after a failure, when a state was stored that does not lead to it again.
  private func sayStoredState(_ error: any Error) {
    let resume = ResumeFolder(output.url.appending(path: "resume"))
    guard (error as? TrainingError)?.code != .notFinite, (error as? TrainingError)?.code != .resume,
      let state = try? resume.state(), state.step > 0
    else { return }
    say(
      "The state after step \(state.step) is stored. Go on with: finetune train "
        + "\(output.name)/recipe.yaml --resume")
  }

  private func sayIsBack() {
    say("The run that was to be replaced is back in \(output.name).")
  }

  /// Makes the folder with what is known before the first step.
  private func begin(
    _ prepared: PreparedData<some TaskDeclaration>, _ environment: RunEnvironment, replacing: Bool
  ) throws {
    try output.begin(replacing: replacing)
    try writeRecipe(environment)
    try prepared.preflight.write(to: output.url)
  }

  /// Ends a run whose data break a limit; its reports are kept, unless they would replace a run.
  private func refuseData(
    _ prepared: PreparedData<some TaskDeclaration>, _ environment: RunEnvironment
  ) throws {
    do {
      try prepared.preflight.enforce()
    } catch {
      say(prepared.preflight.report.text)
      var reports = ""
      if try output.contents() != .run {
        start.begin()
        try begin(prepared, environment, replacing: false)
        reports = " The whole report is \(output.name)/preflight.json."
      }
      throw RunError(
        .setting,
        "\(error) The settings are data.maxLength (--max-length) and data.maximumTruncatedShare "
          + "(--max-truncated-share).\(reports)")
    }
  }

  private func makeModel<Task>(
    _ base: BaseModel, _ prepared: PreparedData<Task>, _ environment: RunEnvironment
  ) throws -> Task.Model {
    let model = try prepared.task.model(
      ModelRequest(
        source: base.source(prepared.tokenizer), labels: prepared.labels, training: prepared.train,
        tokenizer: prepared.tokenizer, dropout: recipe.training.dropout,
        options: environment.storeOptions(seed: recipe.training.seed, isTrainable: true)))
    let count = model.store.parameters.reduce(0) { $0 + $1.count }
    say("Model \(recipe.model): \(base.modelType), \(Self.grouped(count)) parameters")
    model.store.report.notes().forEach { say("  \($0)") }
    return model
  }

  private func train<Task>(
    _ trainer: Trainer<Task.Model>, _ relay: RelayCallback, _ prepared: PreparedData<Task>,
    _ environment: RunEnvironment, isResumed: Bool
  ) throws -> Summary {
    if isResumed, try trainer.resumeIfStored() {
      say("Resuming after step \(trainer.step) of \(trainer.totalSteps).")
      try writeRecipe(environment)
    }
    let log = try RunLog(folder: output.url, resumingAt: isResumed ? trainer.step : nil)
    log.notes.forEach { say("Note: \($0)") }
    let recorder = try RunRecorder(
      log: log, sink: sink, totalSteps: trainer.totalSteps, firstStep: trainer.step,
      logEverySteps: recipe.training.logEverySteps)
    relay.target = recorder
    defer { recorder.clear() }
    let outcome = try trainer.run()
    recorder.finish()
    if let predicted = prepared.preflight.report.memory?.peak,
      let measured = ProcessMemory.now()?.peak
    {
      say(
        "Memory: \(ProcessMemory.text(predicted)) were predicted, \(ProcessMemory.text(measured)) "
          + "were used at most.")
    }
    let ending: Ending
    var report: EvaluationReport?
    if outcome != .interrupted { sayAdapterSize() }
    do {
      switch outcome {
      case .interrupted: throw Interrupted()
      case .completed: ending = .completed
      case .stopped(let reason): ending = .stopped(reason: reason)
      }
      report = try finish(trainer.task, prepared, environment, trainer, recorder)
    } catch is Interrupted {
      try log.close()
      return Summary(ending: .interrupted, folder: output.url, report: nil)
    }
    try log.close()
    return Summary(ending: ending, folder: output.url, report: report)
  }

  private func trainer<Task>(
    _ model: Task.Model, _ tuning: Tuning?, _ prepared: PreparedData<Task>,
    _ environment: RunEnvironment,
    _ callback: any TrainingCallback
  ) throws -> Trainer<Task.Model> {
    var setup = Trainer<Task.Model>.Setup()
    setup.training = recipe.training
    setup.optimizer = recipe.optimizer
    setup.schedule = recipe.schedule
    setup.tuning = tuning?.attached
    setup.freezing = recipe.freezing.isEmpty ? nil : recipe.freezing
    setup.releasesFrozenOriginals = tuning != nil
    setup.modelFolder = output.url
    setup.resumeFolder = ResumeFolder(output.url.appending(path: "resume"))
    setup.fingerprint = prepared.fingerprint(recipe, environment)
    setup.control = control
    setup.callbacks = [callback]
    return try Trainer(
      model, training: prepared.train, validation: prepared.validation, setup: setup)
  }

  /// Writes the recipe so that training by it repeats the run: it neither replaces nor resumes.
  private func writeRecipe(_ environment: RunEnvironment) throws {
    var stored = recipe
    stored.output.overwrite = false
    stored.output.resume = false
    try stored.write(
      to: output.url.appending(path: "recipe.yaml"),
      header: [
        "The resolved recipe of this run: every setting, given or default. Relative paths count",
        "from the folder that finetune runs in.",
        "swift-finetune \(version); \(environment.line)",
      ])
  }

  static func grouped(_ number: Int) -> String {
    var digits = String(number)
    var parts: [String] = []
    while digits.count > 3 {
      parts.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return ([digits] + parts).joined(separator: ",")
  }
}

/// Passes on to a callback that can be made only once the trainer is.
private final class RelayCallback: TrainingCallback {
  var target: (any TrainingCallback)?

  func stepEnded(_ record: StepRecord) throws -> TrainingFlow {
    try target?.stepEnded(record) ?? .proceed
  }

  func evaluationProceeded(_ done: Int, of total: Int) throws {
    try target?.evaluationProceeded(done, of: total)
  }

  func evaluationEnded(_ record: EvaluationRecord) throws -> TrainingFlow {
    try target?.evaluationEnded(record) ?? .proceed
  }

  func stateWillBeStored(step: Int) throws { try target?.stateWillBeStored(step: step) }

  func ranksChanged(_ record: RankRecord) throws { try target?.ranksChanged(record) }

  func layersThawed(_ record: ThawRecord) throws { try target?.layersThawed(record) }
}
