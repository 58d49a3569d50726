extension RankingEvaluation {
  /// The scores by name, without intervals: what a training run asks for at each evaluation.
  ///
  /// - Throws: ``EvaluationError`` when no query was counted.
  public func scores() throws(EvaluationError) -> [String: Double] {
    try report(bootstrap: nil).scores
  }

  /// Everything that is known about the rankings.
  ///
  /// - Parameter bootstrap: How confidence intervals are made, by drawing queries anew; nil leaves
  ///   them out.
  /// - Returns: The scores, their intervals and what a reader has to know.
  /// - Throws: ``EvaluationError`` when no query was counted or a setting is out of range.
  public func report(bootstrap: BootstrapSettings? = BootstrapSettings())
    throws(EvaluationError) -> EvaluationReport
  {
    try bootstrap?.check()
    guard rows > 0 else {
      throw EvaluationError(.nothingEvaluated, "there are no queries to evaluate")
    }
    var report = EvaluationReport(kind: kind, rows: rows)
    for (name, mean) in zip(names, means) { report.scores[name] = mean.value }
    if rowsWithoutRelevant > 0 {
      report.notes.append(
        "\(rowsWithoutRelevant) of \(rows) queries have nothing relevant and are left out of the"
          + " means")
    }
    if options.gain == .exponential {
      report.notes.append("ndcg takes 2 to the power of a grade, less 1, for its gain")
    }
    report.setLoss(givenLoss.value)
    if let bootstrap, rowsWithoutRelevant < rows {
      report.addIntervals(of: tally, bootstrap, purpose: 7, score: meanScores)
    }
    return report
  }

  private func meanScores(_ rows: [[Float]], _ times: [Int]) -> [String: Double] {
    var sums = [Double](repeating: 0, count: names.count)
    for (row, count) in zip(rows, times) where count > 0 {
      for place in sums.indices { sums[place] += Double(row[place]) * Double(count) }
    }
    let total = Double(times.reduce(0, +))
    return Dictionary(uniqueKeysWithValues: zip(names, sums.map { $0 / total }))
  }
}
