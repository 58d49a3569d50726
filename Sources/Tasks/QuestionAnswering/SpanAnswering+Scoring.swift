public import Evaluation
internal import Layers

extension SpanAnswering {
  /// Scores of answers in the making.
  public struct Scoring {
    var evaluation: AnswerEvaluation
    /// What was counted, while the null threshold is to be chosen: all of it is scored again then.
    var rows: Rows?
    var loss = (sum: 0.0, weight: 0.0)

    struct Rows {
      var expected: [[String]] = []
      var predicted: [String] = []
      var nullScores: [Float] = []
    }
  }

  /// The summed loss of outputs that were computed, and the number of windows.
  public func loss(
    of outputs: [AnswerOutput], _ examples: [QuestionExample]
  ) -> (sum: Double, weight: Double) {
    (outputs.reduce(0) { $0 + $1.loss }, lossWeight(examples))
  }

  /// An empty scoring.
  ///
  /// One that is made while the model trains is of validation rows, and chooses the null threshold
  /// where that was left open.
  public func makeScoring() -> Scoring {
    let chooses = tunesThreshold && store.forwardState.isTraining
    return Scoring(
      evaluation: evaluation(threshold: chooses ? nil : nullThreshold),
      rows: chooses ? Scoring.Rows() : nil)
  }

  private func evaluation(threshold: Double?) -> AnswerEvaluation {
    AnswerEvaluation(
      rules: settings.rules,
      options: .init(nullThreshold: settings.rules == .squad2 ? threshold : nil))
  }

  /// Counts a batch of outputs.
  public func score(
    _ outputs: [AnswerOutput], _ examples: [QuestionExample], into scoring: inout Scoring
  ) throws {
    let expected = try examples.map(expected)
    let predicted = outputs.map { $0.best?.text ?? "" }
    let nullScores = outputs.map { $0.nullScore ?? 0 }
    try scoring.evaluation.update(
      expected: expected, predicted: predicted,
      nullScores: settings.rules == .squad2 ? nullScores : nil)
    let (sum, weight) = loss(of: outputs, examples)
    scoring.evaluation.addLoss(sum: sum, weight: weight)
    scoring.loss.sum += sum
    scoring.loss.weight += weight
    scoring.rows?.expected += expected
    scoring.rows?.predicted += predicted
    scoring.rows?.nullScores += nullScores
  }

  /// The accepted answers of an example.
  private func expected(_ example: QuestionExample) throws -> [String] {
    guard let answers = example.answers else {
      throw TasksError(
        .example, "\(example.location): the row does not say what the answer is.")
    }
    guard !answers.isEmpty || settings.rules == .squad2 else {
      throw TasksError(
        .example,
        "\(example.location): the question has no answer, and the model was tuned for questions "
          + "that all have one. Leave such rows out, or tune the model on some of them.")
    }
    return answers
  }

  /// The row's exact match and F1, its loss as a mean over its windows, and how sure the answer is.
  public func outcome(of output: AnswerOutput, _ example: QuestionExample) throws -> RowOutcome {
    guard example.answers != nil else { return RowOutcome() }
    var outcome = try evaluation(threshold: nullThreshold).outcome(
      expected: expected(example), predicted: output.best?.text ?? "",
      nullScore: settings.rules == .squad2 ? output.nullScore ?? 0 : nil)
    let answer = output.answer(threshold: nullThreshold)
    outcome.predicted = answer?.text ?? ""
    outcome.confidence = answer?.probability ?? output.nullProbability
    outcome.loss = output.loss / Double(example.windows.count)
    return outcome
  }

  /// Closes a scoring; one of validation rows chooses the null threshold first.
  public func report(_ scoring: Scoring, bootstrap: BootstrapSettings?) throws -> EvaluationReport {
    guard let rows = scoring.rows, !rows.predicted.isEmpty else {
      return try scoring.evaluation.report(bootstrap: bootstrap)
    }
    let found = try scoring.evaluation.scores()
    threshold.value = found["best_f1_thresh"] ?? threshold.value
    var chosen = evaluation(threshold: threshold.value)
    try chosen.update(
      expected: rows.expected, predicted: rows.predicted, nullScores: rows.nullScores)
    chosen.addLoss(sum: scoring.loss.sum, weight: scoring.loss.weight)
    return try chosen.report(bootstrap: bootstrap)
  }
}
