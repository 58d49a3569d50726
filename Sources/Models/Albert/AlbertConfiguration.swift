import Layers

/// The sizes and options of an ALBERT, as its `config.json` writes them.
///
/// Lan et al., "ALBERT", 2019, arXiv:1909.11942.
struct AlbertConfiguration {
  let vocabularySize, embeddingSize, hiddenSize: Int
  /// How often layers are applied, and how many groups of weights they take in turn.
  let layers, groups: Int
  /// Layers within a group.
  let innerLayers: Int
  let attentionHeads, intermediateSize: Int
  let activation: Activation
  let hiddenDropout, attentionDropout, classifierDropout: Double
  let maximumLength, segmentTypes: Int
  let layerNormEpsilon, initializerRange: Double
  let tiesWords: Bool
  let paddingToken: Int?

  /// Reads the options, refusing by name what this implementation does not compute.
  init(_ file: ConfigurationFile) throws {
    vocabularySize = try file.integer("vocab_size", default: 30000, atLeast: 1)
    embeddingSize = try file.integer("embedding_size", default: 128, atLeast: 1)
    hiddenSize = try file.integer("hidden_size", default: 4096, atLeast: 1)
    layers = try file.integer("num_hidden_layers", default: 12)
    groups = try file.integer("num_hidden_groups", default: 1, atLeast: 1)
    innerLayers = try file.integer("inner_group_num", default: 1, atLeast: 1)
    attentionHeads = try file.integer("num_attention_heads", default: 64, atLeast: 1)
    intermediateSize = try file.integer("intermediate_size", default: 16384, atLeast: 1)
    hiddenDropout = try file.number("hidden_dropout_prob", default: 0, in: 0...0.999)
    attentionDropout = try file.number("attention_probs_dropout_prob", default: 0, in: 0...0.999)
    // Written as null it means the layers' rate; not written at all, Transformers' own default.
    let isNull = file.values["classifier_dropout_prob"] == .null
    classifierDropout = try file.number(
      "classifier_dropout_prob", default: isNull ? hiddenDropout : 0.1, in: 0...0.999)
    maximumLength = try file.integer("max_position_embeddings", default: 512, atLeast: 1)
    segmentTypes = try file.integer("type_vocab_size", default: 2, atLeast: 1)
    layerNormEpsilon = try file.number("layer_norm_eps", default: 1e-12, in: 0...1)
    initializerRange = try file.number("initializer_range", default: 0.02, in: 0...10)
    tiesWords = try file.flag("tie_word_embeddings", default: true)
    paddingToken = try file.paddingToken(default: 0)
    activation = try file.activation("hidden_act", default: .geluNew)
    try file.requireDivisible("hidden_size", hiddenSize, "num_attention_heads", attentionHeads)
    try file.requirePlainEncoder("an ALBERT")
  }
}
