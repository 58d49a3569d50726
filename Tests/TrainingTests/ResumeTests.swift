import Foundation
import Layers
import Optimizers
import Tasks
import TestSupport
import Testing
import Torch
import Training

/// A run that was stopped and resumed is the run that was not, bit for bit.
@Suite(.serialized) struct ResumeTests {
  private let folder = Result { try TemporaryFolder() }
  private var whole: URL { get throws { try folder.get().url.appending(path: "whole") } }
  private var parts: URL { get throws { try folder.get().url.appending(path: "parts") } }

  /// What a resume has to be exact in.
  struct Variant: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var type = DataType.float32
    var accumulation = 1
    var kind = OptimizerConfiguration.Kind.adamw
    var batch = BatchLimit.sequences(4)
    var order = TrainingConfiguration.Order.shuffled

    static let all = [
      Variant(testDescription: "fp32"),
      Variant(testDescription: "bf16", type: .bfloat16),
      Variant(testDescription: "accumulation", accumulation: 3),
      Variant(testDescription: "bf16 with accumulation", type: .bfloat16, accumulation: 3),
      Variant(testDescription: "Adam", kind: .adam),
      Variant(testDescription: "SGD", kind: .sgd),
      Variant(testDescription: "Adafactor in bf16", type: .bfloat16, kind: .adafactor),
      Variant(testDescription: "batches of tokens", batch: .tokens(60), order: .lengthGrouped),
      Variant(testDescription: "rows in order", order: .sequential),
    ]
  }

  private func run(_ variant: Variant) throws -> SmallRun {
    var run = SmallRun(try SmallTask())
    run.computeType = variant.type
    run.training.batch = variant.batch
    run.training.order = variant.order
    run.training.gradientAccumulation = variant.accumulation
    run.optimizer.kind = variant.kind
    if variant.kind == .sgd { run.optimizer.momentum = 0.9 }
    return run
  }

  @Test("Interrupted in the middle of epochs and resumed", arguments: Variant.all)
  func resumesBitForBit(variant: Variant) throws {
    let run = try run(variant)
    let (straight, one) = try run.finish(resume: whole)
    // 12 batches an epoch: some stops are in the first epoch, one after another, some later.
    let stops = variant.accumulation == 1 ? [1, 5, 6, 17, 30] : [1, 3, 6, 7]
    let (interrupted, many) = try run.finish(resume: parts) { stops.contains($0.step) }
    #expect((one, many) == (1, stops.count + 1))
    #expect(try StoredRun(whole) == StoredRun(parts))
    #expect(interrupted.losses == straight.losses)
    #expect(interrupted.steps.map(\.epoch) == straight.steps.map(\.epoch))
    #expect(interrupted.steps.map(\.learningRate) == straight.steps.map(\.learningRate))
    #expect(try StoredRun(whole).state.ended == "")
  }

  @Test(
    "A model of real size too, whose work all threads share",
    .enabled(
      if: FileManager.default.fileExists(atPath: DemoAssets.model.path),
      "demo/model is missing; `make setup` fetches it"), arguments: [DataType.float32, .bfloat16])
  func resumesMiniLMBitForBit(type: DataType) throws {
    var run = SmallRun(try SmallTask())
    run.base = DemoAssets.model
    run.computeType = type
    run.training.batch = .sequences(16)
    run.training.length = .steps(5)
    // Plain descent has no memory to store; the others are compared on small models.
    run.optimizer = OptimizerConfiguration(kind: .sgd, learningRate: 0.05)
    let (straight, _) = try run.finish(resume: whole)
    let (interrupted, _) = try run.finish(resume: parts) { $0.step == 2 }
    #expect(try StoredRun(whole) == StoredRun(parts))
    #expect(interrupted.losses == straight.losses)
  }

  @Test("Dropout is on: without the right masks the weights would differ")
  func dropsOut() throws {
    var run = try run(Variant.all[0])
    let (with, _) = try run.finish(resume: whole)
    run.dropout = 0
    let (without, _) = try run.finish(resume: parts)
    #expect(with.losses[0] != without.losses[0])
  }

  @Test("Interrupted while evaluating", arguments: [false, true])
  func resumesAnEvaluation(stopsSteps: Bool) throws {
    var run = try run(Variant.all[0])
    run.validationRows = 30
    run.training.evaluateEvery = .steps(7)
    run.training.evaluationBatch = .sequences(10)
    let (straight, _) = try run.finish(resume: whole)
    let (interrupted, many) = try run.finish(
      resume: parts, interrupt: { stopsSteps && $0.step == 7 },
      interruptEvaluation: { [2, 9, 10].contains($0) })
    #expect(many == (stopsSteps ? 5 : 4))
    #expect(try StoredRun(whole) == StoredRun(parts))
    #expect(interrupted.losses == straight.losses)
    #expect(interrupted.evaluations.map(\.value) == straight.evaluations.map(\.value))
    #expect(interrupted.evaluations.map(\.isBest) == straight.evaluations.map(\.isBest))
    #expect(interrupted.evaluations.map(\.step) == [7, 14, 21, 28, 35, 36])
  }

  @Test("Killed between two stored states, it goes on from the earlier one")
  func resumesAfterAKill() throws {
    struct Kill: Error {}
    var run = try run(Variant.all[0])
    run.training.saveEvery = .steps(4)
    let (straight, _) = try run.finish(resume: whole)

    let watcher = Watcher()
    watcher.atStep = { if $0.step == 11 { throw Kill() } else { .proceed } }
    let killed = try run.trainer(resume: parts, watcher)
    #expect(throws: Kill.self) { try killed.run() }
    #expect(watcher.stored == [4, 8])

    let (rest, _) = try goOn(run, parts)
    #expect(rest.steps.first?.step == 9)
    #expect(rest.losses == Array(straight.losses.dropFirst(8)))
    #expect(try StoredRun(whole) == StoredRun(parts))
  }

  @Test(
    "A folder that a killed run was writing is not taken for a state, and goes with the next one")
  func ignoresAHalfWrittenState() throws {
    var run = try run(Variant.all[0])
    run.training.saveEvery = .steps(4)
    let (straight, _) = try run.finish(resume: whole)

    let control = RunControl()
    let watcher = Watcher()
    watcher.atStep = { record in
      if record.step == 10 { control.interrupt() }
      return .proceed
    }
    let first = try run.trainer(resume: parts, watcher, control: control)
    #expect(try first.run() == .interrupted)
    // The run was killed at step 400 of another life: weights half there, state.json not yet.
    let half = try parts.appending(path: "step-400")
    try FileManager.default.createDirectory(at: half, withIntermediateDirectories: true)
    try Data("half".utf8).write(to: half.appending(path: "weights.safetensors"))

    let (rest, trainer) = try goOn(run, parts)
    #expect(rest.losses == Array(straight.losses.dropFirst(10)))
    #expect(trainer.step == 36)
    #expect(try StoredRun(whole) == StoredRun(parts))
    #expect(try states(parts) == ["step-36"])
  }

  @Test("Only the last state is kept, or as many as are asked for", arguments: [1, 3])
  func keepsTheLastStates(count: Int) throws {
    var run = try run(Variant.all[0])
    run.training.saveEvery = .steps(5)
    run.training.keepCheckpoints = count
    let (watcher, _) = try run.finish(resume: whole)
    #expect(watcher.stored == [5, 10, 15, 20, 25, 30, 35, 36])
    let newest = ["step-25", "step-30", "step-35", "step-36"].suffix(count)
    #expect(try states(whole) == Array(newest))
  }

  @Test("A stored state of other data, another model or other settings is refused")
  func refusesAnotherRun() throws {
    var run = try run(Variant.all[0])
    _ = try run.finish(resume: whole)
    run.fingerprint = "another"
    let trainer = try run.trainer(resume: whole)
    let path = try whole.path
    #expect(
      sentence { try trainer.resumeIfStored() }
        == "The state in \(path) was stored by a run with other data, another model or other "
        + "settings; going on would give neither run's result. Resume with the settings of "
        + "recipe.yaml in that folder, or start anew with --overwrite.")
  }

  @Test("A run that is over stays over")
  func doesNothingAfterTheEnd() throws {
    let run = try run(Variant.all[0])
    _ = try run.finish(resume: whole)
    let before = try StoredRun(whole)
    let (rest, trainer) = try goOn(run, whole)
    #expect(rest.steps.isEmpty && trainer.step == 36)
    #expect(try StoredRun(whole) == before)
  }

  @Test("A state that cannot be stored ends the run, and says where")
  func tellsThatTheStateCannotBeStored() throws {
    let run = try run(Variant.all[0])
    let below = try folder.get().file("taken", containing: "x").appending(path: "resume")
    let control = RunControl()
    control.interrupt()
    let told = sentence { try run.trainer(resume: below, control: control).run() }
    #expect(told?.hasPrefix("The state of the run could not be stored in \(below.path): ") == true)
  }

  @Test("A damaged state is named", arguments: ["", "{}", "[1]", #"{"format": 2}"#])
  func refusesADamagedState(text: String) throws {
    let run = try run(Variant.all[0])
    let file = try folder.get().file("whole/state.json", containing: text)
    let told = sentence { try run.trainer(resume: whole).resumeIfStored() }
    #expect(told?.hasPrefix(file.path) == true)
    #expect(told?.contains("--overwrite") == true)
  }

  @Test("A state whose weights are gone or damaged is named, and not begun anew in silence")
  func refusesAStateWithoutItsWeights() throws {
    let run = try run(Variant.all[0])
    _ = try run.finish(resume: whole)
    let weights = try whole.appending(path: "step-36/weights.safetensors")
    try Data("damaged".utf8).write(to: weights)
    #expect(
      sentence { try run.trainer(resume: whole).resumeIfStored() }?.contains(weights.path) == true)
    try FileManager.default.removeItem(at: weights)
    #expect(
      sentence { try run.trainer(resume: whole).resumeIfStored() }?.contains(weights.path) == true)
  }

  // MARK: Parts

  private func goOn(_ run: SmallRun, _ folder: URL) throws -> (Watcher, Trainer<TextClassification>)
  {
    let watcher = Watcher()
    let trainer = try run.trainer(resume: folder, watcher)
    let isResumed = try trainer.resumeIfStored()
    #expect(isResumed)
    #expect(try trainer.run() == .completed)
    return (watcher, trainer)
  }

  private func states(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasPrefix("step-") }.sorted()
  }
}
