public import Evaluation
internal import Torch

extension SentenceEmbedding {
  /// Scores in the making: what the first examples are says which.
  public enum Scoring {
    /// Nothing was counted yet.
    case empty
    /// Cosines beside the scores of pairs.
    case similarity(SimilarityEvaluation)
    /// Vectors of texts and their partners, searched at the end.
    case retrieval(RetrievalScoring)
  }

  /// Examples that an evaluation's loss sets against each other.
  ///
  /// With how many others an example happens to be computed must not change it.
  static var lossBlock: Int { 64 }

  /// An empty scoring.
  public func makeScoring() throws -> Scoring { .empty }

  /// The summed loss of vectors that were computed, in blocks of 64 examples.
  public func loss(
    of outputs: [SentenceVectors], _ examples: [SentenceExample]
  ) throws -> (sum: Double, weight: Double) {
    var sum = 0.0
    var weight = 0.0
    for start in stride(from: 0, to: examples.count, by: Self.lossBlock) {
      let range = start..<min(start + Self.lossBlock, examples.count)
      let vectors = outputs[range].flatMap(\.vectors)
      let block = try Tensor(vectors.flatMap(\.self), shape: [vectors.count, dimension])
      sum += try withoutGradients { try lossFunction.sum(block, Array(examples[range])).item() }
      weight += try lossWeight(Array(examples[range]))
    }
    return (sum, weight)
  }

  /// Counts a batch of outputs.
  ///
  /// - Throws: ``TasksError`` when some rows have scores and some have none, or one has one text.
  public func score(
    _ outputs: [SentenceVectors], _ examples: [SentenceExample], into scoring: inout Scoring
  ) throws {
    guard let first = examples.first else { return }
    for example in examples {
      try example.requirePartner()
      guard (example.score == nil) == (first.score == nil) else {
        throw TasksError(
          .example,
          "\(example.location): this row has \(example.score == nil ? "no" : "a") score, and the "
            + "row \(first.location) has \(first.score == nil ? "none" : "one"). Either all pairs have "
            + "scores or none.")
      }
    }
    let loss = try evaluationLoss(outputs, examples)
    switch scoring {
    case .empty:
      scoring =
        first.score == nil
        ? .retrieval(RetrievalScoring(dimension: dimension)) : .similarity(SimilarityEvaluation())
      try score(outputs, examples, into: &scoring)
    case .similarity(var evaluation):
      // Two references to one accumulator would copy its kept pairs at every batch.
      scoring = .empty
      try evaluation.update(
        predictions: outputs.map { Float($0.cosine()) },
        references: examples.map { try $0.requiredScore() })
      if let loss { evaluation.addLoss(sum: loss.sum, weight: loss.weight) }
      scoring = .similarity(evaluation)
    case .retrieval(var evaluation):
      scoring = .empty
      evaluation.add(outputs, examples)
      if let loss { evaluation.addLoss(sum: loss.sum, weight: loss.weight) }
      scoring = .retrieval(evaluation)
    }
  }

  /// The loss where the rows have what it needs.
  ///
  /// A model that learned from triplets may be scored on pairs.
  private func evaluationLoss(
    _ outputs: [SentenceVectors], _ examples: [SentenceExample]
  ) throws -> (sum: Double, weight: Double)? {
    switch lossFunction.kind {
    case .cosine, .contrastive, .onlineContrastive:
      if examples.contains(where: { $0.score == nil }) { return nil }
    case .triplet: if examples.contains(where: \.negatives.isEmpty) { return nil }
    case .multipleNegativesRanking: if examples.contains(where: { $0.score != nil }) { return nil }
    }
    return try loss(of: outputs, examples)
  }

  /// Closes a scoring.
  public func report(_ scoring: Scoring, bootstrap: BootstrapSettings?) throws -> EvaluationReport {
    switch scoring {
    case .empty:
      throw EvaluationError(.nothingEvaluated, "there are no pairs to evaluate")
    case .similarity(let evaluation): try evaluation.report(bootstrap: bootstrap)
    case .retrieval(let evaluation): try evaluation.report(bootstrap: bootstrap)
    }
  }

  /// Cosine and score of a scored pair; of others the cosine, and whether the partner is nearer
  /// than every text of the row's own that it is set against.
  ///
  /// The rank among all partners is known only when all are: ``RetrievalScoring/outcomes()`` tells
  /// it.
  public func outcome(
    of output: SentenceVectors, _ example: SentenceExample
  ) throws -> RowOutcome {
    guard example.texts.count > 1 else { return RowOutcome() }
    let cosine = output.cosine()
    if let score = example.score {
      let error = cosine - score
      return RowOutcome(loss: error * error, expected: score, predicted: cosine)
    }
    var outcome = RowOutcome(predicted: "\(cosine)")
    if !example.negatives.isEmpty {
      let isNearest = (2..<example.texts.count).allSatisfy { output.cosine(with: $0) < cosine }
      outcome.isCorrect = isNearest
      outcome.means["accuracy"] = isNearest ? 1 : 0
    }
    return outcome
  }
}
