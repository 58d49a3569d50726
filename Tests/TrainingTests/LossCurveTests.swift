import Foundation
import Layers
import Models
import Optimizers
import Tasks
import TestSupport
import Testing
import Training

/// One run, for us and for the plain PyTorch loop of `training_curve.py`.
struct CurveCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var optimizer: OptimizerConfiguration
  /// The reference's keyword arguments for it.
  var settings: [String: Reference.Setting] = [:]
  var schedule = ScheduleConfiguration()
  var problem = ClassificationLabels.Problem.singleLabel
  var steps = 100
  var batch = 8
  var accumulation = 1
  var clip: Double? = 1
  var smoothing = 0.0
  var weights: [Double]?

  /// Every optimiser with every schedule.
  static let products: [CurveCase] = OptimizerConfiguration.Kind.allCases.flatMap { kind in
    ScheduleConfiguration.Kind.allCases.map { schedule in
      var example = of(kind)
      example.schedule = ScheduleConfiguration(
        kind: schedule, warmup: schedule == .constant ? .steps(0) : .ratio(0.1), power: 2)
      example.testDescription += ", \(schedule.rawValue)"
      return example
    }
  }

  /// Losses and ways to make a batch.
  static let variations: [CurveCase] = {
    var nesterov = of(.sgd)
    nesterov.optimizer.nesterov = true
    nesterov.settings["nesterov"] = .flag(true)
    var adafactor = of(.adafactor)
    adafactor.optimizer.adafactor = AdafactorConfiguration(scaleParameter: true, beta1: 0.9)
    adafactor.optimizer.learningRate = 0.02
    adafactor.settings["scale_parameter"] = .flag(true)
    adafactor.settings["beta1"] = .number(0.9)
    var smoothed = of(.adamw)
    smoothed.smoothing = 0.1
    var weighted = of(.adamw)
    weighted.weights = [0.5, 2, 1]
    var both = of(.adamw)
    (both.smoothing, both.weights) = (0.2, [3, 1, 0.25])
    var several = of(.adamw)
    several.problem = .multiLabel
    var weightedSeveral = several
    weightedSeveral.weights = [4, 1, 0.5]
    var numbers = of(.adamw)
    numbers.problem = .regression
    var accumulated = of(.adamw)
    (accumulated.accumulation, accumulated.batch, accumulated.steps) = (3, 5, 60)
    var accumulatedWeighted = accumulated
    (accumulatedWeighted.weights, accumulatedWeighted.smoothing) = ([0.5, 2, 1], 0.1)
    var unclipped = of(.sgd)
    unclipped.clip = nil
    let named: [(String, CurveCase)] = [
      ("Nesterov's momentum", nesterov), ("Adafactor with a mean of updates", adafactor),
      ("label smoothing", smoothed), ("class weights", weighted),
      ("label smoothing and class weights", both), ("several labels", several),
      ("several labels with weights", weightedSeveral), ("regression", numbers),
      ("accumulation", accumulated), ("accumulation with class weights", accumulatedWeighted),
      ("no clipping", unclipped),
    ]
    return named.map { name, example in
      var example = example
      example.testDescription = name
      return example
    }
  }()

  static let all = products + variations

  private static func of(_ kind: OptimizerConfiguration.Kind) -> CurveCase {
    switch kind {
    case .adamw:
      CurveCase(
        testDescription: "AdamW",
        optimizer: .init(kind: .adamw, learningRate: 1e-3, weightDecay: 0.05))
    case .adam:
      CurveCase(testDescription: "Adam", optimizer: .init(kind: .adam, learningRate: 1e-3))
    case .sgd:
      CurveCase(
        testDescription: "SGD",
        optimizer: .init(kind: .sgd, learningRate: 0.05, weightDecay: 0.001, momentum: 0.9),
        settings: ["momentum": .number(0.9)])
    case .adafactor:
      CurveCase(
        testDescription: "Adafactor", optimizer: .init(kind: .adafactor, learningRate: 1e-3),
        settings: [
          "relative_step": .flag(false), "scale_parameter": .flag(false),
          "warmup_init": .flag(false),
        ])
    }
  }

  /// What the run starts from and sees.
  func task() throws -> SmallTask {
    try SmallTask(problem, labels: problem == .regression ? 1 : 3)
  }

  func configuration() -> TrainingConfiguration {
    TrainingConfiguration(
      length: .steps(steps), batch: .sequences(batch), gradientAccumulation: accumulation,
      maximumGradientNorm: clip, evaluateEvery: .never, order: .sequential)
  }
}

/// A run as Transformers and PyTorch make it.
struct Reference: Encodable, Sendable {
  let folder: String
  let examples: [Example]
  let steps: [[[Int]]]
  let optimizer: Optimizer
  let schedule: Schedule
  let clip: Double?
  let smoothing: Double
  let weights: [Double]?

  struct Example: Encodable {
    let ids: [Int32]
    var label: Int?
    var labels: [Int]?
    var value: Double?

    init(_ example: ClassificationExample) {
      ids = example.tokens.ids
      switch example.target {
      case .label(let place): label = place
      case .labels(let places): labels = places
      case .value(let number): value = number
      case .none: break
      }
    }
  }

  struct Optimizer: Encodable {
    let kind: String
    let rate: Double
    let settings: [String: Setting]
    let decay: Double
  }

  struct Schedule: Encodable {
    let name: String
    let warmup: Int
    let settings: [String: Double]
  }

  enum Setting: Encodable, Sendable {
    case number(Double)
    case flag(Bool)

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let value): try container.encode(value)
      case .flag(let value): try container.encode(value)
      }
    }
  }

  struct Curve: Decodable, Sendable {
    let losses, norms, rates: [Double]
  }

  init(_ example: CurveCase, folder: URL, examples: [ClassificationExample]) {
    self.folder = folder.path
    self.examples = examples.map(Example.init)
    steps = Self.windows(
      rows: examples.count, batch: example.batch, accumulation: example.accumulation,
      steps: example.steps)
    optimizer = Optimizer(
      kind: example.optimizer.kind.rawValue, rate: example.optimizer.learningRate,
      settings: example.settings, decay: example.optimizer.weightDecay)
    schedule = Schedule(
      name: example.schedule.kind.rawValue,
      warmup: example.schedule.warmupSteps(of: example.steps),
      settings: example.schedule.kind == .polynomial
        ? ["power": example.schedule.power, "lr_end": example.schedule.finalLearningRate] : [:])
    clip = example.clip
    smoothing = example.smoothing
    weights = example.weights
  }

  /// The rows in the file's order, epoch after epoch; a window does not reach into the next epoch.
  private static func windows(rows: Int, batch: Int, accumulation: Int, steps: Int) -> [[[Int]]] {
    let batches = stride(from: 0, to: rows, by: batch).map { Array($0..<min($0 + batch, rows)) }
    let epoch = stride(from: 0, to: batches.count, by: accumulation).map {
      Array(batches[$0..<min($0 + accumulation, batches.count)])
    }
    return (0..<steps).map { epoch[$0 % epoch.count] }
  }

  /// Lets Python make runs.
  static func curves(_ runs: [Reference]) throws -> [Curve] {
    try PythonOracle("training_curve").run(["runs": runs])
  }
}

/// With dropout 0 a run follows Transformers' loss curve on the same order of data.
@Suite(.serialized) struct LossCurveTests {
  /// Each case's small model, and the reference of its run.
  private static let references = Result {
    let rows = 118
    let tasks = try CurveCase.all.map { try $0.task() }
    let runs = zip(CurveCase.all, tasks).map {
      Reference($0, folder: $1.folder.url, examples: $1.examples(rows))
    }
    let curves = try Reference.curves(runs)
    return zip(tasks, curves).map { (task: $0, examples: $0.examples(rows), curve: $1) }
  }

  @Test("100 steps follow Transformers within 1e-3", arguments: CurveCase.all.indices)
  func followsTransformers(place: Int) throws {
    let example = CurveCase.all[place]
    let (small, examples, curve) = try Self.references.get()[place]
    let task = try small.load(smoothing: example.smoothing, weights: example.weights)
    try expectCurve(example, task, examples, curve)
  }

  @Test(
    "MiniLM follows Transformers within 1e-3",
    .enabled(
      if: FileManager.default.fileExists(atPath: DemoAssets.model.path),
      "demo/model is missing; `make setup` fetches it"))
  func followsTransformersOnMiniLM() throws {
    let folder = try TemporaryFolder()
    let small = try SmallTask()
    var example = CurveCase.products[1]
    example.steps = 20
    example.optimizer.learningRate = 2e-4
    // The head that Transformers starts from too.
    let fresh = try small.load(from: DemoAssets.model)
    try fresh.save(to: folder.url)
    let examples = small.examples(64)
    let curve = try Reference.curves([Reference(example, folder: folder.url, examples: examples)])[
      0]
    let task = try small.load(from: folder.url)
    #expect(task.store.report.notes().isEmpty)
    try expectCurve(example, task, examples, curve)
  }

  private func expectCurve(
    _ example: CurveCase, _ task: TextClassification, _ examples: [ClassificationExample],
    _ curve: Reference.Curve
  ) throws {
    let watcher = Watcher()
    var setup = Trainer<TextClassification>.Setup()
    setup.training = example.configuration()
    setup.optimizer = example.optimizer
    setup.schedule = example.schedule
    setup.callbacks = [watcher]
    let trainer = try Trainer(task, training: examples, validation: [], setup: setup)
    #expect(try trainer.run() == .completed)

    #expect(watcher.losses.count == curve.losses.count)
    let differences = zip(watcher.losses, curve.losses).map { abs($0 - $1) }
    #expect(try #require(differences.max()) <= 1e-3, "\(example.testDescription)")
    for (record, rate) in zip(watcher.steps, curve.rates) {
      #expect(abs(record.learningRate - rate) <= 1e-9 * rate, "step \(record.step)")
    }
    let first = try #require(watcher.steps.first?.gradientNorm)
    #expect(abs(first - curve.norms[0]) <= 1e-4 * curve.norms[0])
    // The run learns something: a curve that goes nowhere would be easy to follow.
    let few = example.steps / 5
    #expect(curve.losses.suffix(few).reduce(0, +) < curve.losses.prefix(few).reduce(0, +))
  }
}
