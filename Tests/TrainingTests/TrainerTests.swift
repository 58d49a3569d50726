import Datasets
import Evaluation
import Foundation
import Layers
import Models
import Optimizers
import Tasks
import TestSupport
import Testing
import Torch
import TorchTestSupport
import Training

/// The loop: what stops it, what is kept, and how long it is.
@Suite(.serialized) struct TrainerTests {
  private let small = Result { try SmallTask() }
  private let folder = Result { try TemporaryFolder() }

  private func run() throws -> SmallRun {
    var run = SmallRun(try small.get())
    run.dropout = 0
    run.training.order = .sequential
    return run
  }

  // MARK: Not finite

  @Test("A weight that is not a number stops the run and names the step and its rows")
  func namesTheBatchOfANonFiniteLoss() throws {
    let run = try run()
    let watcher = Watcher()
    let trainer = try run.trainer(watcher) { task in
      let weight = try #require(task.store["bert.encoder.layer.1.output.dense.weight"])
      try weight.assign(Tensor.full(weight.shape, .nan))
    }
    let told = sentence { try trainer.run() }
    #expect(
      told == "The loss is NaN at step 1 (epoch 1). The batch holds the rows train.csv, line 2, "
        + "train.csv, line 3, train.csv, line 4, train.csv, line 5. The weights of the last stored "
        + "state are whole. Try a lower learning rate, a longer warm-up, or --precision fp32.")
    #expect(watcher.steps.isEmpty)
  }

  @Test("A label that is not a number stops the run at its own batch")
  func namesTheBatchOfANonFiniteLabel() throws {
    let small = try SmallTask(.regression, labels: 1)
    let task = try small.load()
    var examples = small.examples(20)
    examples[13] = ClassificationExample(
      ids: examples[13].tokens.ids, segments: examples[13].tokens.segments,
      target: .value(.infinity),
      location: examples[13].location)
    var setup = Trainer<TextClassification>.Setup()
    setup.training = TrainingConfiguration(
      batch: .sequences(2), gradientAccumulation: 2, evaluateEvery: .never, order: .sequential)
    let watcher = Watcher()
    setup.callbacks = [watcher]
    let trainer = try Trainer(task, training: examples, validation: [], setup: setup)
    let told = try #require(sentence { try trainer.run() })
    #expect(told.hasPrefix("The loss is infinite at step 4 (epoch 1). The batch holds the rows "))
    #expect(told.contains("rows train.csv, line 14, train.csv, line 15. "))
    #expect(watcher.steps.count == 3)
  }

  @Test(
    "A run that diverges ends with a reason, and its stored state is whole",
    arguments: [
      (Interval.steps(1), RunLength.epochs(1), "is not finite after the update at step 2 "),
      (.never, .epochs(1), "The loss is NaN at step 3 "),
      (.never, .steps(2), "is not finite after the update at step 2 "),
    ])
  func stopsADivergingRun(saving: Interval, length: RunLength, expected: String) throws {
    let resume = try folder.get().url.appending(path: "resume")
    var run = try run()
    // The rate is 0 at the first step and beyond all numbers at the second.
    run.optimizer = OptimizerConfiguration(kind: .sgd, learningRate: 1e45)
    run.schedule = ScheduleConfiguration(kind: .constant, warmup: .steps(3))
    run.training.maximumGradientNorm = nil
    run.training.saveEvery = saving
    run.training.length = length
    run.modelFolder = try folder.get().url.appending(path: "model")
    let told = try #require(sentence { try run.trainer(resume: resume).run() })
    #expect(told.contains(expected))
    #expect(told.contains(expected.contains("2") ? "train.csv, line 6" : "train.csv, line 10"))
    #expect(!FileManager.default.fileExists(atPath: try #require(run.modelFolder).path))
    if saving == .never {
      #expect(!FileManager.default.fileExists(atPath: resume.path))
    } else {
      let stored = try SafetensorsFile(resume.appending(path: "step-1/weights.safetensors"))
      let isWhole = try stored.names.allSatisfy { try stored.tensor($0).norm().item().isFinite }
      #expect(isWhole)
      #expect(try ResumeFolder(resume).state()?.step == 1)
    }
  }

  @Test("Rows whose classes weigh nothing teach nothing, and are no failure")
  func passesOverBatchesOfNoWeight() throws {
    let small = try small.get()
    let task = try small.load(weights: [0, 0, 1])
    let other = small.examples(40).filter { $0.target != .label(2) }
    var setup = Trainer<TextClassification>.Setup()
    setup.training = TrainingConfiguration(
      length: .epochs(1), batch: .sequences(4), evaluateEvery: .never)
    setup.optimizer = OptimizerConfiguration(weightDecay: 0)
    let watcher = Watcher()
    setup.callbacks = [watcher]
    let before = try task.store.parameters.map { try StoredTensor($0.master) }
    let trainer = try Trainer(task, training: other, validation: [], setup: setup)
    #expect(try trainer.run() == .completed)
    #expect(watcher.losses.allSatisfy { $0 == 0 })
    #expect(try task.store.parameters.map { try StoredTensor($0.master) } == before)
  }

  // MARK: Evaluation and the best weights

  @Test(
    "The weights that scored best are kept, whether more is better or less",
    arguments: ["loss", "accuracy", "f1_macro"])
  func keepsTheBest(metric: String) throws {
    let model = try folder.get().url.appending(path: "model")
    var run = try run()
    run.validationRows = 40
    run.training.evaluateEvery = .steps(3)
    run.training.metricForBest = metric
    run.optimizer.learningRate = 8e-3
    run.modelFolder = model
    let watcher = Watcher()
    let trainer = try run.trainer(watcher)
    #expect(try trainer.run() == .completed)

    let values = watcher.evaluations.map(\.value)
    let best = try #require(metric == "loss" ? values.min() : values.max())
    #expect(watcher.evaluations.map(\.step) == Array(stride(from: 3, through: 36, by: 3)))
    #expect(trainer.best?.value == best)
    let first = try #require(values.firstIndex(of: best))
    #expect(trainer.best?.step == watcher.evaluations[first].step)
    #expect(watcher.evaluations.last { $0.isBest }?.step == trainer.best?.step)
    // The learning rate is high enough for the last weights not to be the best.
    if metric == "loss" { #expect(values.last != best) }

    let kept = try run.small.load(from: model)
    let report = try Evaluator(kept, batch: .sequences(4)).evaluate(
      run.small.examples(40, seed: 99, file: "validation.csv"))
    #expect(abs(try #require(report.scores[metric]) - best) < 1e-6)
  }

  @Test("Without a wish for the best, the last weights are kept")
  func keepsTheLast() throws {
    let model = try folder.get().url.appending(path: "model")
    var run = try run()
    run.validationRows = 12
    run.training.evaluateEvery = .epoch
    run.training.keepBest = false
    run.modelFolder = model
    let watcher = Watcher()
    var kept: [String: StoredTensor] = [:]
    let trainer = try run.trainer(watcher) { task in
      watcher.atStep = { record in
        if record.step == record.totalSteps {
          for parameter in task.store.parameters {
            kept[parameter.name] = try StoredTensor(parameter.master)
          }
        }
        return .proceed
      }
    }
    #expect(try trainer.run() == .completed)
    #expect(watcher.evaluations.map(\.step) == [12, 24, 36])
    let saved = try Checkpoint.open(folder: model)
    #expect(Set(saved.names) == Set(kept.keys))
    for name in saved.names { #expect(try StoredTensor(saved.tensor(name)) == kept[name]) }
  }

  @Test("The last weights are scored too, once")
  func evaluatesAtTheEnd() throws {
    var run = try run()
    run.validationRows = 12
    run.training.evaluateEvery = .steps(10)
    let watcher = Watcher()
    _ = try run.trainer(watcher).run()
    #expect(watcher.evaluations.map(\.step) == [10, 20, 30, 36])
    #expect(watcher.evaluations.last?.epoch == 3)
  }

  @Test("A run that gets no better stops after as many evaluations as it was told to wait")
  func stopsEarly() throws {
    var run = try run()
    run.validationRows = 12
    run.training.evaluateEvery = .steps(4)
    run.training.earlyStoppingPatience = 2
    // Too small a rate for any answer to change.
    run.optimizer.learningRate = 1e-12
    let watcher = Watcher()
    let trainer = try run.trainer(watcher)
    #expect(try trainer.run() == .stopped(reason: "no better accuracy in 2 evaluations"))
    #expect(watcher.evaluations.map(\.step) == [4, 8, 12])
    #expect(watcher.evaluations.map(\.isBest) == [true, false, false])
  }

  @Test("A callback can end the run, which then keeps its weights")
  func stopsForACallback() throws {
    let model = try folder.get().url.appending(path: "model")
    var run = try run()
    run.modelFolder = model
    let watcher = Watcher()
    watcher.atStep = { $0.step == 5 ? .stop(reason: "enough") : .proceed }
    #expect(try run.trainer(watcher).run() == .stopped(reason: "enough"))
    #expect(watcher.steps.count == 5)
    #expect(try run.small.load(from: model).store.report.notes().isEmpty)
  }

  @Test func refusesAMetricThatTheTaskDoesNotHave() throws {
    var run = try run()
    run.training.metricForBest = "pearson"
    #expect(sentence { try run.trainer() }?.contains("pearson") == true)
  }

  // MARK: Length

  @Test(
    "A part of an epoch is rounded up to whole steps",
    arguments: [
      (0.5, 6), (1.0, 12), (1.25, 15), (0.01, 1), (2.3, 28),
    ])
  func countsPartsOfEpochs(epochs: Double, steps: Int) throws {
    var run = try run()
    run.training.length = .epochs(epochs)
    let watcher = Watcher()
    let trainer = try run.trainer(watcher)
    #expect(trainer.totalSteps == steps)
    #expect(try trainer.run() == .completed)
    #expect(watcher.steps.map(\.step) == Array(1...steps))
    #expect(watcher.steps.last?.totalSteps == steps)
    #expect(abs(try #require(watcher.steps.last).epoch - Double(steps) / 12) < 1e-9)
  }

  @Test(
    "Batches of tokens hold no more, and every row is seen once an epoch",
    arguments: [
      TrainingConfiguration.Order.shuffled, .lengthGrouped, .sequential,
    ])
  func batchesByTokens(order: TrainingConfiguration.Order) throws {
    var run = try run()
    run.training.batch = .tokens(50)
    run.training.order = order
    run.training.length = .epochs(2)
    let watcher = Watcher()
    _ = try run.trainer(watcher).run()
    #expect(watcher.steps.allSatisfy { $0.tokens <= 50 })
    let examples = run.small.examples(run.rows)
    #expect(watcher.steps.reduce(0) { $0 + $1.examples } == 2 * examples.count)
    #expect(
      watcher.steps.reduce(0) { $0 + $1.tokens } == 2 * examples.reduce(0) { $0 + $1.tokenCount })
  }

  @Test func refusesARowThatNoBatchOfTokensHolds() throws {
    var run = try run()
    run.training.batch = .tokens(10)
    #expect(sentence { try run.trainer() }?.contains("Raise the tokens of a batch") == true)
  }

  @Test(
    "Numbers that no machine can hold are refused, not tried",
    arguments: [
      TrainingConfiguration(length: .epochs(1e300)),
      TrainingConfiguration(length: .epochs(.infinity)),
      TrainingConfiguration(length: .steps(.max)), TrainingConfiguration(length: .epochs(-1)),
      TrainingConfiguration(length: .epochs(.nan)),
    ])
  func refusesEndlessRuns(configuration: TrainingConfiguration) throws {
    var run = try run()
    run.training = configuration
    #expect(sentence { try run.trainer() } != nil)
  }

  @Test("The largest accumulation is one window an epoch")
  func takesTheLargestAccumulation() throws {
    var run = try run()
    run.training.gradientAccumulation = .max
    #expect(try run.trainer().totalSteps == 3)
  }

  @Test func refusesAPolynomialScheduleThatRises() throws {
    var run = try run()
    run.schedule = ScheduleConfiguration(kind: .polynomial, finalLearningRate: 0.5)
    #expect(
      sentence { try run.trainer() }
        == "The final learning rate of the polynomial schedule, 0.5, is not below the learning "
        + "rate, 0.001. Lower the one or raise the other.")
  }

  @Test func refusesAModelOfWhichNothingIsTrained() throws {
    let run = try run()
    #expect(
      sentence { try run.trainer { try $0.store.setTrainable { _ in false } } }
        == "No parameter of the model is trainable.")
  }

  @Test func refusesARunWithoutRows() throws {
    var run = try run()
    run.rows = 0
    #expect(sentence { try run.trainer() } == "There are no examples to make batches of.")
  }
}
