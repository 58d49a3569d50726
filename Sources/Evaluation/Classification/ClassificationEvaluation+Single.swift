extension ClassificationEvaluation {
  /// Counts a batch of logits of which each row has one true class; the largest logit is predicted,
  /// the first of equals.
  ///
  /// - Parameters:
  ///   - logits: `[rows × labels]`, row after row.
  ///   - references: The true class of each row.
  /// - Throws: ``EvaluationError`` that names the row; nothing of the batch is counted then.
  public mutating func update(logits: [Float], references: [Int]) throws(EvaluationError) {
    try checkSingle(references)
    try checkScores(logits, rows: references.count)
    var probabilities = [Double](repeating: 0, count: labels.count)
    var complements = probabilities
    for (row, truth) in references.enumerated() {
      let scores = logits[row * labels.count..<(row + 1) * labels.count]
      let logSum = Activation.softmax(
        scores, into: &probabilities, complements: &complements)
      // From the logarithms, so that a wrong and certain prediction has a finite loss.
      let loss = logSum - Double(scores[scores.startIndex + truth])
      let columns = kind == .binary ? 1..<2 : 0..<labels.count
      let keys = columns.map {
        RankingKey.key(probability: probabilities[$0], complement: complements[$0])
      }
      countScored(truth: truth, predicted: largest(scores), loss: loss, keys: keys)
    }
  }

  /// Counts a batch of probabilities of which each row has one true class.
  ///
  /// - Parameters:
  ///   - probabilities: `[rows × labels]`, row after row, each row summing to 1 (within 0.01).
  ///   - references: The true class of each row.
  /// - Throws: ``EvaluationError`` that names the row; nothing of the batch is counted then.
  public mutating func update(probabilities: [Float], references: [Int]) throws(EvaluationError) {
    try checkSingle(references)
    try checkScores(probabilities, rows: references.count)
    try checkProbabilities(probabilities, summingToOne: true)
    for (row, truth) in references.enumerated() {
      let scores = probabilities[row * labels.count..<(row + 1) * labels.count]
      let loss = -Activation.boundedLog(Double(scores[scores.startIndex + truth]))
      let ranked = kind == .binary ? scores.dropFirst() : scores
      countScored(
        truth: truth, predicted: largest(scores), loss: loss, keys: ranked.map(RankingKey.key))
    }
  }

  /// Counts a batch of predicted classes; without scores there is no log loss, ROC-AUC or average
  /// precision.
  ///
  /// - Throws: ``EvaluationError`` that names the row; nothing of the batch is counted then.
  public mutating func update(predictions: [Int], references: [Int]) throws(EvaluationError) {
    try checkSingle(references)
    guard predictions.count == references.count else {
      throw mismatch(predictions.count, "predictions", references.count)
    }
    try checkRange(predictions, "predicted")
    for (prediction, truth) in zip(predictions, references) {
      count(truth: truth, predicted: prediction)
      kept.missRow()
    }
  }

  private mutating func countScored(truth: Int, predicted: Int, loss: Double, keys: [UInt32]) {
    count(truth: truth, predicted: predicted)
    scoredRows += 1
    logLoss.add(sum: loss, weight: 1)
    kept.append(keys: keys, truth: truth)
  }

  private func largest(_ scores: ArraySlice<Float>) -> Int {
    var best = scores.startIndex
    for place in scores.indices where scores[place] > scores[best] { best = place }
    return best - scores.startIndex
  }

  private func checkSingle(_ references: [Int]) throws(EvaluationError) {
    guard kind != .multilabel else {
      throw EvaluationError(
        .wrongKind, "a multi-label evaluation takes a list of labels for each row, not one label")
    }
    try checkRange(references, "true")
  }
}
