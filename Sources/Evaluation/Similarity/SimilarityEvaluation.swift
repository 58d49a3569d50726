/// Compares the similarity that a model gives pairs of texts with the one that people gave them:
/// Pearson's and Spearman's correlation.
///
/// ```swift
/// var evaluation = SimilarityEvaluation()
/// try evaluation.update(predictions: cosines, references: scores)
/// try evaluation.scores()["spearman"]
/// ```
///
/// Pearson's correlation is streamed. Spearman's needs the pairs: eight bytes each, in single
/// precision. Beyond ``Options/keptPairs`` it is that of a sample of so many, and a note says so.
public struct SimilarityEvaluation: Sendable {
  /// What an evaluation may be told.
  public struct Options: Codable, Sendable, Equatable {
    /// The most pairs to keep; 0 leaves Spearman's correlation and the intervals out.
    public var keptPairs: Int = 10_000_000

    /// Makes options; each has a default.
    public init(keptPairs: Int = 10_000_000) { self.keptPairs = keptPairs }
  }

  /// The options given.
  public let options: Options
  /// The pairs counted so far.
  public var rows: Int { moments.count }

  var moments = Moments()
  var sample: PairSample
  var givenLoss = WeightedMean()

  /// Makes an empty evaluation.
  public init(options: Options = Options()) {
    self.options = options
    sample = PairSample(limit: max(0, options.keptPairs))
  }

  /// Counts a batch of pairs.
  ///
  /// - Parameters:
  ///   - predictions: The similarity that the model gives each pair, on any scale.
  ///   - references: The true similarity of each pair, on any scale.
  /// - Throws: ``EvaluationError`` that names the pair; nothing of the batch is counted then.
  public mutating func update(predictions: [Float], references: [Double]) throws(EvaluationError) {
    guard predictions.count == references.count else {
      throw EvaluationError(
        .mismatchedShapes,
        "there are \(predictions.count) predictions for \(references.count) references; they must match"
      )
    }
    for (place, (prediction, reference)) in zip(predictions, references).enumerated()
    where !prediction.isFinite || !reference.isFinite {
      let role = prediction.isFinite ? "reference" : "prediction"
      throw EvaluationError(
        .nonFiniteScore, "the \(role) of pair \(rows + place + 1) is not a finite number")
    }
    for (prediction, reference) in zip(predictions, references) {
      moments.add(prediction: Double(prediction), reference: reference)
      sample.add(prediction: prediction, reference: Float(reference))
    }
  }

  /// Adds a loss that was computed elsewhere; the score `loss` is the mean of all that was added.
  public mutating func addLoss(sum: Double, weight: Double) {
    givenLoss.add(sum: sum, weight: weight)
  }

  /// Adds what another accumulator counted.
  ///
  /// - Throws: ``EvaluationError`` when the options differ; nothing is added then.
  public mutating func merge(_ other: SimilarityEvaluation) throws(EvaluationError) {
    guard options == other.options else {
      throw EvaluationError(
        .cannotMerge, "two evaluations can only be merged when their options are the same")
    }
    moments.add(other.moments)
    sample.add(other.sample)
    givenLoss.add(other.givenLoss)
  }

  /// The scores by name, without intervals: what a training run asks for at each evaluation.
  ///
  /// - Throws: ``EvaluationError`` when no pair was counted.
  public func scores() throws(EvaluationError) -> [String: Double] {
    try report(bootstrap: nil).scores
  }

  /// The correlations and their intervals.
  ///
  /// - Parameter bootstrap: How confidence intervals are made; nil leaves them out.
  /// - Returns: The scores, their intervals and what a reader has to know.
  /// - Throws: ``EvaluationError`` when no pair was counted or a setting is out of range.
  public func report(bootstrap: BootstrapSettings? = BootstrapSettings())
    throws(EvaluationError) -> EvaluationReport
  {
    try bootstrap?.check()
    guard rows > 0 else {
      throw EvaluationError(.nothingEvaluated, "there are no pairs to evaluate")
    }
    var report = EvaluationReport(kind: .similarity, rows: rows)
    report.scores["pearson"] = moments.correlation
    report.scores["spearman"] = RankedPairs(doubles)?.correlation()
    report.notes = notes
    report.setLoss(givenLoss.value)
    if let bootstrap, !sample.pairs.isEmpty { addIntervals(to: &report, bootstrap) }
    return report
  }

  private var doubles: [(prediction: Double, reference: Double)] {
    sample.pairs.map { (Double($0.prediction), Double($0.reference)) }
  }

  private var notes: [String] {
    var notes: [String] = []
    if rows < 2 {
      notes.append("the correlations are not defined for a single pair")
    } else if moments.predictionSpread == 0 || moments.referenceSpread == 0 {
      let side = moments.predictionSpread == 0 ? "predictions" : "references"
      notes.append("the correlations are not defined: all \(side) are equal")
    }
    if sample.limit == 0 {
      notes.append("Spearman's correlation and the intervals are left out: they are turned off")
    } else if !sample.isComplete {
      notes.append(
        "Spearman's correlation and the intervals are those of a sample of \(sample.pairs.count) of"
          + " the \(rows) pairs: that many may be kept")
    }
    return notes
  }

  private func addIntervals(to report: inout EvaluationReport, _ settings: BootstrapSettings) {
    // Sorted, so that the intervals do not depend on the order of the pairs.
    let sorted = doubles.sorted { ($0.reference, $0.prediction) < ($1.reference, $1.prediction) }
    let ranked = RankedPairs(sorted)
    let bootstrap = Bootstrap(settings: settings, purpose: 10, rowCost: 5)
    report.intervals = bootstrap.intervals(rows: sorted.count) { drawn in
      var moments = Moments()
      for (pair, times) in zip(sorted, drawn) {
        moments.add(prediction: pair.prediction, reference: pair.reference, times: times)
      }
      var scores: [String: Double] = [:]
      scores["pearson"] = moments.correlation
      scores["spearman"] = ranked?.correlation(timesDrawn: drawn)
      return scores
    }
    report.intervals = report.intervals.filter { report.scores[$0.key] != nil }
    report.record(settings, made: bootstrap.resamples(rows: sorted.count))
  }
}
