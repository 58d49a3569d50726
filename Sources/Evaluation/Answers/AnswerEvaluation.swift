/// Compares predicted with expected answers to questions: SQuAD's and CMRC's exact match and F1.
///
/// ```swift
/// var evaluation = AnswerEvaluation(rules: .squad2)
/// try evaluation.update(expected: [["in 1066", "1066"], []], predicted: ["1066", ""])
/// try evaluation.scores()["f1"]
/// ```
///
/// Scores lie between 0 and 1; the official scripts print them times 100. With null scores the best
/// threshold is searched for as SQuAD 2.0's script does, from sixteen bytes a question.
public struct AnswerEvaluation: Sendable {
  /// What an evaluation may be told.
  public struct Options: Codable, Sendable, Equatable {
    /// A question whose null score lies above it counts as answered by nothing; nil takes the
    /// answers as they are.
    public var nullThreshold: Double?
    /// The most null scores to keep, at sixteen bytes each; beyond it, or with 0, the best thresholds
    /// are left out, and a note says so.
    public var keptNullScores: Int = 10_000_000
    /// The most numbers to keep for the intervals, four bytes each; beyond it, or with 0, they are
    /// left out, and a note says so.
    public var keptSums: Int = 20_000_000

    /// Makes options; each has a default.
    public init(
      nullThreshold: Double? = nil, keptNullScores: Int = 10_000_000, keptSums: Int = 20_000_000
    ) {
      self.nullThreshold = nullThreshold
      self.keptNullScores = keptNullScores
      self.keptSums = keptSums
    }
  }

  /// Whose rules compare the answers.
  public let rules: AnswerRules
  /// The options given.
  public let options: Options
  /// The questions counted so far.
  public var rows: Int { sums.rows }
  /// Of these, the ones that have an answer.
  public var rowsWithAnswer: Int { sums.answerable }

  var sums = AnswerSums()
  var tally: RowTally
  var thresholds: NullThresholds
  var givenLoss = WeightedMean()

  /// Makes an empty evaluation.
  public init(rules: AnswerRules = .squad1, options: Options = Options()) {
    self.rules = rules
    self.options = options
    tally = RowTally(limit: options.keptSums)
    thresholds = NullThresholds(limit: options.keptNullScores)
  }

  /// Counts a batch of questions.
  ///
  /// - Parameters:
  ///   - expected: The accepted answers of each question; none where the context answers it not.
  ///   - predicted: The best answer to each question; empty for none.
  ///   - nullScores: How surely each question has no answer: the score of "no answer" less that of the
  ///     answer given. With them, `predicted` should hold the best answer even where "no answer"
  ///     scored higher; the option ``Options/nullThreshold`` then decides.
  /// - Throws: ``EvaluationError`` that names the question; nothing of the batch is counted then.
  public mutating func update(
    expected: [[String]], predicted: [String], nullScores: [Float]? = nil
  ) throws(EvaluationError) {
    guard expected.count == predicted.count, nullScores.map({ $0.count == expected.count }) ?? true
    else {
      throw EvaluationError(
        .mismatchedShapes,
        "there are \(predicted.count) answers"
          + (nullScores.map { " and \($0.count) null scores" } ?? "")
          + " for \(expected.count) questions; they must match")
    }
    try check(expected, nullScores)
    for (place, answers) in expected.enumerated() {
      let raw = rules.score(expected: answers, predicted: predicted[place])
      let answerable = !answers.isEmpty
      if let null = nullScores?[place] {
        thresholds.add(
          null: null, exact: raw.exact, f1: raw.f1, answerable: answerable,
          answered: !predicted[place].isEmpty)
      } else {
        thresholds.missRow()
      }
      let kept = applied(raw, null: nullScores?[place], answerable: answerable)
      sums.add(exact: kept.exact, f1: kept.f1, answerable: answerable)
      tally.add([Float(kept.exact), Float(kept.f1), answerable ? 1 : 0])
    }
  }

  /// What a question contributes to slices and to the comparison of runs: `exact` and `f1` and, with
  /// the rules of SQuAD 2.0, the same by whether there is an answer.
  ///
  /// - Throws: ``EvaluationError`` for a question without answers where the rules want one, and for
  ///   a null score that is not a number.
  public func outcome(expected: [String], predicted: String, nullScore: Float? = nil)
    throws(EvaluationError) -> RowOutcome
  {
    try check([expected], nullScore.map { [$0] })
    let score = applied(
      rules.score(expected: expected, predicted: predicted), null: nullScore,
      answerable: !expected.isEmpty)
    var means = ["exact": score.exact, "f1": score.f1]
    if rules == .squad2 {
      let side = expected.isEmpty ? "no_ans" : "has_ans"
      means["\(side)_exact"] = score.exact
      means["\(side)_f1"] = score.f1
    }
    return RowOutcome(
      means: means, isCorrect: score.exact == 1, expected: expected.first ?? "",
      predicted: predicted)
  }

  /// Adds a loss that was computed elsewhere; the score `loss` is the mean of all that was added.
  public mutating func addLoss(sum: Double, weight: Double) {
    givenLoss.add(sum: sum, weight: weight)
  }

  /// Adds what another accumulator counted.
  ///
  /// - Throws: ``EvaluationError`` when rules or options differ; nothing is added then.
  public mutating func merge(_ other: AnswerEvaluation) throws(EvaluationError) {
    guard rules == other.rules, options == other.options else {
      throw EvaluationError(
        .cannotMerge, "two evaluations can only be merged when their rules and options are the same"
      )
    }
    sums.add(other.sums)
    tally.add(other.tally)
    thresholds.add(other.thresholds)
    givenLoss.add(other.givenLoss)
  }

  private func applied(_ raw: (exact: Double, f1: Double), null: Float?, answerable: Bool)
    -> (exact: Double, f1: Double)
  {
    guard let threshold = options.nullThreshold, let null, Double(null) > threshold else {
      return raw
    }
    return answerable ? (0, 0) : (1, 1)
  }

  private func check(_ expected: [[String]], _ nullScores: [Float]?) throws(EvaluationError) {
    if rules != .squad2 {
      for (place, answers) in expected.enumerated() where answers.isEmpty {
        throw EvaluationError(
          .wrongKind,
          "question \(rows + place + 1) has no accepted answer; only the rules squad2 allow that")
      }
    }
    for (place, score) in (nullScores ?? []).enumerated() where !score.isFinite {
      throw EvaluationError(
        .nonFiniteScore,
        "the null score of question \(rows + place + 1) is \(score), not a finite number")
    }
  }
}
