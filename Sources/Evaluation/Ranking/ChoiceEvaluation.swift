import Foundation

/// Scores multiple choice: each question has its own choices, of which one is right.
///
/// ```swift
/// var evaluation = ChoiceEvaluation()
/// try evaluation.update(scores: [0.1, 2.3, -1], answer: 1)
/// try evaluation.scores()["accuracy"]
/// ```
public struct ChoiceEvaluation: Sendable {
  /// The questions counted so far.
  public private(set) var rows = 0
  private var right = 0
  private var scoredRows = 0
  private var logLoss = WeightedMean()
  private var givenLoss = WeightedMean()

  /// Makes an empty evaluation.
  public init() {}

  /// Counts a question by the scores of its choices; the largest is chosen, the first of equals.
  ///
  /// - Parameters:
  ///   - scores: The score of each choice before the softmax.
  ///   - answer: The number of the right choice, from 0.
  /// - Throws: ``EvaluationError`` that names the question; it is not counted then.
  public mutating func update(scores: [Float], answer: Int) throws(EvaluationError) {
    let outcome = try outcome(scores: scores, answer: answer)
    rows += 1
    scoredRows += 1
    right += outcome.isCorrect == true ? 1 : 0
    logLoss.add(sum: outcome.loss ?? 0, weight: 1)
  }

  /// Counts questions by the choices made; without scores there is no log loss.
  ///
  /// - Throws: ``EvaluationError`` when the numbers of answers differ; nothing is counted then.
  public mutating func update(expected: [Int], predicted: [Int]) throws(EvaluationError) {
    guard expected.count == predicted.count else {
      throw EvaluationError(
        .mismatchedShapes,
        "there are \(predicted.count) choices for \(expected.count) questions; they must match")
    }
    rows += expected.count
    right += zip(expected, predicted).count { $0 == $1 }
  }

  /// What a question contributes to slices and to the comparison of runs: whether the choice is right,
  /// its probability, and the log loss.
  ///
  /// - Throws: ``EvaluationError`` for no choices, an answer that is none of them, and scores that
  ///   are not finite.
  public func outcome(scores: [Float], answer: Int) throws(EvaluationError)
    -> RowOutcome
  {
    guard scores.indices.contains(answer) else {
      throw EvaluationError(
        .labelOutOfRange,
        "the answer of question \(rows + 1) is number \(answer), but there are \(scores.count)"
          + " choices, numbered from 0")
    }
    for (place, score) in scores.enumerated() where !score.isFinite {
      throw EvaluationError(
        .nonFiniteScore,
        "the score of choice \(place + 1) of question \(rows + 1) is \(score); the model's numbers"
          + " have overflowed")
    }
    let largest = scores.max() ?? 0
    let sum = scores.reduce(0.0) { $0 + exp(Double($1) - Double(largest)) }
    let loss = log(sum) + Double(largest) - Double(scores[answer])
    let choice = scores.firstIndex(of: largest) ?? 0
    return RowOutcome(
      loss: loss, means: ["accuracy": choice == answer ? 1 : 0], confidence: 1 / sum,
      isCorrect: choice == answer, expected: "\(answer)", predicted: "\(choice)")
  }

  /// Adds a loss that was computed elsewhere; the score `loss` is the mean of all that was added,
  /// and the log loss where nothing was.
  public mutating func addLoss(sum: Double, weight: Double) {
    givenLoss.add(sum: sum, weight: weight)
  }

  /// Adds what another accumulator counted.
  public mutating func merge(_ other: ChoiceEvaluation) {
    rows += other.rows
    right += other.right
    scoredRows += other.scoredRows
    logLoss.add(other.logLoss)
    givenLoss.add(other.givenLoss)
  }

  /// The scores by name, without intervals.
  ///
  /// - Throws: ``EvaluationError`` when no question was counted.
  public func scores() throws(EvaluationError) -> [String: Double] {
    try report(bootstrap: nil).scores
  }

  /// The accuracy, its interval and the losses.
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
    var report = EvaluationReport(kind: .choice, rows: rows)
    report.scores["accuracy"] = Double(right) / Double(rows)
    if scoredRows == rows {
      report.scores["log_loss"] = logLoss.value
    } else {
      report.notes.append("the log loss is left out: some choices came without scores")
    }
    report.setLoss(givenLoss.value ?? report.scores["log_loss"])
    if let bootstrap {
      let drawing = Bootstrap(settings: bootstrap, purpose: 8)
      report.intervals = drawing.intervals(outcomes: [rows - right, right]) { drawn in
        ["accuracy": Double(drawn[1]) / Double(drawn[0] + drawn[1])]
      }
      report.record(bootstrap, made: drawing.resamples(rows: rows))
    }
    return report
  }
}
