internal import Evaluation
internal import Foundation
internal import Tracking
internal import Training

/// Writes what a run measures to its log, and shows it on the screen.
final class RunRecorder: TrainingCallback {
  private let log: RunLog
  private let progress: ProgressReporter
  private let logEverySteps: Int
  private let sink: ProgressSink
  private var tokens = 0
  private var lossSum = 0.0
  private var stepsSinceLog = 0
  private var secondsSinceLog = 0.0
  private var tokensSinceLog = 0
  private var scoring: ProgressReporter?

  init(
    log: RunLog, sink: ProgressSink, totalSteps: Int, firstStep: Int, logEverySteps: Int
  ) {
    self.log = log
    self.sink = sink
    self.logEverySteps = max(1, logEverySteps)
    progress = ProgressReporter(
      title: "train", total: totalSteps, startingAt: firstStep, sink: sink)
  }

  func stepEnded(_ record: StepRecord) throws -> TrainingFlow {
    tokens += record.tokens
    lossSum += record.loss
    stepsSinceLog += 1
    secondsSinceLog += record.seconds
    tokensSinceLog += record.tokens
    progress.update(
      ProgressState(
        step: record.step, epoch: record.epoch, loss: record.loss,
        learningRate: record.learningRate, tokens: tokens))
    if record.step % logEverySteps == 0 || record.step == record.totalSteps {
      var values = [
        "loss": lossSum / Double(stepsSinceLog), "learning_rate": record.learningRate,
        "gradient_norm": record.gradientNorm,
        "tokens_per_second": Double(tokensSinceLog) / max(secondsSinceLog, 1e-9),
      ]
      if let memory = ProcessMemory.now() {
        values["memory_mib"] = Double(memory.resident) / 1_048_576
      }
      try log.write(
        MetricRecord(
          step: record.step, epoch: record.epoch, kind: MetricRecord.train, values: values))
      (lossSum, stepsSinceLog, secondsSinceLog, tokensSinceLog) = (0, 0, 0, 0)
    }
    return .proceed
  }

  func evaluationProceeded(_ done: Int, of total: Int) throws {
    if scoring == nil {
      progress.clear()
      scoring = ProgressReporter(title: "evaluate", total: total, sink: sink)
    }
    scoring?.update(ProgressState(step: done))
  }

  func evaluationEnded(_ record: EvaluationRecord) throws -> TrainingFlow {
    scoring?.clear()
    scoring = nil
    try log.write(
      MetricRecord(
        step: record.step, epoch: record.epoch, kind: MetricRecord.evaluation,
        values: record.report.scores))
    let loss = record.report.scores["loss"].map { ", loss \(Self.decimal($0))" } ?? ""
    progress.say(
      "Validation after step \(record.step) (epoch \(Self.decimal(record.epoch, places: 2))): "
        + "\(record.metric.name) \(Self.decimal(record.value))\(loss)"
        + (record.isBest ? ", the best so far" : ""))
    return .proceed
  }

  func stateStored(step: Int) throws {
    try log.synchronize()
  }

  /// Ends the progress line.
  func finish() {
    progress.finish()
  }

  /// Takes the progress line away before an error is shown.
  func clear() {
    scoring?.clear()
    progress.clear()
  }

  static func decimal(_ value: Double, places: Int = 4) -> String {
    String(format: "%.\(places)f", value)
  }
}
