public import Evaluation
public import Foundation
public import Layers
public import Models
public import Tokenizers
public import Torch

/// Vectors of texts, near each other for texts that mean the same.
public struct SentenceEmbedding: TaskModel {
  /// The encoder with its weights.
  public let pretrained: PretrainedEncoder
  /// The tokenizer that the encoder was trained with.
  public let tokenizer: PretrainedTokenizer
  /// How vectors of texts are made, and how long texts may be.
  public let layout: SentenceFolder
  /// The loss.
  public let lossFunction: SentenceLoss
  /// Whether pairs have scores: they are then evaluated by correlation, others by retrieval.
  public let isScored: Bool

  /// Joins an encoder and its tokenizer to a task.
  ///
  /// - Parameters:
  ///   - pretrained: The encoder.
  ///   - tokenizer: Its tokenizer.
  ///   - layout: How vectors are made of it.
  ///   - settings: How it learns.
  ///   - isScored: Whether pairs have scores.
  /// - Throws: ``TasksError`` when the tokenizer has tokens for which the encoder has no embedding,
  ///   or settings make no run.
  public init(
    _ pretrained: PretrainedEncoder, tokenizer: PretrainedTokenizer, layout: SentenceFolder,
    settings: SentenceEmbeddingSettings = SentenceEmbeddingSettings(), isScored: Bool = false
  ) throws {
    try pretrained.encoder.requireFitting(tokenizer)
    try settings.validate()
    self.pretrained = pretrained
    self.tokenizer = tokenizer
    self.layout = layout
    lossFunction = SentenceLoss(settings, isScored: isScored)
    self.isScored = isScored
  }

  /// The encoder's parameters.
  public var store: ParameterStore { pretrained.store }

  /// The width of the vectors.
  public var dimension: Int { pretrained.encoder.hiddenSize }

  /// Correlation for pairs with scores, retrieval for others.
  public var evaluationKind: EvaluationKind { isScored ? .similarity : .retrieval }

  /// Spearman's correlation, or the normalised discounted gain of the first ten.
  public var defaultMetric: String { isScored ? "spearman" : "ndcg@10" }

  /// The vectors of texts, `[texts, width]`, fp32.
  ///
  /// While gradients are recorded and there are more texts than
  /// ``SentenceEmbeddingSettings/cachedBatch``, nothing but the vectors is kept: the backward pass
  /// computes so many texts at a time again, with the same dropout, once their vectors' gradients
  /// are known. That is gradient caching (Gao et al. 2021, arXiv:2101.06983), with the gradients of
  /// one pass over all.
  ///
  /// - Throws: `ModelsError` or `TorchError` when a text does not fit the encoder.
  public func vectors(_ texts: [TokenSequence]) throws -> Tensor {
    guard let size = lossFunction.settings.cachedBatch, texts.count > size, isRecordingGradients
    else { return try pass(texts) }
    let state = store.forwardState
    let parts = try stride(from: 0, to: texts.count, by: size).enumerated().map { part, start in
      let members = Array(texts[start..<min(start + size, texts.count)])
      // Token ids are all that the backward pass needs; there is no tensor to depend on.
      return try state.repeatable(Tensor.zeros([0]), part: part) { _ in try pass(members) }
    }
    return try Tensor.concatenated(parts)
  }

  private func pass(_ texts: [TokenSequence]) throws -> Tensor {
    let batch = try RaggedBatch(texts, on: store.options.device)
    let vectors = try layout.pooling.vectors(pretrained.encoder, batch)
    return layout.normalizes ? try vectors.normalizedRows() : vectors
  }

  /// What the mean loss is divided by.
  public func lossWeight(_ examples: [SentenceExample]) throws -> Double {
    try lossFunction.weight(examples)
  }

  /// The summed loss of a batch, in which all members are set against each other.
  public func loss(_ examples: [SentenceExample]) throws -> SummedLoss {
    let weight = try lossWeight(examples)
    let vectors = try vectors(examples.flatMap(\.texts))
    return SummedLoss(sum: try lossFunction.sum(vectors, examples), weight: weight)
  }

  /// The vectors of each example's texts.
  public func predict(_ examples: [SentenceExample]) throws -> [SentenceVectors] {
    let values = try vectors(examples.flatMap(\.texts)).values(as: Float.self)
    var next = 0
    return try examples.map { example in
      let vectors = example.texts.map { _ in
        defer { next += dimension }
        return Array(values[next..<next + dimension])
      }
      guard vectors.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
        throw TasksError(
          .notFinite,
          "\(example.location): the model gave numbers that are not finite for this text. Its "
            + "weights are damaged, or its precision is too low: try --precision fp32.")
      }
      return SentenceVectors(vectors: vectors)
    }
  }

  /// Puts back the weights of a folder.
  public func reload(from folder: URL) throws { try pretrained.reload(from: folder) }

  /// Writes configuration, weights, tokenizer and sentence-transformers' own files.
  public func save(to folder: URL) throws {
    try pretrained.save(to: folder)
    try tokenizer.save(to: folder)
    try layout.write(to: folder, dimension: dimension)
  }
}
