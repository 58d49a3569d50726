public import Layers

/// The sizes and options of a BERT, as its `config.json` writes them; RoBERTa and ELECTRA have the
/// same keys.
///
/// Devlin et al., "BERT", 2018, arXiv:1810.04805.
public struct BertConfiguration: Sendable {
  /// Rows of the word table.
  public let vocabularySize: Int
  /// Width of the embeddings; that of the residual stream but in ELECTRA.
  public let embeddingSize: Int
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
  /// Dropout before the classifier: that of the layers where the file has `null`.
  public var classifierDropout: Double
  /// Rows of the position table.
  public let positions: Int
  /// Tokens of the longest sequence: fewer than ``positions`` where those of padding come first.
  public let maximumLength: Int
  /// Rows of the token-type table.
  public let segmentTypes: Int
  /// Added to variances in norms.
  public let layerNormEpsilon: Double
  /// Standard deviation of freshly initialised matrices.
  public let initializerRange: Double
  /// Whether the output layer of language models is the word table.
  public let tiesWords: Bool
  /// The token whose embedding starts as zeros and is not trained.
  public let paddingToken: Int?
  let countsFromPadding: Bool

  /// What a family's configuration has where its file does not say.
  struct Defaults {
    /// What a model of the family is called in a sentence.
    var kind = "a BERT"
    var vocabularySize = 30522
    /// nil: the hidden size, and no key of the file changes it.
    var embeddingSize: Int?
    var hiddenSize = 768
    var attentionHeads = 12
    var intermediateSize = 3072
    var paddingToken = 0
    /// Whether positions count from the token of padding's id + 1.
    var countsFromPadding = false
  }

  /// Reads the options of a BERT, refusing by name what this implementation does not compute.
  public init(_ file: ConfigurationFile) throws { try self.init(file, Defaults()) }

  /// Reads the options of a family with BERT's keys.
  init(_ file: ConfigurationFile, _ defaults: Defaults) throws {
    vocabularySize = try file.integer(
      "vocab_size", default: defaults.vocabularySize, atLeast: 1)
    hiddenSize = try file.integer("hidden_size", default: defaults.hiddenSize, atLeast: 1)
    embeddingSize =
      try defaults.embeddingSize.map {
        try file.integer("embedding_size", default: $0, atLeast: 1)
      } ?? hiddenSize
    layers = try file.integer("num_hidden_layers", default: 12)
    attentionHeads = try file.integer(
      "num_attention_heads", default: defaults.attentionHeads, atLeast: 1)
    intermediateSize = try file.integer(
      "intermediate_size", default: defaults.intermediateSize, atLeast: 1)
    hiddenDropout = try file.number("hidden_dropout_prob", default: 0.1, in: 0...0.999)
    attentionDropout = try file.number("attention_probs_dropout_prob", default: 0.1, in: 0...0.999)
    classifierDropout = try file.number(
      "classifier_dropout", default: hiddenDropout, in: 0...0.999)
    positions = try file.integer("max_position_embeddings", default: 512, atLeast: 1)
    segmentTypes = try file.integer("type_vocab_size", default: 2, atLeast: 1)
    layerNormEpsilon = try file.number("layer_norm_eps", default: 1e-12, in: 0...1)
    initializerRange = try file.number("initializer_range", default: 0.02, in: 0...10)
    tiesWords = try file.flag("tie_word_embeddings", default: true)
    paddingToken = try file.paddingToken(default: defaults.paddingToken)
    countsFromPadding = defaults.countsFromPadding
    maximumLength = try Self.usable(
      positions, padding: paddingToken, countsFromPadding: countsFromPadding, file)
    activation = try file.activation("hidden_act", default: .gelu)
    try file.requireDivisible(
      "hidden_size", hiddenSize, "num_attention_heads", attentionHeads)
    try file.requirePlainEncoder(defaults.kind)
  }

  /// How many positions sequences can have.
  private static func usable(
    _ positions: Int, padding: Int?, countsFromPadding: Bool, _ file: ConfigurationFile
  ) throws -> Int {
    guard countsFromPadding else { return positions }
    guard let padding else {
      throw ModelsError(
        .configuration, "\(file.path): pad_token_id is null; positions are counted from it.")
    }
    guard positions > padding + 1 else {
      throw ModelsError(
        .configuration,
        "\(file.path): max_position_embeddings is \(positions); positions begin at "
          + "pad_token_id + 1, which is \(padding + 1), so that there is none for a token.")
    }
    return positions - padding - 1
  }
}
