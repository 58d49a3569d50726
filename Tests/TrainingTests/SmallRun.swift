import Adapters
import Foundation
import Layers
import Optimizers
import Tasks
import TestSupport
import Testing
import Torch
import Training

/// A small run, made again and again with the same settings.
struct SmallRun {
  let small: SmallTask
  /// Another model folder to start from.
  var base: URL?
  var computeType = DataType.float32
  var dropout: Double? = 0.2
  var rows = 45
  var validationRows = 0
  var training = TrainingConfiguration(
    length: .epochs(3), batch: .sequences(4), evaluateEvery: .never, saveEvery: .never)
  var optimizer = OptimizerConfiguration(learningRate: 1e-3)
  var schedule = ScheduleConfiguration(warmup: .steps(5))
  var fingerprint = "one"
  var modelFolder: URL?
  var freezing: FreezingSettings?
  /// Attaches a method of tuning to the task of a folder's model.
  var tuning: ((TextClassification, URL) throws -> any AttachedMethod)?
  var releasesFrozenOriginals = false

  init(_ small: SmallTask) {
    self.small = small
  }

  /// A trainer from the beginning.
  ///
  /// The state goes to `resume` and comes from there; `control` lets the watcher interrupt, and
  /// `prepare` changes the task before the run.
  func trainer(
    resume: URL? = nil, _ watcher: Watcher = Watcher(), control: RunControl = RunControl(),
    prepare: (TextClassification) throws -> Void = { _ in }
  ) throws -> Trainer<TextClassification> {
    let task = try small.load(computeType, dropout: dropout, from: base)
    try prepare(task)
    let method = try tuning?(task, base ?? small.folder.url)
    var setup = Trainer<TextClassification>.Setup()
    setup.training = training
    setup.optimizer = optimizer
    setup.schedule = schedule
    setup.resumeFolder = resume.map(ResumeFolder.init)
    setup.modelFolder = modelFolder
    setup.freezing = freezing
    setup.tuning = method
    setup.releasesFrozenOriginals = releasesFrozenOriginals
    setup.fingerprint = fingerprint
    setup.callbacks = [watcher]
    setup.control = control
    return try Trainer(
      task, training: small.examples(rows),
      validation: small.examples(validationRows, seed: 99, file: "validation.csv"), setup: setup)
  }

  /// Runs until it is over, going on after every interrupt.
  ///
  /// - Returns: What the run told, all parts together, and the number of parts.
  func finish(
    resume: URL, interrupt: @escaping (StepRecord) -> Bool = { _ in false },
    interruptEvaluation: @escaping (Int) -> Bool = { _ in false }
  ) throws -> (told: Watcher, parts: Int) {
    let told = Watcher()
    var parts = 0
    var outcome = Trainer<TextClassification>.Outcome.interrupted
    var evaluations = 0
    while outcome == .interrupted, parts < 100 {
      let control = RunControl()
      told.atStep = { record in
        if interrupt(record) { control.interrupt() }
        return .proceed
      }
      told.atEvaluationProgress = { _, _ in
        evaluations += 1
        if interruptEvaluation(evaluations) { control.interrupt() }
      }
      let trainer = try trainer(resume: resume, told, control: control)
      let isResumed = try trainer.resumeIfStored()
      #expect(isResumed == (parts > 0))
      outcome = try trainer.run()
      parts += 1
    }
    return (told, parts)
  }
}

/// What a run left to resume from: everything but the seconds, which no two runs share.
struct StoredRun: Equatable {
  let weights, optimizer: Data
  /// What a method of tuning remembers; nil for none.
  let method: Data?
  let state: ResumeState

  init(_ folder: URL) throws {
    var state = try JSONDecoder().decode(
      ResumeState.self, from: Data(contentsOf: folder.appending(path: "state.json")))
    state.seconds = 0
    self.state = state
    let place = folder.appending(path: state.weights)
    weights = try Data(contentsOf: place.appending(path: "weights.safetensors"))
    optimizer = try Data(contentsOf: place.appending(path: "optimizer.safetensors"))
    method = try? Data(contentsOf: place.appending(path: "method.safetensors"))
  }
}

/// A folder for the state of a run, and what is in it.
struct TemporaryRun {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  var url: URL { folder.url.appending(path: "resume") }

  /// The names in a file of the stored state: `weights`, `optimizer` or `method`.
  func names(_ file: String) throws -> Set<String> {
    let state = try #require(try ResumeFolder(url).state())
    return Set(
      try SafetensorsFile(url.appending(path: "\(state.weights)/\(file).safetensors")).names)
  }
}
