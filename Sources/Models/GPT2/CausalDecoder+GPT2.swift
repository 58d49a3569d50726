import Layers
import Torch

extension CausalDecoder {
  /// Makes GPT-2's decoder at a scope, under Transformers' names of `GPT2Model`.
  init(_ config: GPT2Configuration, at scope: ModuleScope) throws {
    let deviation = config.initializerRange
    words = try Embedding(
      config.vocabularySize, config.hiddenSize, deviation: deviation, at: scope["wte"])
    tokens = scope["wte"].tokenSlot(width: config.hiddenSize)
    positions = try Embedding(
      config.maximumLength, config.hiddenSize, deviation: deviation, at: scope["wpe"])
    rotary = nil
    embeddingDropout = scope.dropout(config.embeddingDropout)
    layers = try (0..<config.layers).map { index in
      try DecoderLayer(config, index: index, at: scope["h"][index])
    }
    finalNorm = try LayerNorm(
      config.hiddenSize, epsilon: config.layerNormEpsilon, at: scope["ln_f"])
    positionLimit = config.maximumLength
    forward = scope.store.forwardState
  }
}

extension DecoderLayer {
  fileprivate init(_ config: GPT2Configuration, index: Int, at scope: ModuleScope) throws {
    let size = config.hiddenSize
    let deviation = config.initializerRange
    // The paper's scheme for what is added to the residual stream, which two matrices of each layer
    // are.
    let residualDeviation = deviation / Double(2 * config.layers).squareRoot()
    attentionNorm = try LayerNorm(size, epsilon: config.layerNormEpsilon, at: scope["ln_1"])
    let attention = scope["attn"]
    self.attention = DecoderAttention(
      projection: SelfAttentionProjection(
        joined: try Linear(size, 3 * size, deviation: deviation, at: attention["c_attn"]),
        querySize: size),
      heads: try AttentionHeads(
        config.attentionHeads, size: size / config.attentionHeads,
        scale: config.scale(layer: index), isCausal: true, dropout: config.attentionDropout,
        at: attention),
      headNorms: nil,
      output: try Linear(size, size, deviation: residualDeviation, at: attention["c_proj"]),
      dropout: scope.dropout(config.residualDropout))
    feedForwardNorm = try LayerNorm(size, epsilon: config.layerNormEpsilon, at: scope["ln_2"])
    let block = scope["mlp"]
    feedForward = DecoderFeedForward(
      form: .plain(
        FeedForward(
          up: try Linear(
            size, config.intermediateSize, deviation: deviation, at: block["c_fc"]),
          activation: config.activation,
          down: try Linear(
            config.intermediateSize, size, deviation: residualDeviation, at: block["c_proj"]))),
      dropout: scope.dropout(config.residualDropout))
    attentionSlot = scope.sublayerSlot(.attention, width: size)
    feedForwardSlot = scope.sublayerSlot(.feedForward, width: size)
  }
}
