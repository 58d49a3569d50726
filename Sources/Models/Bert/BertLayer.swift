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
    return try output(mixed, residual: hidden)
  }
}

/// A projection to the hidden size, dropped out, added to the residual and normalised.
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

  /// `[T, input]` and the residual `[T, hidden]` to `[T, hidden]`.
  func callAsFunction(_ input: Tensor, residual: Tensor) throws -> Tensor {
    try norm(after: dense, input, residual: residual, dropout: dropout)
  }
}

/// One layer: attention, then a feed-forward part, each added to its input and normalised.
struct BertLayer {
  let attention: BertAttention
  let intermediate: Linear
  let activation: Activation
  let output: BertOutput

  init(_ config: BertConfiguration, at scope: ModuleScope) throws {
    attention = try BertAttention(config, at: scope["attention"])
    intermediate = try Linear(
      config.hiddenSize, config.intermediateSize, deviation: config.initializerRange,
      at: scope["intermediate"]["dense"])
    activation = config.activation
    output = try BertOutput(from: config.intermediateSize, config, at: scope["output"])
  }

  /// `[T, hidden]` to `[T, hidden]`.
  func callAsFunction(_ hidden: Tensor, batch: RaggedBatch) throws -> Tensor {
    let attended = try attention(hidden, batch: batch)
    return try output(activation(after: intermediate, attended), residual: attended)
  }
}
