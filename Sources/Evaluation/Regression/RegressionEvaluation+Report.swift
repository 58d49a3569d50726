extension RegressionEvaluation {
  /// The scores by name, without intervals: what a training run asks for at each evaluation.
  ///
  /// - Throws: ``EvaluationError`` when no row was counted.
  public func scores() throws(EvaluationError) -> [String: Double] {
    try report(bootstrap: nil).scores
  }

  /// Everything that is known about the predictions.
  ///
  /// - Parameter bootstrap: How confidence intervals are made; nil leaves them out.
  /// - Returns: The scores, their intervals and what a reader has to know.
  /// - Throws: ``EvaluationError`` when no row was counted or a setting is out of range.
  public func report(bootstrap: BootstrapSettings? = BootstrapSettings())
    throws(EvaluationError) -> EvaluationReport
  {
    try bootstrap?.check()
    guard rows > 0 else {
      throw EvaluationError(.nothingEvaluated, "there are no rows to evaluate")
    }
    var report = EvaluationReport(kind: .regression, rows: rows)
    report.scores = Self.scores(moments)
    report.scores["loss"] = givenLoss.value ?? moments.meanSquaredError
    if let pairs, let ranked = RankedPairs(pairs) {
      report.scores["spearman"] = ranked.correlation()
    }
    report.notes = notes
    for (name, value) in report.scores where !value.isFinite {
      report.scores[name] = nil
      report.notes.append("'\(name)' is left out: it is \(value)")
    }
    if let bootstrap, let pairs { addIntervals(to: &report, pairs, bootstrap) }
    return report
  }

  private static func scores(_ moments: Moments) -> [String: Double] {
    var scores = [
      "mse": moments.meanSquaredError, "rmse": moments.meanSquaredError.squareRoot(),
      "mae": moments.meanAbsoluteError,
    ]
    scores["r2"] = moments.determination
    scores["pearson"] = moments.correlation
    return scores
  }

  private var notes: [String] {
    var notes: [String] = []
    if rows < 2 {
      notes.append("R² and the correlations are not defined for a single row")
    } else {
      if moments.predictionSpread == 0 {
        notes.append("the correlations are not defined: all predictions are equal")
      }
      if moments.referenceSpread == 0 {
        notes.append(
          "all references are equal: the correlations are not defined and R² is 1 for perfect"
            + " predictions, else 0")
      }
    }
    if pairs == nil {
      let why =
        options.keptPairs > 0
        ? "there are more rows than the \(options.keptPairs) that may be kept"
        : "they are turned off"
      notes.append("Spearman's correlation and the intervals are left out: \(why)")
    }
    return notes
  }

  private func addIntervals(
    to report: inout EvaluationReport, _ pairs: [(prediction: Double, reference: Double)],
    _ settings: BootstrapSettings
  ) {
    // Sorted, so that the intervals do not depend on the order of the rows.
    let sorted = pairs.sorted { ($0.reference, $0.prediction) < ($1.reference, $1.prediction) }
    let ranked = RankedPairs(sorted)
    let bootstrap = Bootstrap(settings: settings, purpose: 3, rowCost: 5)
    report.intervals = bootstrap.intervals(rows: rows) { drawn in
      var moments = Moments()
      for (pair, times) in zip(sorted, drawn) {
        moments.add(prediction: pair.prediction, reference: pair.reference, times: times)
      }
      var scores = Self.scores(moments)
      scores["spearman"] = ranked?.correlation(timesDrawn: drawn)
      return scores
    }
    report.intervals = report.intervals.filter { report.scores[$0.key] != nil }
    report.record(settings, made: bootstrap.resamples(rows: rows))
  }
}
