import Layers
import Torch

/// A stack of pre-norm layers whose tokens see only what stands before them: the bare model of
/// GPT-2 and of Llama's descendants, which differ in what they put into it.
struct CausalDecoder: TextEncoder {
  let words: Embedding
  /// A table of positions; nil for models that turn queries and keys instead.
  let positions: Embedding?
  let rotary: RotaryEmbedding?
  let embeddingDropout: Dropout
  let layers: [DecoderLayer]
  let finalNorm: any Norm
  /// Tokens of the longest sequence that it was made for.
  let maximumLength: Int?
  let forward: ForwardState

  var vocabularySize: Int { words.weight.shape[0] }
  var hiddenSize: Int { words.weight.shape[1] }

  func hidden(_ batch: RaggedBatch, only selection: TokenSelection?) throws -> Tensor {
    try hidden(batch, only: selection, cache: nil)
  }

  /// The vectors of a batch's tokens `[T, hidden]`, or of the chosen ones `[S, hidden]`, where a
  /// cache holds what came before the batch.
  ///
  /// The last layer computes nothing for the other tokens but what the chosen ones look at.
  func hidden(
    _ batch: RaggedBatch, only selection: TokenSelection?, cache: KeyValueCache?
  ) throws -> Tensor {
    if let positions { try batch.requireFitting(positions: positions.weight.shape[0]) }
    guard let cache else { return try pass(batch, only: selection, cache: nil) }
    return try cache.reading(batch) { try pass(batch, only: selection, cache: cache) }
  }

  private func pass(
    _ batch: RaggedBatch, only selection: TokenSelection?, cache: KeyValueCache?
  ) throws -> Tensor {
    let rotation = try rotary?.rotation(for: batch)
    var sum = try embedded(batch)
    // Not kept where layers are computed again: each then begins with its norm.
    var normalized: Tensor?
    for (place, layer) in layers.enumerated() {
      let isLast = place == layers.count - 1
      let context = AttentionContext(
        batch: batch, rotation: rotation, cache: cache?.layers[place],
        selection: isLast ? selection : nil)
      let next = isLast ? finalNorm : layers[place + 1].attentionNorm
      if forward.checkpointsActivations, isRecordingGradients {
        sum = try forward.layer(sum) { sum in
          let stream = NormalizedResidual(sum: sum, normalized: try layer.attentionNorm(sum))
          return try layer(stream, followedBy: next, in: context).sum
        }
      } else {
        let stream = NormalizedResidual(
          sum: sum, normalized: try normalized ?? layer.attentionNorm(sum))
        let result = try layer(stream, followedBy: next, in: context)
        (sum, normalized) = (result.sum, result.normalized)
      }
    }
    if let selection, layers.isEmpty { sum = try sum.slices(selection.places) }
    return try normalized ?? finalNorm(sum)
  }

  private func embedded(_ batch: RaggedBatch) throws -> Tensor {
    let words = try words(batch.tokens)
    guard let positions else { return try embeddingDropout(words) }
    return try embeddingDropout(words + positions(batch.positions))
  }

  /// An empty cache.
  func makeCache(sequences: Int) -> KeyValueCache {
    KeyValueCache(sequences: sequences, layers: layers.count)
  }
}
