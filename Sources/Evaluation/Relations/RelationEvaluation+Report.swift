extension RelationEvaluation {
  /// The scores by name, without intervals or table: what a training run asks for at each
  /// evaluation.
  ///
  /// - Throws: ``EvaluationError`` when no row was counted.
  public func scores() throws(EvaluationError) -> [String: Double] {
    try report(bootstrap: nil).scores
  }

  /// Everything that is known about the predictions.
  ///
  /// `f1_macro` is the official score of SemEval-2010 task 8 (Hendrickx et al. 2010): the mean F1 of
  /// the relations that are expected somewhere, "no relation" left out, where a relation in the
  /// wrong direction is a mistake. `f1_micro` takes all relations together (TACRED's score).
  ///
  /// - Parameter bootstrap: How confidence intervals are made; nil leaves them out.
  /// - Returns: The scores, their intervals, the table by relation and the confusion matrix by label.
  /// - Throws: ``EvaluationError`` when no row was counted or a setting is out of range.
  public func report(bootstrap: BootstrapSettings? = BootstrapSettings())
    throws(EvaluationError) -> EvaluationReport
  {
    try bootstrap?.check()
    guard rows > 0 else {
      throw EvaluationError(.nothingEvaluated, "there are no rows to evaluate")
    }
    let pairs = cells.keys.sorted()
    let counts = pairs.compactMap { cells[$0] }
    let sums = sums(pairs, counts)
    var report = EvaluationReport(kind: .relations, rows: rows)
    report.scores = sums.scores
    addTable(to: &report, sums)
    report.confusion = confusion
    report.notes = notes(sums)
    report.setLoss(givenLoss.value)
    if let bootstrap {
      let drawing = Bootstrap(settings: bootstrap, purpose: 5)
      report.intervals = drawing.intervals(outcomes: counts) { self.sums(pairs, $0).scores }
      report.record(bootstrap, made: drawing.resamples(rows: rows))
    }
    return report
  }

  private func sums(_ pairs: [Int], _ counts: [Int]) -> RelationSums {
    var sums = RelationSums(self)
    for (pair, times) in zip(pairs, counts) where times > 0 {
      sums.add(expected: pair / labels.count, predicted: pair % labels.count, times: times)
    }
    return sums
  }

  private func addTable(to report: inout EvaluationReport, _ sums: RelationSums) {
    report.addTable(of: sums.relations, names: relations, micro: false)
    let averaged = sums.averaged.reduce(0) { $0 + sums.relations.support[$1] }
    report.averages = []
    report.addAverage("micro avg", sums.together.scores, averaged)
    report.addAverage("macro avg", sums.macro, averaged)
  }

  private func notes(_ sums: RelationSums) -> [String] {
    var notes: [String] = []
    if let noRelation {
      notes.append("the averages leave '\(noRelation)' out; the table and the accuracy hold it")
    } else {
      notes.append("no label stands for \"no relation\": the averages are over all relations")
    }
    if sums.averaged.isEmpty {
      notes.append("no row has a relation: the averages are set to 0")
    }
    let unexpected = sums.relations.support.indices.filter {
      sums.relations.support[$0] == 0 && sums.relations.predicted[$0] > 0 && $0 != noRelationNumber
    }
    if !unexpected.isEmpty {
      notes.append(
        Note.named(
          unexpected.map { relations[$0] }, Note.Noun("relation", "relations"), "is", "are")
          + " predicted but never expected: the macro average leaves"
          + " \(unexpected.count == 1 ? "it" : "them") out, as the official scorer does")
    }
    return notes
  }

  private var confusion: ConfusionMatrix? {
    guard labels.count <= ConfusionMatrix.mostLabels else { return nil }
    var rows = [[Int]](repeating: [Int](repeating: 0, count: labels.count), count: labels.count)
    for (pair, count) in cells { rows[pair / labels.count][pair % labels.count] = count }
    return ConfusionMatrix(labels: labels, rows: rows)
  }
}
