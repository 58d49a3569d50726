import Layers

/// The sizes and options of a DistilBERT, as its `config.json` writes them.
///
/// Sanh et al., "DistilBERT", 2019, arXiv:1910.01108.
struct DistilBertConfiguration {
  let vocabularySize, hiddenSize, layers, attentionHeads, intermediateSize: Int
  let activation: Activation
  let hiddenDropout, attentionDropout: Double
  /// Dropout before the classifier of texts, and before the scores of answers.
  let classifierDropout, answerDropout: Double
  let maximumLength: Int
  /// Whether positions that no checkpoint holds start as sines and cosines.
  let hasSinusoids: Bool
  let initializerRange: Double
  let tiesWords: Bool
  let paddingToken: Int?

  /// Reads the options, refusing by name what this implementation does not compute.
  init(_ file: ConfigurationFile) throws {
    vocabularySize = try file.integer("vocab_size", default: 30522, atLeast: 1)
    hiddenSize = try file.integer("dim", or: "hidden_size", default: 768, atLeast: 1)
    layers = try file.integer("n_layers", or: "num_hidden_layers", default: 6)
    attentionHeads = try file.integer("n_heads", or: "num_attention_heads", default: 12, atLeast: 1)
    intermediateSize = try file.integer("hidden_dim", default: 3072, atLeast: 1)
    hiddenDropout = try file.number("dropout", default: 0.1, in: 0...0.999)
    attentionDropout = try file.number("attention_dropout", default: 0.1, in: 0...0.999)
    classifierDropout = try file.number("seq_classif_dropout", default: 0.2, in: 0...0.999)
    answerDropout = try file.number("qa_dropout", default: 0.1, in: 0...0.999)
    maximumLength = try file.integer("max_position_embeddings", default: 512, atLeast: 1)
    hasSinusoids = try file.flag("sinusoidal_pos_embds", default: false)
    initializerRange = try file.number("initializer_range", default: 0.02, in: 0...10)
    tiesWords = try file.flag("tie_word_embeddings", default: true)
    paddingToken = try file.paddingToken(default: 0)
    activation = try file.activation("activation", default: .gelu)
    try file.requireDivisible("dim", hiddenSize, "n_heads", attentionHeads)
    try file.requirePlainEncoder("a DistilBERT")
  }

  /// Written into the code, not into the file.
  static let layerNormEpsilon = 1e-12
}

extension PostNormNames {
  /// Those of DistilBERT.
  private static let distilBert = PostNormNames(
    attention: "attention", query: "attention.q_lin", key: "attention.k_lin",
    value: "attention.v_lin",
    attentionOutput: "attention.out_lin", attentionNorm: "sa_layer_norm", up: "ffn.lin1",
    down: "ffn.lin2", outputNorm: "output_layer_norm")

  /// A layer of DistilBERT, which drops nothing out after its attention.
  fileprivate static func layer(
    of configuration: DistilBertConfiguration, at scope: ModuleScope
  ) throws -> PostNormLayer {
    try PostNormLayer(
      PostNormSizes(
        hiddenSize: configuration.hiddenSize, attentionHeads: configuration.attentionHeads,
        intermediateSize: configuration.intermediateSize, activation: configuration.activation,
        attentionDropout: configuration.attentionDropout, hiddenDropout: 0,
        outputDropout: configuration.hiddenDropout,
        layerNormEpsilon: DistilBertConfiguration.layerNormEpsilon,
        initializerRange: configuration.initializerRange),
      distilBert, at: scope)
  }
}

extension PostNormEncoder {
  /// Makes DistilBERT's encoder at a scope, under Transformers' names of `DistilBertModel`: no token
  /// types and no pooler.
  init(distilBert configuration: DistilBertConfiguration, at scope: ModuleScope) throws {
    embeddings = try PostNormEmbeddings(
      PostNormTables(
        vocabularySize: configuration.vocabularySize, positions: configuration.maximumLength,
        segments: nil, width: configuration.hiddenSize, padding: configuration.paddingToken,
        hasSinusoids: configuration.hasSinusoids, dropout: configuration.hiddenDropout,
        layerNormEpsilon: DistilBertConfiguration.layerNormEpsilon,
        initializerRange: configuration.initializerRange),
      at: scope["embeddings"])
    projection = nil
    layers = try (0..<configuration.layers).map {
      try PostNormNames.layer(of: configuration, at: scope["transformer"]["layer"][$0])
    }
    pooler = nil
    forward = scope.store.forwardState
    vocabularySize = configuration.vocabularySize
    positionLimit = configuration.maximumLength
    hiddenSize = configuration.hiddenSize
  }
}
