import Layers
import Torch

/// A decoder with an output layer over its vocabulary: scores of the token after each token.
struct DecoderLanguageModel: LanguageModel {
  let decoder: CausalDecoder
  let output: Linear

  var vocabularySize: Int { decoder.vocabularySize }
  var maximumLength: Int? { decoder.maximumLength }

  func makeCache(sequences: Int) -> KeyValueCache? { decoder.makeCache(sequences: sequences) }

  func states(_ batch: RaggedBatch, only selection: TokenSelection?) throws -> Tensor {
    try decoder.hidden(batch, only: selection)
  }

  func states(
    _ batch: RaggedBatch, only selection: TokenSelection?, cache: KeyValueCache?
  ) throws -> Tensor {
    try decoder.hidden(batch, only: selection, cache: cache)
  }
}

/// A decoder with a dense layer over the vector of each sequence's last token, the only one that has
/// seen the whole: Transformers' head for whole texts.
struct DecoderSequenceClassifier: SequenceClassifier {
  let decoder: CausalDecoder
  let score: Linear

  /// Makes the head beside a decoder, as `score`.
  init(_ decoder: CausalDecoder, labels: Int, deviation: Double, at scope: ModuleScope) throws {
    self.decoder = decoder
    score = try Linear(
      decoder.hiddenSize, labels, hasBias: false, deviation: deviation, at: scope["score"])
  }

  var vocabularySize: Int { decoder.vocabularySize }
  var maximumLength: Int? { decoder.maximumLength }

  func callAsFunction(_ batch: RaggedBatch) throws -> Tensor {
    try score(decoder.hidden(batch, only: batch.lastTokens()))
  }
}
