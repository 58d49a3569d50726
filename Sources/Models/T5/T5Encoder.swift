public import Layers
public import Torch

/// One layer of T5's encoder: attention and a feed-forward part, each of the norm of its input and
/// added to it.
struct T5EncoderLayer {
  let attentionNorm, feedForwardNorm: RMSNorm
  let attention: T5Attention
  let feedForward: T5FeedForward
  let attentionDropout, outputDropout: Dropout
  /// After the two parts.
  let attentionSlot, outputSlot: SublayerSlot

  init(_ config: T5Configuration, at scope: ModuleScope) throws {
    let (first, last) = (scope["layer"][0], scope["layer"][1])
    attentionNorm = try RMSNorm(config, at: first["layer_norm"])
    attention = try T5Attention(config, at: first["SelfAttention"])
    attentionDropout = scope.dropout(config.dropout)
    feedForwardNorm = try RMSNorm(config, at: last["layer_norm"])
    feedForward = try T5FeedForward(config, at: last["DenseReluDense"])
    outputDropout = scope.dropout(config.dropout)
    attentionSlot = scope.sublayerSlot(.attention, width: config.hiddenSize)
    outputSlot = scope.sublayerSlot(.feedForward, width: config.hiddenSize)
  }

  /// `[T, hidden]` to `[T, hidden]`, or to the `[S, hidden]` of the tokens that are chosen.
  func callAsFunction(
    _ hidden: Tensor, batch: RaggedBatch, bias: AttentionBias, only selection: TokenSelection?
  ) throws -> Tensor {
    let read = try attentionNorm(hidden)
    let mixed = try attention.heads(
      read, through: attention.projection, batch: batch, bias: bias)
    let attended = try feedForwardNorm.adding(
      attention.output, selection.rows(of: mixed), to: selection.rows(of: hidden),
      dropout: attentionDropout, slot: attentionSlot, of: selection.rows(of: read))
    return try outputSlot.sum(
      of: outputDropout(feedForward(attended.normalized)), to: attended.sum,
      input: attended.normalized)
  }
}

/// T5's encoder over ragged batches, Transformers' `T5EncoderModel`.
public struct T5Encoder: TextEncoder {
  /// The sizes and options.
  public let configuration: T5Configuration
  let words: Embedding
  private let leading: LeadingSlots
  private let positions: T5RelativePositions?
  private let layers: [T5EncoderLayer]
  private let norm: RMSNorm
  private let inputDropout, outputDropout: Dropout
  private let forward: ForwardState

  /// Makes the encoder at a scope, under Transformers' names of `T5EncoderModel`.
  public init(_ configuration: T5Configuration, at scope: ModuleScope) throws {
    self.configuration = configuration
    words = try Embedding(
      configuration.vocabularySize, configuration.hiddenSize,
      deviation: configuration.initializerFactor, at: scope["shared"])
    leading = LeadingSlots(tokens: scope["shared"].tokenSlot(width: configuration.hiddenSize))
    let stack = scope["encoder"]
    try stack["embed_tokens"].tie("weight", to: words.weight)
    inputDropout = scope.dropout(configuration.dropout)
    let blocks = stack["block"]
    positions =
      configuration.encoderLayers == 0
      ? nil
      : try T5RelativePositions(
        configuration, isBidirectional: true, at: blocks[0]["layer"][0]["SelfAttention"])
    layers = try (0..<configuration.encoderLayers).map {
      try T5EncoderLayer(configuration, at: blocks[$0])
    }
    norm = try RMSNorm(configuration, at: stack["final_layer_norm"])
    outputDropout = scope.dropout(configuration.dropout)
    forward = scope.store.forwardState
  }

  /// Rows of the word table.
  public var vocabularySize: Int { configuration.vocabularySize }
  /// None: distances have no limit.
  public var maximumLength: Int? { nil }
  /// Width of the residual stream.
  public var hiddenSize: Int { configuration.hiddenSize }

  /// A batch of T tokens to the last layer's `[T, hidden]`, or `[S, hidden]` of the chosen tokens.
  public func hidden(_ batch: RaggedBatch, only selection: TokenSelection?) throws -> Tensor {
    let led = try leading.reading(batch)
    return try hidden(led, only: led.selection(selection))
  }

  /// The vectors of a batch's tokens and of the virtual ones before them, for a decoder that looks at
  /// all of them.
  func source(_ batch: RaggedBatch) throws -> EncodedSource {
    let led = try leading.reading(batch)
    return EncodedSource(states: try hidden(led, only: nil), of: led.batch)
  }

  private func hidden(_ led: LedBatch, only selection: TokenSelection?) throws -> Tensor {
    var hidden = try inputDropout(led.words(from: words))
    for (place, layer) in layers.enumerated() {
      let chosen = place == layers.count - 1 ? selection : nil
      // The table by distance is made in each layer: one that is computed again in the backward
      // pass needs what leads from the parameter to it.
      hidden = try forward.layer(hidden) { [positions] in
        try layer($0, batch: led.batch, bias: positions?.bias() ?? .none, only: chosen)
      }
    }
    if layers.isEmpty { hidden = try selection.rows(of: hidden) }
    return try outputDropout(norm(hidden))
  }
}

extension RMSNorm {
  /// One of T5's norms.
  convenience init(_ config: T5Configuration, at scope: ModuleScope) throws {
    try self.init(
      config.hiddenSize, epsilon: config.normEpsilon, initially: config.initializerFactor,
      at: scope)
  }
}

extension TokenSelection? {
  /// The rows of the chosen tokens, all of them when none are chosen.
  func rows(of tensor: Tensor) throws -> Tensor {
    guard let self else { return tensor }
    return try tensor.slices(self.places)
  }
}
