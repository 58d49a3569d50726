import Adapters
import Foundation
import Layers
import Optimizers
import Tasks
import TestSupport
import Testing
import Torch
import TorchTestSupport
import Training

/// A method of tuning in the loop: what it adds to the loss, what it is told, what is stored.
@Suite(.serialized) struct TuningTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var type = DataType.float32
    var accumulation = 1
    var ratio = 1.0
    var lastRank = 4

    static let all = [
      Case(testDescription: "plain"),
      Case(testDescription: "two rates, accumulation", accumulation: 3, ratio: 16),
      Case(testDescription: "bf16 with accumulation", type: .bfloat16, accumulation: 3),
      Case(testDescription: "ranks that fall", lastRank: 1),
      Case(
        testDescription: "ranks that fall in bf16 with accumulation", type: .bfloat16,
        accumulation: 3, lastRank: 1),
    ]
  }

  private func run(_ example: Case) throws -> SmallRun {
    var run = SmallRun(try SmallTask())
    run.computeType = example.type
    run.training.gradientAccumulation = example.accumulation
    run.optimizer.learningRate = 5e-3
    run.releasesFrozenOriginals = true
    run.tuning = { task, _ in
      try ProbeMethod(task.store, ratio: example.ratio, lastRank: example.lastRank)
    }
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
    #expect(trained.contains("classifier.weight") && trained.count == 6)
    #expect(trainer.trainableShare.attached == 2 * 2 * 4 * 32)
    #expect(trainer.trainableShare.trainable == 2 * 2 * 4 * 32 + 3 * 32 + 3)
  }

  @Test("A state of another method is refused")
  func refusesAnotherMethod() throws {
    let folder = try TemporaryFolder()
    var run = try run(Case.all[0])
    run.training.length = .steps(2)
    _ = try run.finish(resume: folder.url)
    run.tuning = { task, _ in try ProbeMethod(task.store, ratio: 2) }
    let told = sentence { try run.trainer(resume: folder.url).resumeIfStored() }
    #expect(told?.contains("was stored by a run with other data, another model or ") == true)
  }

  @Test("A method's term counts once a step however many micro-batches that has; ranks are told")
  func addsTheTermOnce() throws {
    var found: [(told: Watcher, norms: [Double])] = []
    for (batch, accumulation) in [(12, 1), (4, 3)] {
      var run = try run(Case(testDescription: ""))
      run.dropout = 0
      run.rows = 48
      run.training.order = .sequential
      run.training.batch = .sequences(batch)
      run.training.gradientAccumulation = accumulation
      run.training.maximumGradientNorm = 0.1
      run.training.length = .steps(16)
      // Not Adam: where a gradient is rounding alone it makes a whole step of it.
      run.optimizer = OptimizerConfiguration(kind: .sgd, learningRate: 0.05, momentum: 0.9)
      let watcher = Watcher()
      var method: ProbeMethod?
      run.tuning = { task, _ in
        let made = try ProbeMethod(task.store, lastRank: 2, dropout: 0)
        method = made
        return made
      }
      _ = try run.trainer(watcher).run()
      found.append((watcher, try #require(method).gradientNorms))
    }
    let (one, other) = (found[0].told, found[1].told)
    let terms = one.steps.compactMap(\.regularization)
    #expect(terms.count == 16 && terms.allSatisfy { $0 > 0 })
    for (left, right) in zip(one.losses, other.losses) { #expect(abs(left - right) < 1e-4) }
    for (left, right) in zip(terms, other.steps.compactMap(\.regularization)) {
      #expect(abs(left - right) < 1e-4)
    }
    // Gradients as the optimiser saw them: all together, and clipped.
    for (left, right) in zip(found[0].norms, found[1].norms) {
      #expect(left > 0 && left <= 0.1 && abs(left - right) < 1e-3 * left)
    }
    #expect(one.ranks.map(\.step) == [0, 3, 6])
    #expect(one.ranks.map { $0.ranks.map(\.rank) } == [[4, 4], [3, 3], [2, 2]])
    #expect(one.ranks == other.ranks)
  }

  @Test("A method's parameters move at the rates that it says")
  func movesAtTwoRates() throws {
    let moves = { (ratio: Double) in
      var run = SmallRun(try SmallTask())
      run.dropout = 0
      run.training.length = .steps(1)
      run.training.maximumGradientNorm = nil
      run.optimizer = OptimizerConfiguration(kind: .sgd, learningRate: 0.01)
      run.schedule = ScheduleConfiguration(kind: .constant)
      run.tuning = { task, _ in try ProbeMethod(task.store, ratio: ratio) }
      var store: ParameterStore?
      _ = try run.trainer { store = $0.store }.run()
      // They begin at zero: what they are is how far they moved.
      return try #require(store).parameters.filter { $0.name.hasSuffix(".up") }
        .map { try $0.master.norm().item() }
    }
    for (plain, fast) in zip(try moves(1), try moves(16)) {
      #expect(plain > 0 && abs(fast - 16 * plain) <= 1e-5 * fast)
    }
  }

  // MARK: Memory

  @Test(
    "The memory of a run with a method is that of the base in its bytes and of what is trained",
    arguments: [DataType.float32, .bfloat16], [false, true])
  func predictsMemory(type: DataType, releases: Bool) throws {
    var run = try run(Case(testDescription: "", type: type))
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

  @Test("Letting go of originals changes no bit of what is trained")
  func releasesOriginals() throws {
    var stored: [StoredRun] = []
    for releases in [false, true] {
      let folder = try TemporaryFolder()
      var run = try run(Case.all[2])
      run.releasesFrozenOriginals = releases
      run.training.length = .steps(6)
      var store: ParameterStore?
      _ = try run.trainer { store = $0.store }
      let frozen = try #require(store).parameters.filter { !$0.isTrainable }
      #expect(frozen.allSatisfy { $0.hasComputeCopy != releases })
      #expect(frozen.allSatisfy { $0.master.dataType == (releases ? .bfloat16 : .float32) })
      _ = try run.finish(resume: folder.url)
      stored.append(try StoredRun(folder.url))
    }
    #expect(stored[0] == stored[1])
  }

  @Test func refusesFreezingBesideAMethod() throws {
    var run = try run(Case.all[0])
    run.freezing = FreezingSettings(topLayers: 1)
    #expect(
      sentence { try run.trainer() }
        == "A method of tuning freezes the model itself: freezing cannot be set beside it. Leave out "
        + "the one or the other.")
  }
}
