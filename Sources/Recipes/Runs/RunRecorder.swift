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
  private var isStepped = false
  private var latest: StepRecord?
  /// Scores that a killed process recorded before its state said so: made again, not recorded again.
  private var recorded: Set<String>
  /// The epochs done so far.
  private(set) var epoch: Double

  /// Begins to record.
  ///
  /// - Throws: `TrackingError` when the folder's earlier records cannot be read.
  init(
    log: RunLog, sink: ProgressSink, totalSteps: Int, firstStep: Int, logEverySteps: Int
  ) throws {
    let earlier = try RunLog.records(in: log.folder)
    recorded = Set(earlier.filter { $0.kind != MetricRecord.train }.map(Self.key))
    epoch = earlier.last?.epoch ?? 0
    self.log = log
    self.sink = sink
    self.logEverySteps = max(1, logEverySteps)
    progress = ProgressReporter(
      title: "train", total: totalSteps, startingAt: firstStep, sink: sink)
  }

  func stepEnded(_ record: StepRecord) throws -> TrainingFlow {
    isStepped = true
    latest = record
    epoch = record.epoch
    tokens += record.tokens
    lossSum += record.loss
    stepsSinceLog += 1
    secondsSinceLog += record.seconds
    tokensSinceLog += record.tokens
    progress.update(
      ProgressState(
        step: record.step, epoch: record.epoch, loss: record.loss,
        learningRate: record.learningRate, tokens: tokens))
    if record.step % logEverySteps == 0 || record.step == record.totalSteps { try flush() }
    return .proceed
  }

  /// Records the steps since the last record: their mean loss, and the last one's other numbers.
  private func flush() throws {
    guard stepsSinceLog > 0, let latest else { return }
    var values = [
      "loss": lossSum / Double(stepsSinceLog), "learning_rate": latest.learningRate,
      "gradient_norm": latest.gradientNorm,
      "tokens_per_second": Double(tokensSinceLog) / max(secondsSinceLog, 1e-9),
    ]
    if let memory = ProcessMemory.now() {
      values["memory_mib"] = Double(memory.resident) / 1_048_576
    }
    (lossSum, stepsSinceLog, secondsSinceLog, tokensSinceLog) = (0, 0, 0, 0)
    try log.write(
      MetricRecord(
        step: latest.step, epoch: latest.epoch, kind: MetricRecord.train, values: values))
  }

  /// Records scores, once for each step.
  func write(_ record: MetricRecord) throws {
    guard recorded.insert(Self.key(record)).inserted else { return }
    try log.write(record)
  }

  private static func key(_ record: MetricRecord) -> String { "\(record.kind) \(record.step)" }

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
    epoch = record.epoch
    try write(
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

  /// Records the rank of each layer, and tells their mean.
  func ranksChanged(_ record: RankRecord) throws {
    let values = Dictionary(
      record.ranks.map { ("rank/\($0.module)", Double($0.rank)) },
      uniquingKeysWith: { first, _ in first })
    guard !values.isEmpty else { return }
    let mean = values.values.reduce(0, +) / Double(values.count)
    try write(
      MetricRecord(
        step: record.step, epoch: epoch, kind: "ranks",
        values: values.merging(["rank_mean": mean]) { first, _ in first }))
  }

  func layersThawed(_ record: ThawRecord) throws {
    progress.say(
      "Layers join in after step \(record.step), stage \(record.stage + 1) of "
        + "\(record.stageCount): \(record.share) are trained now.")
  }

  func stateWillBeStored(step: Int) throws {
    try flush()
    try log.synchronize()
  }

  /// Ends the progress line, and sums up the steps that were made.
  func finish() {
    if isStepped { progress.finish() } else { progress.clear() }
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
