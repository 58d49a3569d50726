import Layers
import Torch

/// One layer: relative attention, then a feed-forward part, each added to its input and normalised.
struct XLNetLayer {
  private let attention: XLNetAttention
  private let attentionNorm, outputNorm: LayerNorm
  private let up, down: Linear
  private let activation: Activation
  private let attentionDropout, middleDropout, outputDropout: Dropout
  private let attentionSlot, outputSlot: SublayerSlot

  init(_ config: XLNetConfiguration, at scope: ModuleScope) throws {
    let (size, deviation) = (config.hiddenSize, config.initializerRange)
    let (first, last) = (scope["rel_attn"], scope["ff"])
    attention = try XLNetAttention(config, at: first)
    attentionNorm = try LayerNorm(size, epsilon: config.normEpsilon, at: first["layer_norm"])
    attentionDropout = scope.dropout(config.dropout)
    outputNorm = try LayerNorm(size, epsilon: config.normEpsilon, at: last["layer_norm"])
    up = try Linear(size, config.intermediateSize, deviation: deviation, at: last["layer_1"])
    down = try Linear(config.intermediateSize, size, deviation: deviation, at: last["layer_2"])
    activation = config.activation
    middleDropout = scope.dropout(config.dropout)
    outputDropout = scope.dropout(config.dropout)
    attentionSlot = scope.sublayerSlot(.attention, width: size)
    outputSlot = scope.sublayerSlot(.feedForward, width: size)
  }

  /// What a layer reads and gives: the vectors of tokens `[T, hidden]`, and of targets `[S, hidden]`.
  struct Streams {
    var content: Tensor
    var targets: Tensor?
  }

  /// Runs the layer, after a memory `[M, hidden]` of what it read before this batch; of the content
  /// only the chosen tokens are computed to the end.
  func callAsFunction(
    _ streams: Streams, memory: Tensor?, positions: XLNetPositions, plan: XLNetPlan,
    only selection: TokenSelection? = nil
  ) throws -> Streams {
    let content = streams.content
    var seen = content
    if let memory, let order = plan.keyOrder {
      seen = try Tensor.concatenated([memory, content]).slices(order)
    }
    let keys = try attention.keys(of: seen, positions: positions)
    let mixed = try attention.content(content, keys: keys, plan: plan)
    let targets = try streams.targets.map { targets in
      try following(
        attention.targets(targets, keys: keys, plan: plan), of: targets)
    }
    return Streams(
      content: try following(selection.rows(of: mixed), of: selection.rows(of: content)),
      targets: targets)
  }

  /// The layer after its attention: `mixed` `[T, heads · size]` of the input `[T, hidden]`.
  private func following(_ mixed: Tensor, of input: Tensor) throws -> Tensor {
    let attended = try attentionNorm(
      product: attention.projectedBack(mixed), bias: nil, residual: input,
      dropout: attentionDropout, slot: attentionSlot)
    guard middleDropout.key.rate > 0 else {
      return try outputNorm(
        after: FeedForward(up: up, activation: activation, down: down), attended,
        residual: attended, dropout: outputDropout, slot: outputSlot)
    }
    return try outputNorm(
      after: down, middleDropout(activation(after: up, attended)), residual: attended,
      dropout: outputDropout, slot: outputSlot)
  }
}
