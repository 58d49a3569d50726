import Layers

/// The sizes and options of a Llama or one of its descendants, as `config.json` writes them.
struct LlamaConfiguration {
  /// Rows of the word table.
  let vocabularySize: Int
  /// Width of the residual stream.
  let hiddenSize: Int
  /// Width of the feed-forward part's hidden layer.
  let intermediateSize: Int
  /// Number of layers.
  let layers: Int
  /// Heads of queries.
  let heads: Int
  /// Heads of keys and values.
  let keyHeads: Int
  /// Width of a head.
  let headSize: Int
  /// The gate's non-linearity.
  let activation: Activation
  /// Tokens of the longest sequence that the model was made for.
  let maximumLength: Int
  /// How queries and keys turn.
  let rotary: RotaryFrequencies
  /// The largest distance at which a token is seen, of each layer; nil for all.
  let windows: [Int?]
  /// Added to means of squares in norms.
  let normEpsilon: Double
  /// Dropout of attention's weights.
  let attentionDropout: Double
  /// Dropout before the classifier of tokens.
  let classifierDropout: Double
  /// Whether the classifier of tokens has a bias.
  let classifierHasBias: Bool
  /// Whether the layers of queries, keys and values have biases.
  let projectionsHaveBias: Bool
  /// Whether the layer after attention has one.
  let outputHasBias: Bool
  /// Whether the feed-forward part's layers have biases.
  let feedForwardHasBias: Bool
  /// Whether each head's queries and keys are normalised.
  let hasHeadNorms: Bool
  /// Standard deviation of freshly initialised matrices.
  let initializerRange: Double
  /// Whether the output layer of language models is the word table.
  let tiesWords: Bool
  /// The token whose embedding starts as zeros.
  let paddingToken: Int?

  /// Reads the options, refusing by name what this implementation does not compute.
  init(_ file: ConfigurationFile, kind: LlamaKind) throws {
    let defaults = kind.defaults
    vocabularySize = try file.integer(
      "vocab_size", default: defaults.vocabularySize, atLeast: 1)
    hiddenSize = try file.integer("hidden_size", default: 4096, atLeast: 1)
    intermediateSize = try file.integer(
      "intermediate_size", default: defaults.intermediateSize, atLeast: 1)
    layers = try file.integer("num_hidden_layers", default: 32)
    heads = try file.integer("num_attention_heads", default: 32, atLeast: 1)
    keyHeads = try file.keyHeads(kind, heads: heads)
    headSize = try file.headSize(kind, hiddenSize: hiddenSize, heads: heads)
    activation = try file.activation("hidden_act", default: .silu)
    maximumLength = try file.integer(
      "max_position_embeddings", default: defaults.maximumLength, atLeast: 1)
    rotary = try file.rotaryFrequencies(size: headSize, maximumPositions: maximumLength)
    windows = try file.windows(kind.windows, layers: layers)
    normEpsilon = try file.number("rms_norm_eps", default: 1e-6, in: 0...1)
    attentionDropout = try file.number("attention_dropout", default: 0, in: 0...0.999)
    classifierDropout = try file.number(
      "classifier_dropout", default: file.number("hidden_dropout", default: 0.1, in: 0...0.999),
      in: 0...0.999)
    classifierHasBias = try file.flag("token_classification_bias", default: true)
    let configuredBias = try file.flag("attention_bias", default: false)
    switch kind.attentionBias {
    case .asConfigured: (projectionsHaveBias, outputHasBias) = (configuredBias, configuredBias)
    case .projections: (projectionsHaveBias, outputHasBias) = (true, false)
    case .none: (projectionsHaveBias, outputHasBias) = (false, false)
    }
    feedForwardHasBias = try kind.readsFeedForwardBias && file.flag("mlp_bias", default: false)
    hasHeadNorms = kind.hasHeadNorms
    initializerRange = try file.number("initializer_range", default: 0.02, in: 0...10)
    tiesWords = try file.flag("tie_word_embeddings", default: false)
    paddingToken = try file.padding()
    try file.requirePlainLlama()
  }
}

extension ConfigurationFile {
  fileprivate func keyHeads(_ kind: LlamaKind, heads: Int) throws -> Int {
    let key = "num_key_value_heads"
    let count = try integer(
      key, default: isNull(key) ? heads : kind.defaults.keyHeads ?? heads, atLeast: 1)
    guard heads % count == 0 else {
      throw ModelsError(
        .configuration,
        "\(path): num_attention_heads \(heads) is not a multiple of \(key) \(count).")
    }
    return count
  }

  fileprivate func headSize(_ kind: LlamaKind, hiddenSize: Int, heads: Int) throws -> Int {
    if values["head_dim"] ?? .null != .null {
      return try integer("head_dim", atLeast: 1)
    }
    if let size = kind.defaults.headSize { return size }
    guard hiddenSize % heads == 0 else {
      throw ModelsError(
        .configuration,
        "\(path): hidden_size \(hiddenSize) is not a multiple of num_attention_heads \(heads).")
    }
    return hiddenSize / heads
  }

  /// The token of padding; Llama's first checkpoints write -1 for none.
  fileprivate func padding() throws -> Int? {
    if case .integer(-1) = values["pad_token_id"] { return nil }
    guard values["pad_token_id"] ?? .null != .null else { return nil }
    return try integer("pad_token_id")
  }

  fileprivate func requirePlainLlama() throws {
    try requireUnquantised()
    let parts = try integer("pretraining_tp", default: 1, atLeast: 1)
    guard parts == 1 else {
      throw ModelsError(
        .configuration,
        "\(path): pretraining_tp is \(parts); only 1 is supported, which is the same function but "
          + "for rounding.")
    }
    for key in ["add_cross_attention", "is_encoder_decoder"] where try flag(key, default: false) {
      throw ModelsError(
        .configuration,
        "\(path): \(key) is true; such a model is supported as a decoder by itself only.")
    }
  }
}
