import Layers
import Torch

/// Dropout and a dense layer over every token's vector: Transformers' head for labels of tokens.
struct EncoderTokenClassifier: TokenClassifier {
  let encoder: any TextEncoder
  let dropout: Dropout
  let classifier: Linear

  /// Makes the head beside an encoder.
  init(
    _ encoder: any TextEncoder, labels: Int, dropout rate: Double, deviation: Double,
    name: String = "classifier", hasBias: Bool = true, at scope: ModuleScope
  ) throws {
    self.encoder = encoder
    dropout = scope.dropout(rate)
    classifier = try Linear(
      encoder.hiddenSize, labels, hasBias: hasBias, deviation: deviation, at: scope[name])
  }

  var vocabularySize: Int { encoder.vocabularySize }
  var maximumLength: Int? { encoder.maximumLength }

  func logits(_ batch: RaggedBatch, only selection: TokenSelection?) throws -> Tensor {
    try classifier(dropout(encoder.hidden(batch, only: selection)))
  }
}

/// One dense layer of two results over every token's vector: Transformers' head for answers within
/// a text.
struct EncoderSpanFinder: SpanFinder {
  let encoder: any TextEncoder
  let dropout: Dropout
  let outputs: Linear

  /// Makes the head beside an encoder, as `qa_outputs`.
  init(
    _ encoder: any TextEncoder, dropout rate: Double = 0, deviation: Double, at scope: ModuleScope
  ) throws {
    self.encoder = encoder
    dropout = scope.dropout(rate)
    outputs = try Linear(encoder.hiddenSize, 2, deviation: deviation, at: scope["qa_outputs"])
  }

  var vocabularySize: Int { encoder.vocabularySize }
  var maximumLength: Int? { encoder.maximumLength }

  func callAsFunction(_ batch: RaggedBatch) throws -> SpanLogits {
    let scores = try outputs(dropout(encoder(batch)))
    return SpanLogits(start: try scores.select(1, 0), end: try scores.select(1, 1))
  }
}

/// A dense layer, an activation, a norm and the output layer: the head of masked language models.
struct EncoderLanguageModel: LanguageModel {
  let encoder: any TextEncoder
  let dense: Linear
  let activation: Activation
  let norm: LayerNorm
  let output: Linear

  var vocabularySize: Int { encoder.vocabularySize }
  var maximumLength: Int? { encoder.maximumLength }

  func states(_ batch: RaggedBatch, only selection: TokenSelection?) throws -> Tensor {
    try norm(activation(after: dense, encoder.hidden(batch, only: selection)))
  }
}
