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
  /// How long documents are read, as the model's configuration says; nil for models of whole texts.
  public let windows: DocumentWindows?
  /// What logits are divided by; 1 but for a tuned model whose probabilities were made to fit.
  public let temperature: Double

  /// Joins a model and its tokenizer to a task.
  ///
  /// - Throws: ``TasksError`` when the tokenizer has tokens for which the model has no embedding, or
  ///   the configuration holds no readable ``DocumentWindows``.
  public init(
    _ pretrained: PretrainedClassifier, tokenizer: PretrainedTokenizer, smoothing: Double = 0,
    weights: [Double]? = nil, temperature: Double = 1
  ) throws {
    try pretrained.model.requireFitting(tokenizer)
    self.pretrained = pretrained
    self.tokenizer = tokenizer
    self.temperature = temperature
    lossFunction = ClassificationLoss(
      pretrained.labels.problem, smoothing: smoothing, weights: weights)
    windows = try pretrained.configuration.settings(
      DocumentWindows.configurationKey, as: DocumentWindows.self)
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

  /// Logits `[N, labels]`; of a document, those of its windows pooled.
  public func logits(_ examples: [ClassificationExample]) throws -> Tensor {
    try pooled(logits(ofEach: examples.flatMap(\.windows)), examples)
  }

  private func logits(ofEach sequences: [TokenSequence]) throws -> Tensor {
    try pretrained.model(RaggedBatch(sequences, on: store.options.device))
  }

  private func pooled(_ logits: Tensor, _ examples: [ClassificationExample]) throws -> Tensor {
    try (windows?.pooling ?? .mean).pooled(logits, counts: examples.map(\.windows.count))
  }

  /// The same as ``logits(_:)`` where no gradients are recorded: of the windows of documents only
  /// some are computed at a time.
  private func logitsInParts(_ examples: [ClassificationExample]) throws -> Tensor {
    guard examples.contains(where: { $0.windows.count > 1 }) else { return try logits(examples) }
    let sequences = examples.flatMap(\.windows)
    let parts = try SequenceChunks.of(sequences.map(\.ids.count)).map {
      try logits(ofEach: Array(sequences[$0]))
    }
    return try pooled(Tensor.concatenated(parts), examples)
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
    let values = try logitsInParts(examples).values(as: Float.self)
    let width = labels.count
    return try examples.indices.map { row in
      let scores = Array(values[row * width..<(row + 1) * width])
      guard scores.allSatisfy(\.isFinite) else {
        throw TasksError(
          .notFinite,
          "\(examples[row].location): the model gave \(scores) for this text. Its weights are "
            + "damaged, or its precision is too low: try --precision fp32.")
      }
      let divisor = Float(temperature)
      return ClassificationOutput(logits: divisor == 1 ? scores : scores.map { $0 / divisor })
    }
  }

  /// The loss without smoothing and weights, the answer, and how sure it is.
  public func outcome(
    of output: ClassificationOutput, _ example: ClassificationExample
  ) throws -> RowOutcome {
    switch example.target {
    case .none: return RowOutcome()
    case .value(let value):
      let error = Double(output.logits[0]) - value
      return RowOutcome(loss: error * error, expected: value, predicted: Double(output.logits[0]))
    case .label(let place):
      let probabilities = output.exclusiveProbabilities
      let best = output.best
      return RowOutcome(
        loss: -output.logProbability(of: place), expected: labels[place], predicted: labels[best],
        confidence: probabilities[best], positive: labels.count == 2 ? labels[1] : nil)
    case .labels(let places):
      let probabilities = output.independentProbabilities
      let loss = output.logits.indices.reduce(0.0) { sum, place in
        let logit = Double(output.logits[place])
        return sum + log1p(exp(-abs(logit))) + max(logit, 0) - (places.contains(place) ? logit : 0)
      }
      return RowOutcome(
        loss: loss / Double(labels.count), expected: places.map { labels[$0] },
        predicted: labels.indices.filter { probabilities[$0] >= 0.5 }.map { labels[$0] })
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

  /// Puts back the weights of a folder.
  public func reload(from folder: URL) throws { try pretrained.reload(from: folder) }

  /// Writes configuration, weights and tokenizer.
  public func save(to folder: URL) throws {
    try pretrained.save(to: folder)
    try tokenizer.save(to: folder)
  }
}
