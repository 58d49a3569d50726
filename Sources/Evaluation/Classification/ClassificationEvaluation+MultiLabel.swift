extension ClassificationEvaluation {
  /// Counts a batch of logits of which each row has any number of true labels; a label is predicted
  /// when its logistic probability reaches the threshold.
  ///
  /// - Parameters:
  ///   - logits: `[rows × labels]`, row after row.
  ///   - references: The true labels of each row, in any order.
  /// - Throws: ``EvaluationError`` that names the row; nothing of the batch is counted then.
  public mutating func update(logits: [Float], references: [[Int]]) throws(EvaluationError) {
    let truths = try checkedMultiple(references)
    try checkScores(logits, rows: references.count)
    for row in references.indices {
      var keys: [UInt32] = []
      var predicted: [Bool] = []
      var loss = 0.0
      for (label, logit) in logits[row * labels.count..<(row + 1) * labels.count].enumerated() {
        let (probability, complement, lossWhenTrue) = Activation.sigmoid(Double(logit))
        keys.append(RankingKey.key(probability: probability, complement: complement))
        predicted.append(probability >= options.threshold)
        loss += truths[row][label] ? lossWhenTrue : lossWhenTrue + Double(logit)
      }
      countScored(truths: truths[row], predicted: predicted, loss: loss, keys: keys)
    }
  }

  /// Counts a batch of probabilities of which each row has any number of true labels.
  ///
  /// - Parameters:
  ///   - probabilities: `[rows × labels]`, row after row, each between 0 and 1.
  ///   - references: The true labels of each row, in any order.
  /// - Throws: ``EvaluationError`` that names the row; nothing of the batch is counted then.
  public mutating func update(probabilities: [Float], references: [[Int]]) throws(EvaluationError) {
    let truths = try checkedMultiple(references)
    try checkScores(probabilities, rows: references.count)
    try checkProbabilities(probabilities, summingToOne: false)
    for row in references.indices {
      let scores = Array(probabilities[row * labels.count..<(row + 1) * labels.count])
      let loss = zip(scores, truths[row]).reduce(0) {
        $0 - Activation.boundedLog($1.1 ? Double($1.0) : 1 - Double($1.0))
      }
      countScored(
        truths: truths[row], predicted: scores.map { Double($0) >= options.threshold }, loss: loss,
        keys: scores.map(RankingKey.key))
    }
  }

  /// Counts a batch of predicted label sets; without scores there is no log loss, ROC-AUC or
  /// average precision.
  ///
  /// - Throws: ``EvaluationError`` that names the row; nothing of the batch is counted then.
  public mutating func update(predictions: [[Int]], references: [[Int]]) throws(EvaluationError) {
    let truths = try checkedMultiple(references)
    guard predictions.count == references.count else {
      throw mismatch(predictions.count, "predictions", references.count)
    }
    for labels in predictions { try checkRange(labels, "predicted") }
    for (prediction, truth) in zip(predictions, truths) {
      count(LabelPattern(truth: ascending(truth), predicted: ascending(flags(prediction))))
      kept.missRow()
    }
  }

  private mutating func countScored(
    truths: [Bool], predicted: [Bool], loss: Double, keys: [UInt32]
  ) {
    count(LabelPattern(truth: ascending(truths), predicted: ascending(predicted)))
    scoredRows += 1
    logLoss.add(sum: loss, weight: Double(labels.count))
    kept.append(keys: keys, truths: truths)
  }

  private func checkedMultiple(_ references: [[Int]]) throws(EvaluationError) -> [[Bool]] {
    guard kind == .multilabel else {
      throw EvaluationError(
        .wrongKind, "a \(kind.rawValue) evaluation takes one label for each row, not a list")
    }
    var truths: [[Bool]] = []
    for (row, labels) in references.enumerated() {
      try checkRange(labels, "true", row: row)
      truths.append(flags(labels))
    }
    return truths
  }

  private func flags(_ chosen: [Int]) -> [Bool] {
    var flags = [Bool](repeating: false, count: labels.count)
    for label in chosen { flags[label] = true }
    return flags
  }

  private func ascending(_ flags: [Bool]) -> [Int32] {
    flags.indices.filter { flags[$0] }.map { Int32($0) }
  }
}
