import Layers
import Torch

extension CausalDecoder {
  /// Makes the decoder of a Llama or of one of its descendants at a scope, under Transformers' names
  /// of `LlamaModel`.
  init(_ config: LlamaConfiguration, at scope: ModuleScope) throws {
    words = try Embedding(
      config.vocabularySize, config.hiddenSize, deviation: config.initializerRange,
      padding: config.paddingToken, at: scope["embed_tokens"])
    tokens = scope["embed_tokens"].tokenSlot(width: config.hiddenSize)
    positions = nil
    rotary = RotaryEmbedding(config.rotary)
    embeddingDropout = scope.dropout(0)
    layers = try (0..<config.layers).map { index in
      try DecoderLayer(config, window: config.windows[index], at: scope["layers"][index])
    }
    finalNorm = try RMSNorm(config.hiddenSize, epsilon: config.normEpsilon, at: scope["norm"])
    positionLimit = config.maximumLength
    forward = scope.store.forwardState
  }
}

extension DecoderLayer {
  fileprivate init(_ config: LlamaConfiguration, window: Int?, at scope: ModuleScope) throws {
    let size = config.hiddenSize
    attentionNorm = try RMSNorm(size, epsilon: config.normEpsilon, at: scope["input_layernorm"])
    attention = try DecoderAttention(config, window: window, at: scope["self_attn"])
    feedForwardNorm = try RMSNorm(
      size, epsilon: config.normEpsilon, at: scope["post_attention_layernorm"])
    let block = scope["mlp"]
    func linear(_ input: Int, _ output: Int, _ name: String) throws -> Linear {
      try Linear(
        input, output, hasBias: config.feedForwardHasBias, deviation: config.initializerRange,
        at: block[name])
    }
    feedForward = DecoderFeedForward(
      form: .gated(
        GatedFeedForward(
          .separate(
            gate: try linear(size, config.intermediateSize, "gate_proj"),
            up: try linear(size, config.intermediateSize, "up_proj")),
          down: try linear(config.intermediateSize, size, "down_proj"),
          activation: config.activation)),
      dropout: scope.dropout(0))
    attentionSlot = scope.sublayerSlot(.attention, width: size)
    feedForwardSlot = scope.sublayerSlot(.feedForward, width: size)
  }
}

extension DecoderAttention {
  fileprivate init(_ config: LlamaConfiguration, window: Int?, at scope: ModuleScope) throws {
    func linear(_ output: Int, _ name: String) throws -> Linear {
      try Linear(
        config.hiddenSize, output * config.headSize, hasBias: config.projectionsHaveBias,
        deviation: config.initializerRange, at: scope[name])
    }
    projection = SelfAttentionProjection(
      query: try linear(config.heads, "q_proj"), key: try linear(config.keyHeads, "k_proj"),
      value: try linear(config.keyHeads, "v_proj"))
    heads = try AttentionHeads(
      config.heads, keyCount: config.keyHeads, size: config.headSize, isCausal: true,
      window: window, dropout: config.attentionDropout, at: scope)
    headNorms =
      config.hasHeadNorms
      ? HeadNorms(
        query: try RMSNorm(config.headSize, epsilon: config.normEpsilon, at: scope["q_norm"]),
        key: try RMSNorm(config.headSize, epsilon: config.normEpsilon, at: scope["k_norm"]))
      : nil
    output = try Linear(
      config.heads * config.headSize, config.hiddenSize, hasBias: config.outputHasBias,
      deviation: config.initializerRange, at: scope["o_proj"])
    dropout = scope.dropout(0)
  }
}
