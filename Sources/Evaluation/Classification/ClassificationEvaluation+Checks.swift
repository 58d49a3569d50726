extension ClassificationEvaluation {
  func mismatch(_ found: Int, _ what: String, _ references: Int) -> EvaluationError {
    EvaluationError(
      .mismatchedShapes, "there are \(found) \(what) for \(references) references; they must match")
  }

  /// Refuses numbers that are no class; `row` is given when all are labels of one row.
  func checkRange(_ classes: [Int], _ role: String, row: Int? = nil) throws(EvaluationError) {
    for (place, number) in classes.enumerated() where !labels.indices.contains(number) {
      throw EvaluationError(
        .labelOutOfRange,
        "the \(role) label of row \(rows + (row ?? place) + 1) is number \(number), but there are"
          + " \(labels.count) labels, numbered from 0")
    }
  }

  func checkScores(_ scores: [Float], rows count: Int) throws(EvaluationError) {
    guard scores.count == count * labels.count else {
      throw EvaluationError(
        .mismatchedShapes,
        "there are \(scores.count) scores for \(count) rows of \(labels.count) labels;"
          + " \(count * labels.count) are expected")
    }
    for (place, score) in scores.enumerated() where !score.isFinite {
      throw EvaluationError(
        .nonFiniteScore,
        "the score of row \(rows + place / labels.count + 1) for the label"
          + " '\(labels[place % labels.count])' is \(score); the model's numbers have overflowed")
    }
  }

  func checkProbabilities(_ scores: [Float], summingToOne: Bool) throws(EvaluationError) {
    for (place, score) in scores.enumerated() where score < 0 || score > 1 {
      throw EvaluationError(
        .notProbabilities,
        "the score of row \(rows + place / labels.count + 1) for the label"
          + " '\(labels[place % labels.count])' is \(score), which is no probability;"
          + " give logits as logits")
    }
    guard summingToOne else { return }
    for row in 0..<scores.count / labels.count {
      let sum = scores[row * labels.count..<(row + 1) * labels.count].reduce(0.0) {
        $0 + Double($1)
      }
      guard abs(sum - 1) <= 0.01 else {
        throw EvaluationError(
          .notProbabilities,
          "the probabilities of row \(rows + row + 1) sum to \(sum), not 1; give logits as logits")
      }
    }
  }
}
