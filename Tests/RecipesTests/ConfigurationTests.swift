import Foundation
import Optimizers
import Recipes
import Tasks
import Testing
import Training

@Suite struct ConfigurationTests {
  @Test func defaultsAreWithoutProblems() {
    #expect(OptimizerConfiguration().problems.isEmpty)
    #expect(ScheduleConfiguration().problems.isEmpty)
    #expect(TrainingConfiguration().problems.isEmpty)
    #expect(DataConfiguration(train: "train.csv").problems.isEmpty)
  }

  @Test func onlyAdamWDecaysWeightsUnasked() {
    #expect(OptimizerConfiguration().weightDecay == 0.01)
    #expect(OptimizerConfiguration(kind: .sgd).weightDecay == 0)
    #expect(OptimizerConfiguration(kind: .adam, weightDecay: 0.1).weightDecay == 0.1)
  }

  @Test func everyProblemIsNamedAtOnce() {
    let optimizer = OptimizerConfiguration(
      learningRate: -1, beta1: 1, beta2: -0.1, epsilon: 0, weightDecay: .nan, momentum: 2,
      adafactor: AdafactorConfiguration(warmupInit: true, clipThreshold: 0, decayRate: 1, beta1: 1))
    let keys = optimizer.problems.map(\.key)
    #expect(
      keys == [
        "learningRate", "beta1", "beta2", "epsilon", "weightDecay", "momentum",
        "adafactor.warmupInit", "adafactor.clipThreshold", "adafactor.decayRate",
        "adafactor.beta1",
      ])
    #expect(optimizer.problems[0].description == "learningRate is -1.0; it must be above 0")
    #expect(throws: ConfigurationError(optimizer.problems)) { try optimizer.validate() }
  }

  @Test func nesterovNeedsMomentum() {
    #expect(OptimizerConfiguration(kind: .sgd, nesterov: true).problems.map(\.key) == ["nesterov"])
    #expect(OptimizerConfiguration(kind: .sgd, momentum: 0.9, nesterov: true).problems.isEmpty)
  }

  @Test(arguments: [
    (ScheduleConfiguration(warmup: .ratio(1.2)), "warmupRatio"),
    (ScheduleConfiguration(warmup: .steps(-1)), "warmupSteps"),
    (ScheduleConfiguration(power: 0), "power"),
    (ScheduleConfiguration(finalLearningRate: -1), "finalLearningRate"),
  ])
  func schedulesOutsideTheirRangeAreRefused(schedule: ScheduleConfiguration, key: String) {
    #expect(schedule.problems.map(\.key) == [key])
  }

  @Test func aShareOfWarmUpIsRoundedUpAsInTransformers() {
    #expect(ScheduleConfiguration(warmup: .ratio(0.1)).warmupSteps(of: 101) == 11)
    #expect(ScheduleConfiguration(warmup: .ratio(0)).warmupSteps(of: 101) == 0)
    #expect(ScheduleConfiguration(warmup: .steps(7)).warmupSteps(of: 101) == 7)
  }

  @Test(arguments: [
    (TrainingConfiguration(length: .epochs(0)), "epochs"),
    (TrainingConfiguration(length: .steps(0)), "maximumSteps"),
    (TrainingConfiguration(batch: .sequences(0)), "batchSize"),
    (TrainingConfiguration(batch: .tokens(-5)), "batchTokens"),
    (TrainingConfiguration(evaluationBatch: .sequences(0)), "evaluationBatchSize"),
    (TrainingConfiguration(gradientAccumulation: 0), "gradientAccumulation"),
    (TrainingConfiguration(maximumGradientNorm: 0), "maximumGradientNorm"),
    (TrainingConfiguration(seed: -1), "seed"),
    (TrainingConfiguration(dropout: 1), "dropout"),
    (TrainingConfiguration(labelSmoothing: 1), "labelSmoothing"),
    (TrainingConfiguration(classWeights: .explicit([:])), "classWeights"),
    (TrainingConfiguration(classWeights: .explicit(["a": -1, "b": 1])), "classWeights"),
    (TrainingConfiguration(classWeights: .explicit(["a": 0, "b": 0])), "classWeights"),
    (TrainingConfiguration(evaluateEvery: .steps(0)), "evaluateEvery"),
    (
      TrainingConfiguration(evaluateEvery: .never, earlyStoppingPatience: 2),
      "earlyStoppingPatience"
    ),
    (TrainingConfiguration(earlyStoppingPatience: 0), "earlyStoppingPatience"),
    (TrainingConfiguration(logEverySteps: 0), "logEverySteps"),
    (TrainingConfiguration(saveEvery: .steps(-1)), "saveEvery"),
    (TrainingConfiguration(keepCheckpoints: 0), "keepCheckpoints"),
    (TrainingConfiguration(threads: 0), "threads"),
  ])
  func trainingOutsideItsRangeIsRefused(training: TrainingConfiguration, key: String) {
    #expect(training.problems.map(\.key) == [key])
  }

  @Test func valuesSurviveJSON() throws {
    let recipe = Recipe(
      model: "m", task: TaskConfiguration(problem: .multiLabel),
      data: DataConfiguration(train: "t", validation: .share(0.2), labelColumns: ["a", "b"]),
      training: TrainingConfiguration(
        length: .steps(7), batch: .tokens(512), evaluationBatch: .sequences(3),
        classWeights: .explicit(["a": 2]), evaluateEvery: .steps(5), saveEvery: .never),
      optimizer: OptimizerConfiguration(kind: .adafactor),
      schedule: ScheduleConfiguration(warmup: .ratio(0.3)),
      output: OutputConfiguration(folder: "o"))
    let data = try JSONEncoder().encode(recipe)
    #expect(try JSONDecoder().decode(Recipe.self, from: data) == recipe)
  }
}
