public import Evaluation

extension TextClassification {
  /// Scores of classes or of numbers, in the making.
  public enum Scoring {
    /// Counts of classes.
    case classes(ClassificationEvaluation)
    /// Errors of numbers.
    case numbers(RegressionEvaluation)
  }

  /// An empty scoring.
  public func makeScoring() throws -> Scoring {
    if evaluationKind == .regression { return .numbers(RegressionEvaluation()) }
    return .classes(try ClassificationEvaluation(labels: labels, kind: evaluationKind))
  }

  /// Counts a batch of outputs.
  public func score(
    _ outputs: [ClassificationOutput], _ examples: [ClassificationExample],
    into scoring: inout Scoring
  ) throws {
    let loss = try loss(of: outputs, examples)
    switch scoring {
    case .numbers(var evaluation):
      try evaluation.update(
        predictions: outputs.map { $0.logits[0] }, references: lossFunction.values(examples))
      evaluation.addLoss(sum: loss.sum, weight: loss.weight)
      scoring = .numbers(evaluation)
    case .classes(var evaluation):
      // Two references to one accumulator would copy its kept scores at every batch.
      scoring = .numbers(RegressionEvaluation(options: .init(keptPairs: 0)))
      let logits = outputs.flatMap(\.logits)
      if evaluationKind == .multilabel {
        try evaluation.update(
          logits: logits,
          references: examples.map { example in
            if case .labels(let places) = example.target { places } else { [] }
          })
      } else {
        try evaluation.update(logits: logits, references: lossFunction.classes(examples))
      }
      evaluation.addLoss(sum: loss.sum, weight: loss.weight)
      scoring = .classes(evaluation)
    }
  }

  /// Closes a scoring.
  public func report(_ scoring: Scoring, bootstrap: BootstrapSettings?) throws -> EvaluationReport {
    switch scoring {
    case .classes(let evaluation): try evaluation.report(bootstrap: bootstrap)
    case .numbers(let evaluation): try evaluation.report(bootstrap: bootstrap)
    }
  }
}
