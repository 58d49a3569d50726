public import Datasets
public import Evaluation
internal import Torch
import Layers

/// Runs a model over examples: longest first within windows, results in the examples' order.
public struct Evaluator<Work: TaskModel> {
  /// The task.
  public let task: Work
  /// How much goes into one batch.
  public let batch: BatchSize
  /// Called with the examples done so far; what it throws ends the work.
  public var progress: (Int) throws -> Void = { _ in }

  /// Examples that are sorted by length together; results wait in memory for so many at most.
  private static var window: Int { 8192 }

  /// Makes an evaluator.
  public init(_ task: Work, batch: BatchSize) {
    self.task = task
    self.batch = batch
  }

  /// Predicts every example; `receive` gets the outputs in the examples' order, a window at a time.
  public func predict(
    _ examples: [Work.Example],
    receive: (_ outputs: [Work.Output], _ examples: ArraySlice<Work.Example>) throws -> Void
  ) throws {
    let state = task.store.forwardState
    let wasTraining = state.isTraining
    state.isTraining = false
    defer { state.isTraining = wasTraining }
    var done = 0
    for start in stride(from: 0, to: examples.count, by: Self.window) {
      let slice = examples[start..<min(start + Self.window, examples.count)]
      let order = try EvaluationOrder(lengths: slice.map(\.tokenCount), size: batch)
      var outputs: [Work.Output] = []
      outputs.reserveCapacity(slice.count)
      for places in order {
        let members = places.map { slice[start + $0] }
        outputs += try withoutGradients { try task.predict(members) }
        done += members.count
        try progress(done)
      }
      try receive(order.restored(outputs), slice)
    }
  }

  /// Scores every example against its target; `receive` gets the outputs too, in order.
  public func evaluate(
    _ examples: [Work.Example], bootstrap: BootstrapSettings? = nil,
    receive: (_ outputs: [Work.Output], _ examples: ArraySlice<Work.Example>) throws -> Void = {
      _, _ in
    }
  ) throws -> EvaluationReport {
    var scoring = try task.makeScoring()
    try predict(examples) { outputs, slice in
      try task.score(outputs, Array(slice), into: &scoring)
      try receive(outputs, slice)
    }
    return try task.report(scoring, bootstrap: bootstrap)
  }
}

extension BatchSize {
  /// The size, raised to what the longest example needs.
  public func holding(_ examples: [some TaskExample]) -> BatchSize {
    guard case .tokens(let limit) = self else { return self }
    return .tokens(max(limit, examples.map(\.tokenCount).max() ?? 0))
  }
}
