import Foundation
import Tasks
import Training

/// Keeps what a run tells, and does something at its events.
final class Watcher: TrainingCallback {
  var steps: [StepRecord] = []
  var evaluations: [EvaluationRecord] = []
  var stored: [Int] = []
  var ranks: [RankRecord] = []
  var thawed: [ThawRecord] = []
  var atStep: (StepRecord) throws -> TrainingFlow = { _ in .proceed }
  var atEvaluationProgress: (Int, Int) throws -> Void = { _, _ in }

  var losses: [Double] { steps.map(\.loss) }

  func stepEnded(_ record: StepRecord) throws -> TrainingFlow {
    steps.append(record)
    return try atStep(record)
  }

  func evaluationProceeded(_ done: Int, of total: Int) throws {
    try atEvaluationProgress(done, total)
  }

  func evaluationEnded(_ record: EvaluationRecord) throws -> TrainingFlow {
    evaluations.append(record)
    return .proceed
  }

  func ranksChanged(_ record: RankRecord) throws {
    ranks.append(record)
  }

  func layersThawed(_ record: ThawRecord) throws {
    thawed.append(record)
  }

  func stateStored(step: Int) throws {
    stored.append(step)
  }
}

/// The sentence with which an attempt fails; nil when it succeeds.
func sentence<Value>(_ body: () throws -> Value) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return "\(error)"
  }
}
