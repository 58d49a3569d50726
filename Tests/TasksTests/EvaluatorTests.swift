import Datasets
import Evaluation
import Foundation
import Layers
import Tasks
import TestSupport
import Testing
import Torch

/// A task without a model: its output for an example is the example's own number.
private struct Echo: TaskModel {
  struct Example: TaskExample {
    let tokenCount: Int
    let number: Int
    var location: RowLocation { RowLocation(file: "rows.csv", line: number + 2) }
    func feed(_ hash: inout StableHash) { hash.add("\(number)") }
  }

  final class Log {
    var batches: [[Int]] = []
    var sawTraining = false
    var sawRecording = false
  }

  let store = ParameterStore(source: nil)
  let log = Log()
  let evaluationKind = EvaluationKind.regression
  let defaultMetric = "mse"

  func lossWeight(_ examples: [Example]) -> Double { Double(examples.count) }
  func loss(_ examples: [Example]) throws -> SummedLoss {
    SummedLoss(sum: try Tensor(scalar: Float(0)), weight: lossWeight(examples))
  }
  func predict(_ examples: [Example]) -> [Int] {
    log.batches.append(examples.map(\.tokenCount))
    if store.forwardState.isTraining { log.sawTraining = true }
    if isRecordingGradients { log.sawRecording = true }
    return examples.map(\.number)
  }
  func loss(of outputs: [Int], _ examples: [Example]) -> (sum: Double, weight: Double) {
    (0, lossWeight(examples))
  }
  func makeScoring() -> RegressionEvaluation { RegressionEvaluation() }
  func score(_ outputs: [Int], _ examples: [Example], into scoring: inout RegressionEvaluation)
    throws
  {
    try scoring.update(
      predictions: outputs.map { Float($0) }, references: examples.map { Double($0.number) })
  }
  func report(_ scoring: RegressionEvaluation, bootstrap: BootstrapSettings?) throws
    -> EvaluationReport
  {
    try scoring.report(bootstrap: bootstrap)
  }
  func outcome(of output: Int, _ example: Example) -> RowOutcome { RowOutcome() }
  func reload(from folder: URL) {}
  func save(to folder: URL) {}
}

struct EvaluatorTests {
  private func examples(_ count: Int) -> [Echo.Example] {
    var random = SplitMix(state: 4)
    return (0..<count).map { Echo.Example(tokenCount: 1 + random.below(60), number: $0) }
  }

  @Test(
    "Outputs come in the order of the rows, whatever their lengths",
    arguments: [
      BatchSize.sequences(1), .sequences(7), .sequences(100_000), .tokens(60), .tokens(1000),
    ])
  func keepsTheOrder(size: BatchSize) throws {
    let task = Echo()
    var outputs: [Int] = []
    var rows: [Int] = []
    // More than two windows of rows that are sorted together.
    let examples = examples(20_000)
    try Evaluator(task, batch: size).predict(examples) { part, slice in
      outputs += part
      rows += slice.map(\.number)
    }
    #expect(outputs == Array(0..<20_000))
    #expect(rows == outputs)
    #expect(task.log.batches.joined().count == 20_000)
    switch size {
    case .sequences(let count): #expect(task.log.batches.allSatisfy { $0.count <= count })
    case .tokens(let count): #expect(task.log.batches.allSatisfy { $0.reduce(0, +) <= count })
    }
  }

  @Test func beginsWithTheLongest() throws {
    let task = Echo()
    let examples = examples(500)
    try Evaluator(task, batch: .sequences(10)).predict(examples) { _, _ in }
    #expect(task.log.batches.first?.first == examples.map(\.tokenCount).max())
    #expect(task.log.batches.last?.last == examples.map(\.tokenCount).min())
  }

  @Test func scoresEveryRowOnce() throws {
    let report = try Evaluator(Echo(), batch: .tokens(200)).evaluate(examples(9_001))
    #expect(report.rows == 9_001)
    #expect(report.scores["mse"] == 0)
  }

  @Test func turnsDropoutAndGradientsOffAndBackOn() throws {
    let task = Echo()
    task.store.forwardState.isTraining = true
    try Evaluator(task, batch: .sequences(10)).predict(examples(50)) { _, _ in }
    #expect(!task.log.sawTraining && !task.log.sawRecording)
    #expect(task.store.forwardState.isTraining)
  }

  @Test func endsWhereProgressThrows() throws {
    struct Enough: Error {}
    let task = Echo()
    task.store.forwardState.isTraining = true
    var evaluator = Evaluator(task, batch: .sequences(10))
    var told: [Int] = []
    evaluator.progress = { done in
      told.append(done)
      if done == 30 { throw Enough() }
    }
    #expect(throws: Enough.self) { try evaluator.evaluate(examples(50)) }
    #expect(told == [10, 20, 30])
    #expect(task.store.forwardState.isTraining)
  }

  @Test func hasNothingToSayAboutNothing() throws {
    var calls = 0
    try Evaluator(Echo(), batch: .sequences(10)).predict([]) { _, _ in calls += 1 }
    #expect(calls == 0)
  }

  @Test("A real model gives each row the answer that it gives the row alone")
  func answersEachRowByItself() throws {
    let small = try SmallTask()
    let task = try small.load(dropout: 0.5)
    let examples = small.examples(60)
    var together: [ClassificationOutput] = []
    try Evaluator(task, batch: .tokens(120)).predict(examples) { outputs, _ in together += outputs }
    for (example, output) in zip(examples, together) {
      var alone: [ClassificationOutput] = []
      try Evaluator(task, batch: .sequences(1)).predict([example]) { part, _ in alone += part }
      for (one, other) in zip(output.logits, alone[0].logits) { #expect(abs(one - other) < 1e-5) }
    }
  }
}
