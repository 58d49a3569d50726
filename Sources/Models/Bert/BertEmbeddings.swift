import Layers
import Torch

/// Word, position and token-type vectors summed, normalised and dropped out.
struct BertEmbeddings {
  let words, positions, segments: Embedding
  let norm: LayerNorm
  let dropout: Dropout

  init(_ config: BertConfiguration, at scope: ModuleScope) throws {
    let deviation = config.initializerRange
    words = try Embedding(
      config.vocabularySize, config.hiddenSize, deviation: deviation, padding: config.paddingToken,
      at: scope["word_embeddings"])
    positions = try Embedding(
      config.maximumLength, config.hiddenSize, deviation: deviation,
      at: scope["position_embeddings"])
    segments = try Embedding(
      config.segmentTypes, config.hiddenSize, deviation: deviation,
      at: scope["token_type_embeddings"])
    norm = try LayerNorm(
      config.hiddenSize, epsilon: config.layerNormEpsilon, at: scope["LayerNorm"])
    dropout = scope.dropout(config.hiddenDropout)
  }

  /// A batch of T tokens to `[T, hidden]`.
  func callAsFunction(_ batch: RaggedBatch) throws -> Tensor {
    try embeddingLayerNorm(
      words: EmbeddingLookup(table: words.weight.value, indices: batch.tokens),
      positions: EmbeddingLookup(table: positions.weight.value, indices: batch.positions),
      segments: EmbeddingLookup(table: segments.weight.value, indices: batch.segments),
      weight: norm.weight.value, bias: norm.bias.value, epsilon: norm.epsilon, dropout: dropout.key)
  }
}
