extension ClassificationEvaluation {
  /// What scikit-learn would have warned of: quotients whose divisor was 0.
  func zeroDivisionNotes(_ table: OutcomeTable, _ counts: ClassCounts) -> [String] {
    let averaged = table.averaged(counts)
    let unpredicted = averaged.filter { counts.predicted[$0] == 0 && counts.support[$0] > 0 }
    let untrue = averaged.filter { counts.support[$0] == 0 && counts.predicted[$0] > 0 }
    let neither = labels.indices.filter { counts.support[$0] + counts.predicted[$0] == 0 }
    var notes: [String] = []
    add(&notes, unpredicted, " no predicted sample: ", "precision is")
    add(&notes, untrue, " no true sample: ", "recall is")
    if kind == .multilabel {
      add(
        &notes, neither, " neither true nor predicted samples: ", "precision, recall and F1 are")
      notes += emptyRowNotes(table)
    } else if !neither.isEmpty {
      notes.append(
        Note.classes(neither.map { labels[$0] }, "occurs", "occur")
          + " neither in the rows nor in the predictions: the averages leave "
          + (neither.count == 1 ? "it" : "them") + " out, as scikit-learn does")
    }
    if kind != .multilabel, counts.cohenKappa == nil {
      notes.append("Cohen's kappa is not defined: only one class occurs")
    }
    return notes
  }

  private func add(
    _ notes: inout [String], _ classes: [Int], _ missing: String, _ scores: String
  ) {
    guard !classes.isEmpty else { return }
    notes.append(
      Note.classes(classes.map { labels[$0] }, "has", "have") + missing
        + (classes.count == 1 ? "its " : "their ") + scores + " set to 0")
  }

  private func emptyRowNotes(_ table: OutcomeTable) -> [String] {
    var unpredicted = 0
    var untrue = 0
    for (entry, times) in zip(table.patterns, table.counts) {
      if entry.pattern.predicted.isEmpty { unpredicted += times }
      if entry.pattern.truth.isEmpty { untrue += times }
    }
    var notes: [String] = []
    if unpredicted > 0 {
      notes.append(
        "\(unpredicted) of \(rows) rows have no predicted label: their precision counts as 0 in the"
          + " samples average")
    }
    if untrue > 0 {
      notes.append(
        "\(untrue) of \(rows) rows have no true label: their recall counts as 0 in the samples average"
      )
    }
    return notes
  }
}
