extension AnswerEvaluation {
  /// The scores by name, without intervals: what a training run asks for at each evaluation.
  ///
  /// - Throws: ``EvaluationError`` when no question was counted.
  public func scores() throws(EvaluationError) -> [String: Double] {
    try report(bootstrap: nil).scores
  }

  /// Everything that is known about the predictions.
  ///
  /// `exact` and `f1` are means over all questions. With the rules of SQuAD 2.0 there are
  /// `has_ans_exact`, `has_ans_f1`, `no_ans_exact` and `no_ans_f1` for the questions with and without
  /// an answer and, where every question came with a null score, `best_exact` and `best_f1` with the
  /// thresholds `best_exact_thresh` and `best_f1_thresh` that yield them.
  ///
  /// - Parameter bootstrap: How confidence intervals are made; nil leaves them out.
  /// - Returns: The scores, their intervals and what a reader has to know.
  /// - Throws: ``EvaluationError`` when no question was counted or a setting is out of range.
  public func report(bootstrap: BootstrapSettings? = BootstrapSettings())
    throws(EvaluationError) -> EvaluationReport
  {
    try bootstrap?.check()
    guard rows > 0 else {
      throw EvaluationError(.nothingEvaluated, "there are no questions to evaluate")
    }
    let bySide = rules == .squad2
    var report = EvaluationReport(kind: .answers, rows: rows)
    report.scores = sums.scores(bySide: bySide)
    report.notes = notes
    if bySide, let best = thresholds.scores() { report.scores.merge(best) { $1 } }
    report.setLoss(givenLoss.value)
    if let bootstrap {
      report.addIntervals(of: tally, bootstrap, purpose: 6) { rows, times in
        var drawn = AnswerSums()
        for (row, count) in zip(rows, times) where count > 0 {
          drawn.add(
            exact: Double(row[0]), f1: Double(row[1]), answerable: row[2] == 1, times: count)
        }
        return drawn.scores(bySide: bySide)
      }
    }
    return report
  }

  private var notes: [String] {
    guard rules == .squad2 else { return [] }
    var notes = ["\(rowsWithAnswer) of \(rows) questions have an answer"]
    if let threshold = options.nullThreshold {
      notes.append("a null score above \(threshold) counts as no answer")
    }
    switch thresholds.state {
    case .kept, .off: break
    case .withoutScores:
      notes.append("the best thresholds are left out: not every question came with a null score")
    case .overLimit:
      notes.append(
        "the best thresholds are left out: there are more questions than the"
          + " \(options.keptNullScores) whose null scores may be kept")
    }
    return notes
  }
}
