import Layers
import Torch

/// What a family's checkpoints call the parts of a layer, below the layer's own name.
struct PostNormNames {
  /// The module that looks, within Transformers' layer.
  let attention: String
  let query, key, value: String
  /// The layer after the heads, and the norm of its sum with the residual.
  let attentionOutput, attentionNorm: String
  /// The two layers of the feed-forward part, and the norm of its sum with the residual.
  let up, down, outputNorm: String
}

/// The sizes and options of one layer.
struct PostNormSizes {
  let hiddenSize, attentionHeads, intermediateSize: Int
  let activation: Activation
  let attentionDropout, hiddenDropout: Double
  /// Dropout of the feed-forward part's output.
  let outputDropout: Double
  let layerNormEpsilon, initializerRange: Double
}

/// The parameters of a layer.
struct PostNormWeights {
  let projection: SelfAttentionProjection
  let attentionOutput: Linear
  let attentionNorm: LayerNorm
  let feedForward: FeedForward
  let outputNorm: LayerNorm
  /// After the two parts.
  let attentionSlot, outputSlot: SublayerSlot

  init(_ sizes: PostNormSizes, _ names: PostNormNames, at scope: ModuleScope) throws {
    let (width, deviation) = (sizes.hiddenSize, sizes.initializerRange)
    func linear(_ from: Int, _ to: Int, _ name: String) throws -> Linear {
      try Linear(from, to, deviation: deviation, at: scope[name])
    }
    func norm(_ name: String) throws -> LayerNorm {
      try LayerNorm(width, epsilon: sizes.layerNormEpsilon, at: scope[name])
    }
    projection = SelfAttentionProjection(
      query: try linear(width, width, names.query), key: try linear(width, width, names.key),
      value: try linear(width, width, names.value))
    attentionOutput = try linear(width, width, names.attentionOutput)
    attentionNorm = try norm(names.attentionNorm)
    feedForward = FeedForward(
      up: try linear(width, sizes.intermediateSize, names.up), activation: sizes.activation,
      down: try linear(sizes.intermediateSize, width, names.down))
    outputNorm = try norm(names.outputNorm)
    attentionSlot = scope.sublayerSlot(.attention, width: width)
    outputSlot = scope.sublayerSlot(.feedForward, width: width)
  }
}

/// One layer of BERT and its like: multi-head attention of each sequence over itself, then a
/// feed-forward part, each added to its input and normalised.
///
/// Its place in the model has dropout masks of its own; the weights may be another place's as well.
struct PostNormLayer {
  let weights: PostNormWeights
  let heads: AttentionHeads
  let attentionDropout: Dropout
  let outputDropout: Dropout

  /// Puts weights at a place of the model: the attention at its own scope.
  init(
    _ weights: PostNormWeights, _ sizes: PostNormSizes, attention: ModuleScope,
    at scope: ModuleScope
  ) throws {
    self.weights = weights
    heads = try AttentionHeads(
      sizes.attentionHeads, width: sizes.hiddenSize, dropout: sizes.attentionDropout, at: attention)
    attentionDropout = scope.dropout(sizes.hiddenDropout)
    outputDropout = scope.dropout(sizes.outputDropout)
  }

  /// Makes a layer with weights of its own.
  init(_ sizes: PostNormSizes, _ names: PostNormNames, at scope: ModuleScope) throws {
    try self.init(
      PostNormWeights(sizes, names, at: scope), sizes, attention: scope[names.attention], at: scope)
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
    return try weights.outputNorm(
      after: weights.feedForward, attended, residual: attended, dropout: outputDropout,
      slot: weights.outputSlot)
  }

  private func attention(_ hidden: Tensor, batch: RaggedBatch) throws -> Tensor {
    let mixed = try heads(hidden, through: weights.projection, batch: batch)
    return try weights.attentionNorm(
      after: weights.attentionOutput, mixed, residual: hidden, dropout: attentionDropout,
      slot: weights.attentionSlot)
  }

  private func attention(
    _ hidden: Tensor, only selection: TokenSelection, batch: RaggedBatch
  ) throws -> Tensor {
    let chosen = try hidden.slices(selection.places)
    let mixed = try heads(
      hidden, chosen: chosen, selection, through: weights.projection, batch: batch)
    return try weights.attentionNorm(
      after: weights.attentionOutput, mixed, residual: chosen, dropout: attentionDropout,
      slot: weights.attentionSlot)
  }
}
