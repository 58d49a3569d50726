public import Layers

/// The sizes and options of a BERT, as its `config.json` writes them.
///
/// Devlin et al., "BERT", 2018, arXiv:1810.04805.
public struct BertConfiguration: Sendable {
  /// Rows of the word table.
  public let vocabularySize: Int
  /// Width of the residual stream.
  public let hiddenSize: Int
  /// Number of layers.
  public let layers: Int
  /// Heads of each attention.
  public let attentionHeads: Int
  /// Width between the two matrices of the feed-forward part.
  public let intermediateSize: Int
  /// The non-linearity between them.
  public let activation: Activation
  /// Dropout of embeddings and of each sublayer's output.
  public var hiddenDropout: Double
  /// Dropout of attention's weights.
  public var attentionDropout: Double
  /// Dropout before the classifier.
  public var classifierDropout: Double
  /// Rows of the position table: the longest sequence.
  public let maximumLength: Int
  /// Rows of the token-type table.
  public let segmentTypes: Int
  /// Added to variances in norms.
  public let layerNormEpsilon: Double
  /// Standard deviation of freshly initialised matrices.
  public let initializerRange: Double
  /// Whether the output layer of language models is the word table.
  public let tiesWords: Bool
  /// The token whose embedding starts as zeros.
  public let paddingToken: Int?

  /// Reads the options, refusing by name what this implementation does not compute.
  public init(_ file: ConfigurationFile) throws {
    vocabularySize = try file.integer("vocab_size", default: 30522, atLeast: 1)
    hiddenSize = try file.integer("hidden_size", default: 768, atLeast: 1)
    layers = try file.integer("num_hidden_layers", default: 12)
    attentionHeads = try file.integer("num_attention_heads", default: 12, atLeast: 1)
    intermediateSize = try file.integer("intermediate_size", default: 3072, atLeast: 1)
    hiddenDropout = try file.number("hidden_dropout_prob", default: 0.1, in: 0...0.999)
    attentionDropout = try file.number("attention_probs_dropout_prob", default: 0.1, in: 0...0.999)
    classifierDropout = try file.number(
      "classifier_dropout", default: hiddenDropout, in: 0...0.999)
    maximumLength = try file.integer("max_position_embeddings", default: 512, atLeast: 1)
    segmentTypes = try file.integer("type_vocab_size", default: 2, atLeast: 1)
    layerNormEpsilon = try file.number("layer_norm_eps", default: 1e-12, in: 0...1)
    initializerRange = try file.number("initializer_range", default: 0.02, in: 0...10)
    tiesWords = try file.flag("tie_word_embeddings", default: true)
    paddingToken = try file.integer("pad_token_id", default: 0)

    let name = try file.text("hidden_act", default: "gelu")
    guard let activation = Activation(rawValue: name) else {
      throw ModelsError(
        .configuration,
        "\(file.path): hidden_act is \"\(name)\"; supported are "
          + Activation.allCases.map(\.rawValue).joined(separator: ", ") + ".")
    }
    self.activation = activation

    guard hiddenSize % attentionHeads == 0 else {
      throw ModelsError(
        .configuration,
        "\(file.path): hidden_size \(hiddenSize) is not a multiple of num_attention_heads "
          + "\(attentionHeads).")
    }
    let positions = try file.text("position_embedding_type", default: "absolute")
    guard positions == "absolute" else {
      throw ModelsError(
        .configuration,
        "\(file.path): position_embedding_type \"\(positions)\" is not supported, "
          + "only \"absolute\".")
    }
    for key in ["is_decoder", "add_cross_attention", "is_encoder_decoder"]
    where try file.flag(key, default: false) {
      throw ModelsError(
        .configuration, "\(file.path): \(key) is true; a BERT is supported as an encoder only.")
    }
  }
}
