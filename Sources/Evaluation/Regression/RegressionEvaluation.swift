/// Compares predicted with true numbers, batch by batch.
///
/// Errors and Pearson's correlation are streamed. Spearman's correlation and the intervals need the
/// pairs: sixteen bytes a row, which ``Options/keptPairs`` bounds or stops.
public struct RegressionEvaluation: Sendable {
  /// What an evaluation may be told.
  public struct Options: Codable, Sendable, Equatable {
    /// The most pairs to keep; 0 leaves Spearman's correlation and the intervals out.
    ///
    /// Beyond the
    /// limit they are left out too, and a note says so.
    public var keptPairs: Int = 10_000_000

    /// Makes options; each has a default.
    public init(keptPairs: Int = 10_000_000) { self.keptPairs = keptPairs }
  }

  /// The options given.
  public let options: Options
  /// The rows counted so far.
  public var rows: Int { moments.count }

  var moments = Moments()
  /// Predictions and references; nil when there were more than may be kept.
  var pairs: [(prediction: Double, reference: Double)]?
  var givenLoss = WeightedMean()

  /// Makes an empty evaluation.
  public init(options: Options = Options()) {
    self.options = options
    pairs = options.keptPairs > 0 ? [] : nil
  }

  /// Counts a batch.
  ///
  /// - Throws: ``EvaluationError`` that names the row; nothing of the batch is counted then.
  public mutating func update(predictions: [Double], references: [Double]) throws(EvaluationError) {
    guard predictions.count == references.count else {
      throw EvaluationError(
        .mismatchedShapes,
        "there are \(predictions.count) predictions for \(references.count) references; they must match"
      )
    }
    try checkFinite(predictions, "prediction")
    try checkFinite(references, "reference")
    for (prediction, reference) in zip(predictions, references) {
      moments.add(prediction: prediction, reference: reference)
    }
    keep(zip(predictions, references).map { ($0, $1) })
  }

  /// Counts a batch of single-precision predictions, as a model gives them.
  ///
  /// - Throws: ``EvaluationError`` that names the row; nothing of the batch is counted then.
  public mutating func update(predictions: [Float], references: [Double]) throws(EvaluationError) {
    try update(predictions: predictions.map(Double.init), references: references)
  }

  /// Adds a loss that was computed elsewhere; the score `loss` is the mean of all that was added,
  /// and the mean squared error where nothing was.
  public mutating func addLoss(sum: Double, weight: Double) {
    givenLoss.add(sum: sum, weight: weight)
  }

  /// Adds what another accumulator counted.
  ///
  /// - Throws: ``EvaluationError`` when the options differ; nothing is added then.
  public mutating func merge(_ other: RegressionEvaluation) throws(EvaluationError) {
    guard options == other.options else {
      throw EvaluationError(
        .cannotMerge, "two evaluations can only be merged when their options are the same")
    }
    moments.add(other.moments)
    givenLoss.add(other.givenLoss)
    if let more = other.pairs { keep(more) } else { pairs = nil }
  }

  private mutating func keep(_ more: [(prediction: Double, reference: Double)]) {
    guard let kept = pairs?.count else { return }
    if kept + more.count > options.keptPairs {
      pairs = nil
    } else {
      pairs?.append(contentsOf: more)
    }
  }

  private func checkFinite(_ values: [Double], _ role: String) throws(EvaluationError) {
    for (place, value) in values.enumerated() where !value.isFinite {
      throw EvaluationError(
        .nonFiniteScore, "the \(role) of row \(rows + place + 1) is \(value), not a finite number")
    }
  }
}
