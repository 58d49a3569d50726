extension ClassificationEvaluation {
  /// The scores by name, without intervals, table or matrix: what a training run asks for at each
  /// evaluation.
  ///
  /// - Throws: ``EvaluationError`` when no row was counted.
  public func scores() throws(EvaluationError) -> [String: Double] {
    try report(bootstrap: nil).scores
  }

  /// Everything that is known about the predictions.
  ///
  /// - Parameter bootstrap: How confidence intervals are made; nil leaves them out. There are
  ///   intervals for every score that follows from the predicted labels and, for two classes, for
  ///   ROC-AUC and average precision.
  /// - Returns: The scores, their intervals, the table by class and the confusion matrix.
  /// - Throws: ``EvaluationError`` when no row was counted or a setting is out of range.
  public func report(bootstrap: BootstrapSettings? = BootstrapSettings())
    throws(EvaluationError) -> EvaluationReport
  {
    try bootstrap?.check()
    guard rows > 0 else {
      throw EvaluationError(.nothingEvaluated, "there are no rows to evaluate")
    }
    let table = outcomes.table(classes: labels.count, kind: kind)
    let counts = table.classCounts(table.counts)
    var report = EvaluationReport(kind: kind, rows: rows)
    report.scores = table.scores(table.counts)
    report.classes = classTable(counts)
    report.averages = averages(table, counts)
    report.confusion = confusion()
    report.notes = zeroDivisionNotes(table, counts)
    if labels.count > ConfusionMatrix.mostLabels, kind != .multilabel {
      report.notes.append(
        "the confusion matrix is left out: it would have \(labels.count) rows and columns")
    }
    let ranking = kept.ranking(labels: labels, kind: kind)
    report.scores.merge(ranking.scores) { $1 }
    report.notes += ranking.notes
    addLosses(to: &report)
    if let bootstrap { addIntervals(to: &report, table, bootstrap) }
    return report
  }

  private func addLosses(to report: inout EvaluationReport) {
    if scoredRows == rows {
      report.scores["log_loss"] = logLoss.value
    } else {
      report.notes.append("the log loss is left out: some predictions came without scores")
    }
    report.scores["loss"] = givenLoss.value ?? report.scores["log_loss"]
    if let loss = report.scores["loss"], !loss.isFinite {
      report.scores["loss"] = nil
      report.notes.append("the loss is left out: it is \(loss)")
    }
  }

  private func addIntervals(
    to report: inout EvaluationReport, _ table: OutcomeTable, _ settings: BootstrapSettings
  ) {
    let bootstrap = Bootstrap(settings: settings, purpose: 1)
    report.intervals = bootstrap.intervals(outcomes: table.counts, score: table.scores)
    if kind == .binary, let ranking = kept.rankings(kind: kind)?.first {
      let ranked = Bootstrap(settings: settings, purpose: 2).intervals(rows: rows) { drawn in
        var scores: [String: Double] = [:]
        scores["roc_auc"] = ranking.areaUnderCurve(timesDrawn: drawn)
        scores["average_precision"] = ranking.averagePrecision(timesDrawn: drawn)
        return scores
      }
      report.intervals.merge(ranked) { $1 }
    }
    report.intervals = report.intervals.filter { report.scores[$0.key] != nil }
    report.record(settings, made: bootstrap.resamples(rows: rows))
  }

  private func classTable(_ counts: ClassCounts) -> [EvaluationReport.ClassRow] {
    let averaged = Set(kind == .multilabel ? Array(labels.indices) : counts.occurring)
    return labels.indices.map { label in
      let scores = averaged.contains(label) ? counts.scores(of: label) : nil
      return EvaluationReport.ClassRow(
        label: labels[label], precision: scores?.precision, recall: scores?.recall, f1: scores?.f1,
        support: counts.support[label], predicted: counts.predicted[label],
        truePositives: counts.truePositives[label])
    }
  }

  private func averages(_ table: OutcomeTable, _ counts: ClassCounts)
    -> [EvaluationReport.AverageRow]
  {
    let averaged = table.averaged(counts)
    var rows = [("macro avg", counts.macro(over: averaged))]
    rows.append(("weighted avg", counts.weighted(over: averaged)))
    if kind == .multilabel {
      rows.insert(("micro avg", counts.micro), at: 0)
      rows.append(("samples avg", table.samples(table.counts)))
    }
    let support = counts.support.reduce(0, +)
    return rows.map { name, scores in
      EvaluationReport.AverageRow(
        name: name, precision: scores.precision, recall: scores.recall, f1: scores.f1,
        support: support)
    }
  }

  private func confusion() -> ConfusionMatrix? {
    guard case .single(let cells) = outcomes, labels.count <= ConfusionMatrix.mostLabels else {
      return nil
    }
    var rows = [[Int]](
      repeating: [Int](repeating: 0, count: labels.count), count: labels.count)
    for (cell, count) in cells { rows[cell / labels.count][cell % labels.count] = count }
    return ConfusionMatrix(labels: labels, rows: rows)
  }
}
