public import Evaluation
public import Foundation
public import Layers
public import Models
public import Tokenizers
public import Torch

/// Classification of texts or pairs of texts: one label, several, or a number.
public struct TextClassification: TaskModel {
  /// The model with its weights and labels.
  public let pretrained: PretrainedClassifier
  /// The tokenizer that the model was trained with.
  public let tokenizer: PretrainedTokenizer
  /// The loss.
  public let lossFunction: ClassificationLoss

  /// Joins a model and its tokenizer to a task.
  ///
  /// - Throws: ``TasksError`` when the tokenizer has tokens for which the model has no embedding.
  public init(
    _ pretrained: PretrainedClassifier, tokenizer: PretrainedTokenizer, smoothing: Double = 0,
    weights: [Double]? = nil
  ) throws {
    let rows = pretrained.model.vocabularySize
    guard tokenizer.vocabularySize <= rows else {
      throw TasksError(
        .vocabulary,
        "The tokenizer has \(tokenizer.vocabularySize) tokens, the model's embedding table "
          + "\(rows) rows: they do not belong together. Check tokenizer.json or vocab.txt and "
          + "vocab_size in config.json.")
    }
    self.pretrained = pretrained
    self.tokenizer = tokenizer
    lossFunction = ClassificationLoss(
      pretrained.labels.problem, smoothing: smoothing, weights: weights)
  }

  /// The model's parameters.
  public var store: ParameterStore { pretrained.store }

  /// The labels, in the order of the logits.
  public var labels: [String] { pretrained.labels.names }

  /// Binary, multi-class, multi-label or regression, as problem and number of labels say.
  public var evaluationKind: EvaluationKind {
    switch pretrained.labels.problem {
    case .singleLabel: labels.count == 2 ? .binary : .multiclass
    case .multiLabel: .multilabel
    case .regression: .regression
    }
  }

  /// Accuracy for one label of several, micro F1 for several labels, the mean squared error for
  /// numbers.
  public var defaultMetric: String {
    switch pretrained.labels.problem {
    case .singleLabel: "accuracy"
    case .multiLabel: "f1_micro"
    case .regression: "mse"
    }
  }

  /// The longest sequence that both the model and the tokenizer's settings allow; nil without a
  /// limit.
  public static func maximumLength(
    of model: any TextModel, _ tokenizer: PretrainedTokenizer
  ) -> Int? {
    [model.maximumLength, tokenizer.maximumLength].compactMap { $0 }.min()
  }

  /// Logits `[N, labels]`.
  public func logits(_ examples: [ClassificationExample]) throws -> Tensor {
    let usesSegments = examples.contains { $0.segments.contains { $0 != 0 } }
    let batch = try RaggedBatch(
      examples.map(\.ids), segments: usesSegments ? examples.map(\.segments) : nil,
      on: store.options.device)
    return try pretrained.model(batch)
  }

  /// What the mean loss is divided by.
  public func lossWeight(_ examples: [ClassificationExample]) throws -> Double {
    try lossFunction.weight(examples, labels: labels.count)
  }

  /// The summed loss of a batch.
  public func loss(_ examples: [ClassificationExample]) throws -> SummedLoss {
    SummedLoss(
      sum: try lossFunction.sum(logits(examples), examples), weight: try lossWeight(examples))
  }

  /// The logits of each example.
  public func predict(_ examples: [ClassificationExample]) throws -> [ClassificationOutput] {
    let values = try logits(examples).values(as: Float.self)
    let width = labels.count
    return try examples.indices.map { row in
      let scores = Array(values[row * width..<(row + 1) * width])
      guard scores.allSatisfy(\.isFinite) else {
        throw TasksError(
          .notFinite,
          "\(examples[row].location): the model gave \(scores) for this text. Its weights are "
            + "damaged, or its precision is too low: try --precision fp32.")
      }
      return ClassificationOutput(logits: scores)
    }
  }

  /// The summed loss of logits that were computed.
  public func loss(of outputs: [ClassificationOutput], _ examples: [ClassificationExample]) throws
    -> (sum: Double, weight: Double)
  {
    let logits = try Tensor(
      outputs.flatMap(\.logits), shape: [outputs.count, labels.count])
    let sum = try withoutGradients { try lossFunction.sum(logits, examples).item() }
    return (sum, try lossWeight(examples))
  }

  /// Writes configuration, weights and tokenizer.
  public func save(to folder: URL) throws {
    try pretrained.save(to: folder)
    try tokenizer.save(to: folder)
  }
}
