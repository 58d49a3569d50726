public import Datasets
public import Evaluation
public import Foundation
public import Tasks
internal import Tokenizers
public import Tracking
public import Training

/// Scores a tuned model on a file whose rows have targets.
public struct EvaluationRun<Task: TaskDeclaration> {
  /// The model.
  public let tuned: TunedModel<Task>
  /// Which columns of the file are meant.
  public var columns = ColumnChoice()
  /// How much goes into one batch.
  public var batch = BatchSize.tokens(8192)
  /// How confidence intervals are made; nil makes none.
  public var bootstrap: BootstrapSettings? = BootstrapSettings()
  /// Where each row's answer goes as JSON Lines; nil writes none.
  public var predictions: URL?
  /// Columns whose values the rows are scored by.
  public var slices: [String] = []
  /// How many rows of highest loss are told.
  public var hardest = 20
  /// Whether the temperature that makes probabilities fit is found and stored in the model's folder,
  /// where predictions then take it from.
  public var fitsTemperature = false
  /// Lets another thread end the work.
  public var control = RunControl()

  /// Makes a run with the defaults.
  public init(_ tuned: TunedModel<Task>) {
    self.tuned = tuned
  }

  /// Reads the file, scores it, and tells what there is to know on `sink`.
  ///
  /// - Throws: `DatasetsError` for a file or label that does not fit, `TrackingError` when
  ///   predictions cannot be written.
  public func execute(_ file: URL, sink: ProgressSink) throws -> EvaluationReport {
    if fitsTemperature, !TemperatureSearch(tuned.model).isPossible {
      throw RunError(
        .setting,
        "The model in \(tuned.folder.relativePath) gives no probabilities of labels that a "
          + "temperature could make fit.")
    }
    // A place that cannot be written to is refused before the work, not after it.
    let writer = try predictions.map { try PredictionWriter($0) }
    var reading = columns.reading(tuned.recipe, expectsTarget: true)
    reading.mapping.keep = slices
    let table = try tuned.task.table(file, reading)
    table.notes.forEach { sink.write("Note: \($0)\n") }
    try tuned.labels?.check(table.rows, split: "evaluation")
    try UncuttableRows(tuned.task, tuned.encoder).refuse(table.rows)
    let encoded = try tuned.task.encode(
      table.rows, labels: tuned.labels, with: tuned.encoder, for: .evaluation)
    var cut = CutNote(limit: tuned.encoder.options.maximumLength)
    cut.add(encoded)
    if let note = cut.text { sink.write("Note: \(note)\n") }

    var scoring = RowScoring(tuned.task, tuned.model, batch: batch, sink: sink, control: control)
    scoring.limit = tuned.encoder.options.maximumLength
    scoring.slices = slices
    scoring.hardest = hardest
    scoring.fitsTemperature = fitsTemperature
    let report = try scoring.execute(table.rows, encoded, bootstrap: bootstrap) { prediction in
      try writer?.write(prediction)
    }
    try writer?.commit()
    if let fit = report.calibration?.temperature {
      let stored = StoredTemperature(
        temperature: fit.temperature, rows: fit.rows, data: file.lastPathComponent)
      try stored.write(into: tuned.folder)
      sink.write(
        "The temperature \(RunRecorder.decimal(fit.temperature)) is stored in "
          + "\(tuned.folder.relativePath)/\(StoredTemperature.fileName); probabilities are scaled by it "
          + "from now on.\n")
    }
    return report
  }
}
