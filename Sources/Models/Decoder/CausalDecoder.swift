import Layers
import Torch

/// A stack of pre-norm layers whose tokens see only what stands before them: the bare model of
/// GPT-2 and of Llama's descendants, which differ in what they put into it.
struct CausalDecoder: TextEncoder {
  let words: Embedding
  /// The place before the words.
  let tokens: TokenSlot
  /// A table of positions; nil for models that turn queries and keys instead.
  let positions: Embedding?
  let rotary: RotaryEmbedding?
  let embeddingDropout: Dropout
  let layers: [DecoderLayer]
  let finalNorm: any Norm
  /// The longest sequence that it was made for, with what stands before its text.
  let positionLimit: Int?
  let forward: ForwardState

  /// Tokens of the longest text.
  var maximumLength: Int? { positionLimit.map { max($0 - leading.length, 0) } }
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
    let led = try leading.reading(batch)
    if let positions { try led.requireFitting(positions: positions.weight.shape[0]) }
    let chosen = try led.selection(selection)
    guard let cache else { return try pass(led, only: chosen, cache: nil) }
    return try cache.reading(batch) { try pass(led, only: chosen, cache: cache) }
  }

  /// What methods put before a text.
  private var leading: LeadingSlots {
    LeadingSlots(tokens: tokens, attention: layers.first?.attention.heads.slot)
  }

  private func pass(
    _ led: LedBatch, only selection: TokenSelection?, cache: KeyValueCache?
  ) throws -> Tensor {
    let rotation = try rotary?.rotation(for: led.batch)
    var sum = try embedded(led)
    // Not kept where layers are computed again: each then begins with its norm.
    var normalized: Tensor?
    for (place, layer) in layers.enumerated() {
      let isLast = place == layers.count - 1
      let context = AttentionContext(
        batch: led.batch, rotation: rotation, cache: cache?.layers[place],
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

  private func embedded(_ led: LedBatch) throws -> Tensor {
    let words = try led.words(from: words)
    guard let positions else { return try embeddingDropout(words) }
    return try embeddingDropout(words + positions(led.batch.positions))
  }

  /// An empty cache.
  func makeCache(sequences: Int) -> KeyValueCache {
    KeyValueCache(sequences: sequences, layers: layers.count)
  }
}
