import Adapters
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

extension SmallRun {
  /// Trains a method on the classifier, whose head is trained with it.
  mutating func tune(_ method: TuningMethod, seed: UInt64 = 3) {
    tuning = { task, folder in
      var options = Tuning.Options()
      options.heads = ["classifier"]
      options.seed = seed
      let file = try ConfigurationFile(folder: folder)
      return try Tuning.attach(
        method, to: task.store, of: ModelFamily.of(file), configuration: file, options: options
      ).attached
    }
  }
}

/// The methods of Adapters in the loop.
@Suite(.serialized) struct MethodsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var method: TuningMethod
    var type = DataType.float32
    var accumulation = 1

    static let adaLoRA: AdaLoRASettings = {
      var settings = AdaLoRASettings()
      (settings.initialRank, settings.targetRank) = (4, 2)
      (settings.warmupSteps, settings.finalSteps, settings.interval) = (4, 6, 2)
      settings.dropout = 0.1
      return settings
    }()

    static let all: [Case] = {
      let lora = LoRASettings(rank: 4, alpha: 8, dropout: 0.1)
      var plus = lora
      plus.learningRateRatio = 16
      plus.decomposesWeights = true
      return [
        Case(testDescription: "LoRA", method: .lora(lora)),
        Case(testDescription: "DoRA with two rates", method: .lora(plus), accumulation: 3),
        Case(
          testDescription: "LoRA in bf16", method: .lora(lora), type: .bfloat16, accumulation: 3),
        Case(testDescription: "AdaLoRA", method: .adaLoRA(adaLoRA)),
        Case(
          testDescription: "AdaLoRA in bf16 with accumulation", method: .adaLoRA(adaLoRA),
          type: .bfloat16, accumulation: 3),
        Case(testDescription: "VeRA", method: .vera(VeRASettings())),
        Case(testDescription: "IA³", method: .ia3(IA3Settings())),
        Case(testDescription: "BitFit", method: .bitFit(BitFitSettings())),
      ]
    }()
  }

  private func run(_ example: Case) throws -> SmallRun {
    var run = SmallRun(try SmallTask())
    run.computeType = example.type
    run.training.gradientAccumulation = example.accumulation
    run.optimizer.learningRate = 5e-3
    run.releasesFrozenOriginals = true
    run.tune(example.method)
    return run
  }

  @Test("Interrupted and resumed with a method, bit for bit", arguments: Case.all)
  func resumes(example: Case) throws {
    let folder = try TemporaryFolder()
    let whole = folder.url.appending(path: "whole")
    let parts = folder.url.appending(path: "parts")
    let run = try run(example)
    let (straight, _) = try run.finish(resume: whole)
    let stops = example.accumulation == 1 ? [1, 5, 9, 17, 30] : [1, 3, 6, 7]
    let (interrupted, many) = try run.finish(resume: parts) { stops.contains($0.step) }
    #expect(many == stops.count + 1)
    #expect(try StoredRun(whole) == StoredRun(parts))
    #expect(interrupted.losses == straight.losses)
    #expect(interrupted.steps.map(\.regularization) == straight.steps.map(\.regularization))
    #expect(interrupted.ranks == straight.ranks)
  }

  @Test("A state holds what the method trains and the head, not the base")
  func storesWhatIsTrained() throws {
    let folder = try TemporaryRun()
    let run = try run(Case.all[0])
    var store: ParameterStore?
    let trainer = try run.trainer(resume: folder.url) { store = $0.store }
    _ = try trainer.run()
    let parameters = try #require(store).parameters
    let trained = Set(parameters.filter(\.isTrainable).map(\.name))
    #expect(try folder.names("weights") == trained)
    #expect(trained.contains("classifier.weight") && trained.count == 10)
    #expect(trainer.trainableShare.attached == 2 * 2 * 2 * 4 * 32)
    #expect(trainer.trainableShare.trainable == 2 * 2 * 2 * 4 * 32 + 3 * 32 + 3)
  }

  @Test("AdaLoRA's term counts once a step however many micro-batches that has, and ranks are told")
  func addsTheTermOnce() throws {
    var found: [(losses: [Double], terms: [Double], ranks: [RankRecord])] = []
    for (batch, accumulation) in [(12, 1), (4, 3)] {
      var run = try run(Case(testDescription: "", method: .adaLoRA(Case.adaLoRA)))
      run.tune(
        .adaLoRA(
          {
            var settings = Case.adaLoRA
            settings.dropout = 0
            return settings
          }()))
      run.dropout = 0
      run.rows = 48
      run.training.order = .sequential
      run.training.batch = .sequences(batch)
      run.training.gradientAccumulation = accumulation
      run.training.length = .steps(16)
      // Not Adam: where a gradient is rounding alone it makes a whole step of it.
      run.optimizer = OptimizerConfiguration(kind: .sgd, learningRate: 0.05, momentum: 0.9)
      let watcher = Watcher()
      _ = try run.trainer(watcher).run()
      found.append((watcher.losses, watcher.steps.compactMap(\.regularization), watcher.ranks))
    }
    #expect(found[0].terms.count == 16 && found[0].terms.allSatisfy { $0 > 0 })
    for (left, right) in zip(found[0].losses, found[1].losses) { #expect(abs(left - right) < 1e-4) }
    for (left, right) in zip(found[0].terms, found[1].terms) { #expect(abs(left - right) < 1e-4) }
    let ranks = found[0].ranks
    #expect(ranks.first?.step == 0)
    #expect(ranks.first?.ranks.map(\.rank) == [4, 4, 4, 4])
    #expect(ranks.last?.ranks.reduce(0) { $0 + $1.rank } == 4 * 2)
    #expect(ranks.count > 2)
    #expect(ranks == found[1].ranks)
  }

  @Test("LoRA's second matrix moves at the ratio of the rate")
  func movesAtTwoRates() throws {
    let moves = { (ratio: Double?) in
      var settings = LoRASettings(rank: 4, alpha: 8)
      settings.learningRateRatio = ratio
      var run = SmallRun(try SmallTask())
      run.dropout = 0
      run.training.length = .steps(1)
      run.training.maximumGradientNorm = nil
      run.optimizer = OptimizerConfiguration(kind: .sgd, learningRate: 0.01)
      run.schedule = ScheduleConfiguration(kind: .constant)
      run.tune(.lora(settings))
      var store: ParameterStore?
      _ = try run.trainer { store = $0.store }.run()
      // The second matrices begin at zero: what they are is how far they moved.
      return try #require(store).parameters.filter { $0.name.contains("lora_B") }
        .map { try $0.master.norm().item() }
    }
    for (plain, fast) in zip(try moves(nil), try moves(16)) {
      #expect(plain > 0 && abs(fast - 16 * plain) <= 1e-5 * fast)
    }
  }

  // MARK: Memory

  @Test(
    "The memory of a run with LoRA is that of the base in its bytes and of what is trained",
    arguments: [DataType.float32, .bfloat16], [false, true])
  func predictsMemory(type: DataType, releases: Bool) throws {
    var run = try run(
      Case(testDescription: "", method: .lora(.init(rank: 4, alpha: 8)), type: type))
    run.releasesFrozenOriginals = releases
    run.training.batch = .sequences(run.rows)
    var task: TextClassification?
    let trainer = try run.trainer { task = $0 }
    let estimate = try trainer.memoryEstimate()
    let parameters = try #require(task).store.parameters
    let count = { (isTrained: Bool) in
      parameters.filter { $0.isTrainable == isTrained }.reduce(0) { $0 + $1.count }
    }
    let own = type == .float32 ? 4 : 2
    // The small base was trainable before, so its originals are memory of its own.
    let frozen = type == .float32 ? 4 : releases ? 2 : 6
    #expect(estimate.frozen == frozen * count(false))
    #expect(estimate.parameters == frozen * count(false) + (type == .float32 ? 4 : 6) * count(true))
    #expect(estimate.moments == 8 * count(true))
    #expect(estimate.gradients == own * count(true))

    var method: (any AttachedMethod)?
    let other = try run.small.load(type, dropout: run.dropout)
    method = try run.tuning?(other, run.small.folder.url)
    other.store.forwardState.isTraining = true
    let examples = run.small.examples(run.rows)
    try other.loss(Array(examples.prefix(1))).sum.backward()
    let counted = try CountedMemory.of { try other.loss(examples).sum }.memory
    withExtendedLifetime(method) {}
    #expect(abs(Double(estimate.activations - counted.held)) < 0.1 * Double(counted.held))
  }
}
