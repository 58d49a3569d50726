public import Evaluation
public import Foundation
public import Layers
public import Models
public import Tokenizers
public import Torch

/// Classification of the relation between two marked entities of a sentence.
public struct RelationClassification: TaskModel {
  /// The model with its weights and labels.
  public let pretrained: LabelledModel<RelationClassifier>
  /// The tokenizer that the model was trained with, which knows the markers.
  public let tokenizer: PretrainedTokenizer
  /// The loss.
  public let lossFunction: ClassificationLoss
  /// An empty evaluation over the model's labels.
  private let evaluation: RelationEvaluation

  /// Joins a model and its tokenizer to a task.
  ///
  /// - Throws: ``TasksError`` when the tokenizer has tokens for which the model has no embedding, or
  ///   `noRelation` is none of the labels; `EvaluationError` for fewer than two labels.
  public init(
    _ pretrained: LabelledModel<RelationClassifier>, tokenizer: PretrainedTokenizer,
    noRelation: String? = nil, smoothing: Double = 0, weights: [Double]? = nil
  ) throws {
    try pretrained.model.requireFitting(tokenizer)
    let labels = pretrained.labels.names
    if let noRelation, !labels.contains(noRelation) {
      throw TasksError(
        .setting,
        "The label '\(noRelation)', which is to stand for \"no relation\", is none of the model's: "
          + labels.joined(separator: ", ") + ".")
    }
    self.pretrained = pretrained
    self.tokenizer = tokenizer
    lossFunction = ClassificationLoss(.singleLabel, smoothing: smoothing, weights: weights)
    evaluation = try RelationEvaluation(labels: labels, noRelation: noRelation)
  }

  /// The model's parameters.
  public var store: ParameterStore { pretrained.store }
  /// The relations, in the order of the logits.
  public var labels: [String] { pretrained.labels.names }
  /// Relations.
  public var evaluationKind: EvaluationKind { .relations }
  /// SemEval-2010's official score: the mean F1 of the relations with their direction, "no relation"
  /// left out.
  public var defaultMetric: String { "f1_macro" }

  /// Logits `[N, labels]`.
  public func logits(_ examples: [RelationExample]) throws -> Tensor {
    try pretrained.model(
      RaggedBatch(examples.map(\.sentence.tokens), on: store.options.device),
      examples.map(\.entities))
  }

  /// What the mean loss is divided by: the weights of the rows' relations.
  public func lossWeight(_ examples: [RelationExample]) throws -> Double {
    try lossFunction.weight(examples.map(\.sentence), labels: labels.count)
  }

  /// The summed cross-entropy of a batch.
  public func loss(_ examples: [RelationExample]) throws -> SummedLoss {
    SummedLoss(
      sum: try lossFunction.sum(logits(examples), examples.map(\.sentence)),
      weight: try lossWeight(examples))
  }

  /// The logits of each example.
  public func predict(_ examples: [RelationExample]) throws -> [ClassificationOutput] {
    let values = try logits(examples).values(as: Float.self)
    return try RowNumbers.split(
      values, counts: examples.map { _ in labels.count }, examples.map(\.location)
    ).map(ClassificationOutput.init(logits:))
  }

  /// The summed loss of logits that were computed.
  public func loss(
    of outputs: [ClassificationOutput], _ examples: [RelationExample]
  ) throws -> (sum: Double, weight: Double) {
    let logits = try Tensor(outputs.flatMap(\.logits), shape: [outputs.count, labels.count])
    let sum = try withoutGradients {
      try lossFunction.sum(logits, examples.map(\.sentence)).item()
    }
    return (sum, try lossWeight(examples))
  }

  /// An empty scoring.
  public func makeScoring() -> RelationEvaluation { evaluation }

  /// Counts a batch of outputs.
  public func score(
    _ outputs: [ClassificationOutput], _ examples: [RelationExample],
    into scoring: inout RelationEvaluation
  ) throws {
    let loss = try loss(of: outputs, examples)
    try scoring.update(
      expected: lossFunction.classes(examples.map(\.sentence)), predicted: outputs.map(\.best))
    scoring.addLoss(sum: loss.sum, weight: loss.weight)
  }

  /// The loss without smoothing and weights, the relation, and how sure it is.
  public func outcome(
    of output: ClassificationOutput, _ example: RelationExample
  ) throws -> RowOutcome {
    guard case .label(let place) = example.sentence.target else { return RowOutcome() }
    var outcome = try evaluation.outcome(
      expected: labels[place], predicted: labels[output.best])
    outcome.loss = -output.logProbability(of: place)
    outcome.confidence = output.exclusiveProbabilities[output.best]
    return outcome
  }

  /// Closes a scoring.
  public func report(
    _ scoring: RelationEvaluation, bootstrap: BootstrapSettings?
  ) throws -> EvaluationReport {
    try scoring.report(bootstrap: bootstrap)
  }

  /// Puts back the weights of a folder.
  public func reload(from folder: URL) throws { try pretrained.reload(from: folder) }

  /// Writes configuration, weights and tokenizer; Transformers' `AutoModel` loads the encoder.
  public func save(to folder: URL) throws {
    try pretrained.save(to: folder)
    try tokenizer.save(to: folder)
  }
}
