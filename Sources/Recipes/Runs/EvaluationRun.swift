public import Datasets
public import Evaluation
public import Foundation
internal import Models
internal import Tasks
internal import Tokenizers
public import Tracking
public import Training

/// Scores a tuned classifier on a file with labels.
public struct EvaluationRun {
  /// The classifier.
  public let classifier: TunedClassifier
  /// Which columns of the file are meant.
  public var columns = ColumnChoice()
  /// How much goes into one batch.
  public var batch = BatchSize.tokens(8192)
  /// How confidence intervals are made; nil makes none.
  public var bootstrap: BootstrapSettings? = BootstrapSettings()
  /// Where each row's answer goes as JSON Lines; nil writes none.
  public var predictions: URL?
  /// Lets another thread end the work.
  public var control = RunControl()

  /// Makes a run with the defaults.
  public init(_ classifier: TunedClassifier) {
    self.classifier = classifier
  }

  /// Reads the file, scores it, and tells what there is to know on `sink`.
  ///
  /// - Throws: `DatasetsError` for a file or label that does not fit, `TrackingError` when
  ///   predictions cannot be written.
  public func execute(_ file: URL, sink: ProgressSink) throws -> EvaluationReport {
    let task = classifier.task
    // A place that cannot be written to is refused before the work, not after it.
    let writer = try predictions.map { try PredictionWriter($0) }
    let mapping = columns.mapping(classifier.recipe, expectsLabels: true)
    let table = try TextTable.read(
      file, format: columns.fileFormat, mapping: mapping, target: classifier.labels.problem.target)
    table.notes.forEach { sink.write("Note: \($0)\n") }
    let encoding = try classifier.encoding(expectsLabels: true)
    try encoding.labels?.check(table.rows, split: "evaluation")
    try UncuttableRows(encoding).refuse(table.rows)
    let encodings = try encoding.encode(table.rows)
    var cut = CutNote(limit: encoding.options.maximumLength)
    cut.add(encodings)
    if let note = cut.text { sink.write("Note: \(note)\n") }
    let examples = try encoding.examples(table.rows, encodings)

    var evaluator = Evaluator(task, batch: batch.holding(examples))
    let progress = ProgressReporter(title: "evaluate", total: examples.count, sink: sink)
    evaluator.progress = { [control] done in
      if control.isInterrupted { throw Interrupted() }
      progress.update(ProgressState(step: done))
    }
    defer { progress.clear() }
    var next = 0
    let report = try evaluator.evaluate(examples, bootstrap: bootstrap) { outputs, _ in
      guard let writer else { return }
      for output in outputs {
        var answer = TextPrediction(output, labels: classifier.labels, allScores: true)
        answer.describe(table.rows[next], withText: true)
        answer.truncatedTokens = encodings[next].truncatedTokens.positive
        try writer.write(answer)
        next += 1
      }
    }
    try writer?.commit()
    return report
  }
}

extension Int {
  /// The number, or nil where there is nothing to tell.
  var positive: Int? { self > 0 ? self : nil }
}

extension BatchSize {
  /// The size, raised to what the longest example needs.
  func holding(_ examples: [ClassificationExample]) -> BatchSize {
    guard case .tokens(let limit) = self else { return self }
    return .tokens(max(limit, examples.map(\.tokenCount).max() ?? 0))
  }
}
