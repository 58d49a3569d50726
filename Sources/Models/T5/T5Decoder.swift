import Layers
import Torch

/// One layer of T5's decoder: attention over what was written so far, attention over the source, and
/// a feed-forward part.
struct T5DecoderLayer {
  let attentionNorm, crossNorm, feedForwardNorm: RMSNorm
  let attention, cross: T5Attention
  let feedForward: T5FeedForward
  let attentionDropout, crossDropout, outputDropout: Dropout
  /// After the three parts.
  let attentionSlot, crossSlot, outputSlot: SublayerSlot

  init(_ config: T5Configuration, at scope: ModuleScope) throws {
    let parts = scope["layer"]
    attentionNorm = try RMSNorm(config, at: parts[0]["layer_norm"])
    attention = try T5Attention(config, isCausal: true, at: parts[0]["SelfAttention"])
    attentionDropout = scope.dropout(config.dropout)
    crossNorm = try RMSNorm(config, at: parts[1]["layer_norm"])
    cross = try T5Attention(config, looksElsewhere: true, at: parts[1]["EncDecAttention"])
    crossDropout = scope.dropout(config.dropout)
    feedForwardNorm = try RMSNorm(config, at: parts[2]["layer_norm"])
    feedForward = try T5FeedForward(config, at: parts[2]["DenseReluDense"])
    outputDropout = scope.dropout(config.dropout)
    attentionSlot = scope.sublayerSlot(.attention, width: config.hiddenSize)
    crossSlot = scope.sublayerSlot(.crossAttention, width: config.hiddenSize)
    outputSlot = scope.sublayerSlot(.feedForward, width: config.hiddenSize)
  }

  /// `[T, hidden]` to `[T, hidden]`, or to the `[S, hidden]` of the tokens that the context chooses.
  func callAsFunction(
    _ hidden: Tensor, bias: AttentionBias, source: KeysAndValues, in context: AttentionContext
  ) throws -> Tensor {
    let read = try attentionNorm(hidden)
    let mixed = try attention.heads(read, through: attention.projection, bias: bias, in: context)
    let selection = context.selection
    let attended = try crossNorm.adding(
      attention.output, mixed, to: selection.rows(of: hidden), dropout: attentionDropout,
      slot: attentionSlot, of: selection.rows(of: read))
    let looked = try cross.heads(
      query: cross.query(attended.normalized), key: source.key.flattened(from: 1),
      value: source.value.flattened(from: 1),
      queryBoundaries: selection?.boundaries ?? context.batch.boundaries,
      keyBoundaries: source.boundaries)
    let crossed = try feedForwardNorm.adding(
      cross.output, looked, to: attended.sum, dropout: crossDropout, slot: crossSlot,
      of: attended.normalized)
    return try outputSlot.sum(
      of: outputDropout(feedForward(crossed.normalized)), to: crossed.sum,
      input: crossed.normalized)
  }

  /// Keys and values of the source's vectors `[K, hidden]`, for this layer.
  func keys(of source: Tensor, lengths: [Int]) throws -> KeysAndValues {
    let shape = [source.shape[0], cross.heads.count, cross.heads.size]
    return try cross.heads.prefixed(
      KeysAndValues(
        key: cross.key(source).reshaped(shape), value: cross.value(source).reshaped(shape),
        lengths: lengths))
  }
}

/// T5's decoder: layers that look at what was written so far, and at the source.
struct T5Decoder {
  private let words: Embedding
  private let leading: LeadingSlots
  private let positions: T5RelativePositions?
  private let layers: [T5DecoderLayer]
  private let norm: RMSNorm
  private let inputDropout, outputDropout: Dropout
  private let forward: ForwardState

  /// Makes the decoder of an encoder's word table, at the scope of `decoder`.
  init(_ config: T5Configuration, words: Embedding, at scope: ModuleScope) throws {
    self.words = words
    try scope["embed_tokens"].tie("weight", to: words.weight)
    leading = LeadingSlots(tokens: scope["embed_tokens"].tokenSlot(width: config.hiddenSize))
    inputDropout = scope.dropout(config.dropout)
    let blocks = scope["block"]
    positions =
      config.decoderLayers == 0
      ? nil
      : try T5RelativePositions(
        config, isBidirectional: false, at: blocks[0]["layer"][0]["SelfAttention"])
    layers = try (0..<config.decoderLayers).map { try T5DecoderLayer(config, at: blocks[$0]) }
    norm = try RMSNorm(config, at: scope["final_layer_norm"])
    outputDropout = scope.dropout(config.dropout)
    forward = scope.store.forwardState
  }

  /// A batch of T tokens to `[T, hidden]`, or `[S, hidden]` of the chosen tokens.
  func hidden(
    _ batch: RaggedBatch, of source: EncodedSource, only selection: TokenSelection?,
    cache: KeyValueCache?
  ) throws -> Tensor {
    let led = try leading.reading(batch)
    let selection = try led.selection(selection)
    var hidden = try inputDropout(led.words(from: words))
    for (place, layer) in layers.enumerated() {
      let context = AttentionContext(
        batch: led.batch, cache: cache?.layers[place],
        selection: place == layers.count - 1 ? selection : nil)
      hidden = try run(hidden, source) { [positions] hidden, states in
        let make = {
          try batch.requireSources(source)
          return try layer.keys(of: states, lengths: source.lengths)
        }
        return try layer(
          hidden, bias: positions?.bias() ?? .none,
          source: cache?.crossLayers[place].fixed(make) ?? make(), in: context)
      }
    }
    if layers.isEmpty { hidden = try selection.rows(of: hidden) }
    return try outputDropout(norm(hidden))
  }

  /// Runs a layer.
  ///
  /// One that is computed again in the backward pass gets the source's vectors as a part of its
  /// input: only so do they have a gradient.
  private func run(
    _ hidden: Tensor, _ source: EncodedSource, _ body: @escaping (Tensor, Tensor) throws -> Tensor
  ) throws -> Tensor {
    guard forward.checkpointsActivations else { return try body(hidden, source.states) }
    let (count, sourceCount) = (hidden.shape[0], source.states.shape[0])
    return try forward.layer(Tensor.concatenated([hidden, source.states])) { both in
      try body(
        both.narrowed(0, from: 0, count: count),
        both.narrowed(0, from: count, count: sourceCount))
    }
  }
}
