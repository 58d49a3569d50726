public import Evaluation
public import Foundation
public import Layers
public import Models
public import Tokenizers
public import Torch

/// Ranking of a query's documents by a cross-encoder: a classifier of one result reads the query
/// together with each document (Nogueira and Cho, "Passage Re-ranking with BERT", 2019).
public struct DocumentRanking: TaskModel {
  /// The model with its weights.
  public let pretrained: PretrainedClassifier
  /// The tokenizer that the model was trained with.
  public let tokenizer: PretrainedTokenizer
  private let lossFunction: RankingLoss
  private let evaluation: RankingEvaluation

  /// Joins a model and its tokenizer to a task.
  ///
  /// - Parameters:
  ///   - pretrained: A classifier of one result.
  ///   - tokenizer: Its tokenizer.
  ///   - settings: What scores are learned towards.
  ///   - largestGrade: The grade that counts as wholly relevant, above 0.
  /// - Throws: ``TasksError`` when the tokenizer has tokens for which the model has no embedding, or
  ///   the model gives several numbers a text.
  public init(
    _ pretrained: PretrainedClassifier, tokenizer: PretrainedTokenizer,
    settings: RankingSettings = RankingSettings(), largestGrade: Double = 1
  ) throws {
    try pretrained.model.requireFitting(tokenizer)
    guard pretrained.labels.names.count == 1 else {
      throw TasksError(
        .setting,
        "The model gives \(pretrained.labels.names.count) numbers a text; a cross-encoder that ranks "
          + "gives one.")
    }
    self.pretrained = pretrained
    self.tokenizer = tokenizer
    lossFunction = RankingLoss(loss: settings.loss, largestGrade: largestGrade)
    evaluation = try RankingEvaluation(kind: .ranking)
  }

  /// The model's parameters.
  public var store: ParameterStore { pretrained.store }
  /// Ranking.
  public var evaluationKind: EvaluationKind { .ranking }
  /// NDCG of the first ten places.
  public var defaultMetric: String { "ndcg@10" }

  /// Scores of all documents of all queries, one after another, `[C, 1]`.
  public func logits(_ examples: [RankingExample]) throws -> Tensor {
    try pretrained.model(RaggedBatch(examples.flatMap(\.documents), on: store.options.device))
  }

  /// What the mean loss is divided by: documents, or queries.
  public func lossWeight(_ examples: [RankingExample]) -> Double { lossFunction.weight(examples) }

  /// The summed loss of a batch.
  public func loss(_ examples: [RankingExample]) throws -> SummedLoss {
    SummedLoss(
      sum: try lossFunction.sum(logits(examples), examples), weight: lossWeight(examples))
  }

  /// The scores of each query's documents.
  public func predict(_ examples: [RankingExample]) throws -> [ClassificationOutput] {
    try RowNumbers.split(
      logits(examples).values(as: Float.self), counts: examples.map(\.documents.count),
      examples.map(\.location)
    ).map(ClassificationOutput.init(logits:))
  }

  /// The summed loss of scores that were computed.
  public func loss(
    of outputs: [ClassificationOutput], _ examples: [RankingExample]
  ) throws -> (sum: Double, weight: Double) {
    let logits = try Tensor(outputs.flatMap(\.logits))
    let sum = try withoutGradients { try lossFunction.sum(logits, examples).item() }
    return (sum, lossWeight(examples))
  }

  /// An empty scoring.
  public func makeScoring() -> RankingEvaluation { evaluation }

  /// Counts a batch of outputs.
  public func score(
    _ outputs: [ClassificationOutput], _ examples: [RankingExample],
    into scoring: inout RankingEvaluation
  ) throws {
    let loss = try loss(of: outputs, examples)
    for (output, example) in zip(outputs, examples) {
      try scoring.update(scores: output.logits, relevance: RankingLoss.grades(of: example))
    }
    scoring.addLoss(sum: loss.sum, weight: loss.weight)
  }

  /// The mean loss of the query's documents, and its own scores.
  public func outcome(
    of output: ClassificationOutput, _ example: RankingExample
  ) throws -> RowOutcome {
    guard let grades = example.grades else { return RowOutcome() }
    var outcome = evaluation.outcome(RankedRelevance(scores: output.logits, grades: grades))
    let loss = try loss(of: [output], [example])
    outcome.loss = loss.sum / loss.weight
    return outcome
  }

  /// Closes a scoring.
  public func report(
    _ scoring: RankingEvaluation, bootstrap: BootstrapSettings?
  ) throws -> EvaluationReport {
    try scoring.report(bootstrap: bootstrap)
  }

  /// Puts back the weights of a folder.
  public func reload(from folder: URL) throws { try pretrained.reload(from: folder) }

  /// Writes configuration, weights and tokenizer as sentence-transformers' `CrossEncoder` and
  /// Transformers' `AutoModelForSequenceClassification` read them.
  public func save(to folder: URL) throws {
    try pretrained.save(to: folder)
    try tokenizer.save(to: folder)
  }
}
