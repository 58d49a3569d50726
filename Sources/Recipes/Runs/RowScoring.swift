internal import Datasets
internal import Evaluation
internal import Tasks
internal import Tracking
internal import Training

/// Scores rows whose targets are known, and gives each row's answer.
struct RowScoring<Task: TaskDeclaration> {
  private let task: Task
  private let model: Task.Model
  private let batch: BatchSize
  private let sink: ProgressSink
  private let control: RunControl
  /// Tokens that rows were cut to.
  var limit: Int?
  /// Columns whose values the rows are scored by.
  var slices: [String] = []
  /// How many rows of highest loss are told.
  var hardest = 20
  /// Whether the temperature is looked for that makes probabilities fit.
  var fitsTemperature = false

  init(
    _ task: Task, _ model: Task.Model, batch: BatchSize, sink: ProgressSink, control: RunControl
  ) {
    self.task = task
    self.model = model
    self.batch = batch
    self.sink = sink
    self.control = control
  }

  /// Scores rows that were encoded for evaluation; `receive` gets the answers in order.
  ///
  /// - Throws: ``Interrupted`` when it was asked to end.
  func execute(
    _ rows: [TextRow], _ encoded: [EncodedRow<Task.Model.Example>], bootstrap: BootstrapSettings?,
    receive: (Prediction<Task.Answer>) throws -> Void
  ) throws -> EvaluationReport {
    let examples = encoded.flatMap(\.examples)
    var evaluator = Evaluator(model, batch: batch.holding(examples))
    let progress = ProgressReporter(title: "evaluate", total: examples.count, sink: sink)
    evaluator.progress = { [control] done in
      if control.isInterrupted { throw Interrupted() }
      progress.update(ProgressState(step: done))
    }
    defer { progress.clear() }
    var analysis = OutcomeAnalysis(columns: slices, hardest: hardest)
    var search = TemperatureSearch(model)
    var next = 0
    var report = try evaluator.evaluate(examples, bootstrap: bootstrap) { outputs, slice in
      if fitsTemperature { try search.add(model, outputs, Array(slice)) }
      for (output, example) in zip(outputs, slice) {
        let answer = try task.answer(
          output, to: rows[next], of: model, AnswerOptions(allScores: true))
        var prediction = Prediction(
          answer, to: rows[next], truncatedTokens: encoded[next].truncatedTokens, withText: true,
          withPlace: true)
        let outcome = try model.outcome(of: output, example)
        prediction.outcome = outcome
        try receive(prediction)
        try analysis.add(
          outcome, text: rows[next].text, length: encoded[next].length, limit: limit,
          values: rows[next].extra, file: rows[next].location.file, line: rows[next].location.line,
          isClassified: task.hasLabels && rows[next].target.isOneLabel)
        next += 1
      }
    }
    analysis.describe(&report)
    if fitsTemperature { report.calibration?.temperature = try search.fit() }
    return report
  }
}

extension RowTarget {
  /// Whether the target is one of the labels.
  fileprivate var isOneLabel: Bool {
    if case .label = self { true } else { false }
  }
}
