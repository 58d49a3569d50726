public import Layers
public import Torch

/// An encoder's summary of each text, dropout and one dense layer: the head of BERT and ALBERT for
/// whole texts.
public struct PooledClassifier: SequenceClassifier {
  let encoder: PostNormEncoder
  let dropout: Dropout?
  let classifier: Linear

  /// Rows of the word table.
  public var vocabularySize: Int { encoder.vocabularySize }
  /// Tokens of the longest sequence.
  public var maximumLength: Int? { encoder.maximumLength }

  /// A batch of N sequences to logits `[N, labels]`.
  public func callAsFunction(_ batch: RaggedBatch) throws -> Tensor {
    let summary = try encoder.summary(of: batch)
    return try classifier(dropout?(summary) ?? summary)
  }
}

/// A dense layer, an activation and another dense layer over each text's first token: the head of
/// RoBERTa, ELECTRA and DistilBERT for whole texts.
struct FirstTokenClassifier: SequenceClassifier {
  let encoder: any TextEncoder
  /// Before the first dense layer, where a family has it.
  let inputDropout: Dropout?
  let dense: Linear
  let activation: Activation
  let dropout: Dropout
  let output: Linear

  var vocabularySize: Int { encoder.vocabularySize }
  var maximumLength: Int? { encoder.maximumLength }

  func callAsFunction(_ batch: RaggedBatch) throws -> Tensor {
    let first = try encoder.hidden(batch, only: batch.firstTokens())
    return try output(dropout(activation(after: dense, inputDropout?(first) ?? first)))
  }
}

extension FirstTokenClassifier {
  /// Makes the head beside an encoder as `classifier.dense` and `classifier.out_proj`, with the same
  /// rate of dropout before both, as RoBERTa's code does.
  init(
    _ encoder: PostNormEncoder, labels: Int, activation: Activation, dropout rate: Double,
    deviation: Double, at scope: ModuleScope
  ) throws {
    let size = encoder.hiddenSize
    let head = scope["classifier"]
    self.init(
      encoder: encoder, inputDropout: head.dropout(rate),
      dense: try Linear(size, size, deviation: deviation, at: head["dense"]),
      activation: activation, dropout: head.dropout(rate),
      output: try Linear(size, labels, deviation: deviation, at: head["out_proj"]))
  }
}
