extension TokenEvaluation {
  /// The scores by name, without intervals or table: what a training run asks for at each
  /// evaluation.
  ///
  /// - Throws: ``EvaluationError`` when no sentence was counted.
  public func scores() throws(EvaluationError) -> [String: Double] {
    try report(bootstrap: nil).scores
  }

  /// Everything that is known about the predictions.
  ///
  /// - Parameter bootstrap: How confidence intervals are made, by drawing sentences anew; nil leaves
  ///   them out.
  /// - Returns: The scores, their intervals and the table by type of entity, or by tag.
  /// - Throws: ``EvaluationError`` when no sentence was counted or a setting is out of range.
  public func report(bootstrap: BootstrapSettings? = BootstrapSettings())
    throws(EvaluationError) -> EvaluationReport
  {
    try bootstrap?.check()
    guard rows > 0 else {
      throw EvaluationError(.nothingEvaluated, "there are no sentences to evaluate")
    }
    let ofEntities = scheme != nil
    var report = EvaluationReport(kind: .tokens, rows: rows)
    report.scores = sums.scores(ofEntities: ofEntities)
    report.addTable(of: sums.classes, names: classes, micro: ofEntities)
    report.notes = notes
    report.setLoss(givenLoss.value)
    if let bootstrap {
      report.addIntervals(of: tally, bootstrap, purpose: 4) { rows, times in
        var drawn = TokenSums(classes: classes.count)
        for (row, count) in zip(rows, times) where count > 0 { drawn.add(row, times: count) }
        return drawn.scores(ofEntities: ofEntities)
      }
    }
    return report
  }

  private var notes: [String] {
    guard let scheme else {
      return ["the tags mark no entities (no B-, I-): the scores are those of words by tag"]
    }
    var notes = [
      "the scores named _strict are those of seqeval's strict mode in the scheme \(scheme.title),"
        + " those named _conlleval are conlleval's, the others seqeval's default"
    ]
    if scheme == .bilou || scheme == .bmes {
      let letters = scheme == .bilou ? "L and U" : "M"
      notes.append(
        "seqeval's default mode and conlleval do not know the letters \(letters) of"
          + " \(scheme.title): they may join entities that follow each other; the strict mode"
          + " knows them")
    }
    if scheme == .ioe1 {
      notes.append(
        "seqeval's strict mode loses entities of IOE1 whose last word is marked, but for those that"
          + " another one follows")
    }
    let counts = sums.classes
    if counts.occurring.isEmpty {
      notes.append("there are no entities, neither expected nor predicted: their scores are 0")
    }
    return notes + counts.zeroDivisionNotes(names: classes, Note.Noun("type", "types"))
  }
}

extension ClassCounts {
  /// What stands behind a precision or recall of 0.
  func zeroDivisionNotes(names: [String], _ noun: Note.Noun) -> [String] {
    let unpredicted = support.indices.filter { predicted[$0] == 0 && support[$0] > 0 }
    let untrue = support.indices.filter { support[$0] == 0 && predicted[$0] > 0 }
    var notes: [String] = []
    if !unpredicted.isEmpty {
      notes.append(
        Note.named(unpredicted.map { names[$0] }, noun, "is", "are")
          + " never predicted: \(unpredicted.count == 1 ? "its" : "their") precision is set to 0")
    }
    if !untrue.isEmpty {
      notes.append(
        Note.named(untrue.map { names[$0] }, noun, "is", "are")
          + " never expected: \(untrue.count == 1 ? "its" : "their") recall is set to 0")
    }
    return notes
  }
}

extension EvaluationReport {
  /// Fills the table by class and its averages over the classes that occur.
  mutating func addTable(of counts: ClassCounts, names: [String], micro: Bool) {
    for number in counts.occurring {
      let scores = counts.scores(of: number)
      classes.append(
        ClassRow(
          label: names[number], precision: scores.precision, recall: scores.recall, f1: scores.f1,
          support: counts.support[number], predicted: counts.predicted[number],
          truePositives: counts.truePositives[number]))
    }
    let support = counts.support.reduce(0, +)
    if micro { addAverage("micro avg", counts.micro, support) }
    addAverage("macro avg", counts.macro(over: counts.occurring), support)
    addAverage("weighted avg", counts.weighted(over: counts.occurring), support)
  }

  /// Adds a line below the table.
  mutating func addAverage(_ name: String, _ scores: PrecisionRecall, _ support: Int) {
    averages.append(
      AverageRow(
        name: name, precision: scores.precision, recall: scores.recall, f1: scores.f1,
        support: support))
  }
}
