import Layers
import Torch

/// Multi-head attention of each sequence over itself, projected and added back to its input.
struct BertAttention {
  let projection: SelfAttentionProjection
  let heads: AttentionHeads
  let output: BertOutput

  init(_ config: BertConfiguration, at scope: ModuleScope) throws {
    let size = config.hiddenSize
    let deviation = config.initializerRange
    projection = SelfAttentionProjection(
      query: try Linear(size, size, deviation: deviation, at: scope["self"]["query"]),
      key: try Linear(size, size, deviation: deviation, at: scope["self"]["key"]),
      value: try Linear(size, size, deviation: deviation, at: scope["self"]["value"]))
    heads = try AttentionHeads(
      config.attentionHeads, width: size, dropout: config.attentionDropout, at: scope["self"])
    output = try BertOutput(from: size, config, at: scope["output"])
  }

  /// `[T, hidden]` to `[T, hidden]`.
  func callAsFunction(_ hidden: Tensor, batch: RaggedBatch) throws -> Tensor {
    let mixed = try heads(hidden, through: projection, batch: batch)
    return try output.norm(
      after: output.dense, mixed, residual: hidden, dropout: output.dropout)
  }

  /// `[T, hidden]` to the `[S, hidden]` of those tokens that are chosen.
  func callAsFunction(
    _ hidden: Tensor, only selection: TokenSelection, batch: RaggedBatch
  ) throws -> Tensor {
    let chosen = try hidden.slices(selection.places)
    let mixed = try heads(hidden, chosen: chosen, selection, through: projection, batch: batch)
    return try output.norm(
      after: output.dense, mixed, residual: chosen, dropout: output.dropout)
  }
}

/// The end of a sublayer: a projection to the hidden size, what drops it out, and the norm of its
/// sum with the residual.
struct BertOutput {
  let dense: Linear
  let norm: LayerNorm
  let dropout: Dropout

  init(from inputSize: Int, _ config: BertConfiguration, at scope: ModuleScope) throws {
    dense = try Linear(
      inputSize, config.hiddenSize, deviation: config.initializerRange, at: scope["dense"])
    norm = try LayerNorm(
      config.hiddenSize, epsilon: config.layerNormEpsilon, at: scope["LayerNorm"])
    dropout = scope.dropout(config.hiddenDropout)
  }
}

/// One layer: attention, then a feed-forward part, each added to its input and normalised.
struct BertLayer {
  let attention: BertAttention
  let feedForward: FeedForward
  let output: BertOutput

  init(_ config: BertConfiguration, at scope: ModuleScope) throws {
    attention = try BertAttention(config, at: scope["attention"])
    let intermediate = try Linear(
      config.hiddenSize, config.intermediateSize, deviation: config.initializerRange,
      at: scope["intermediate"]["dense"])
    output = try BertOutput(from: config.intermediateSize, config, at: scope["output"])
    feedForward = FeedForward(up: intermediate, activation: config.activation, down: output.dense)
  }

  /// `[T, hidden]` to `[T, hidden]`, or to the `[S, hidden]` of the tokens that are chosen.
  func callAsFunction(
    _ hidden: Tensor, batch: RaggedBatch, only selection: TokenSelection? = nil
  ) throws -> Tensor {
    let attended =
      if let selection {
        try attention(hidden, only: selection, batch: batch)
      } else {
        try attention(hidden, batch: batch)
      }
    return try output.norm(
      after: feedForward, attended, residual: attended, dropout: output.dropout)
  }
}
