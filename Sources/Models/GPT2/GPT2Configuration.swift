import Layers

/// The sizes and options of a GPT-2, as its `config.json` writes them.
///
/// Radford et al., "Language Models are Unsupervised Multitask Learners", 2019.
struct GPT2Configuration {
  /// Rows of the word table.
  let vocabularySize: Int
  /// Rows of the position table: the longest sequence.
  let maximumLength: Int
  /// Width of the residual stream.
  let hiddenSize: Int
  /// Number of layers.
  let layers: Int
  /// Heads of each attention.
  let attentionHeads: Int
  /// Width between the two matrices of the feed-forward part.
  let intermediateSize: Int
  /// The non-linearity between them.
  let activation: Activation
  /// Dropout of each sublayer's output.
  let residualDropout: Double
  /// Dropout of the embeddings.
  let embeddingDropout: Double
  /// Dropout of attention's weights.
  let attentionDropout: Double
  /// Dropout before the classifier of tokens.
  let classifierDropout: Double
  /// Added to variances in norms.
  let layerNormEpsilon: Double
  /// Standard deviation of freshly initialised matrices.
  let initializerRange: Double
  /// Whether scores are divided by the root of a head's size.
  let scalesScores: Bool
  /// Whether scores are divided by the number of the layer as well, counted from 1.
  let scalesScoresByLayer: Bool
  /// Whether the output layer of language models is the word table.
  let tiesWords: Bool

  /// Reads the options, refusing by name what this implementation does not compute.
  ///
  /// `reorder_and_upcast_attn` has no meaning here: scores and softmax are in fp32 always.
  init(_ file: ConfigurationFile) throws {
    func size(_ name: String, _ commonName: String, default fallback: Int) throws -> Int {
      // Transformers takes either name, and writes the first.
      let common = try file.integer(commonName, default: fallback, atLeast: 1)
      return try file.integer(name, default: common, atLeast: 1)
    }
    vocabularySize = try file.integer("vocab_size", default: 50257, atLeast: 1)
    maximumLength = try size("n_positions", "max_position_embeddings", default: 1024)
    hiddenSize = try size("n_embd", "hidden_size", default: 768)
    layers = try size("n_layer", "num_hidden_layers", default: 12)
    attentionHeads = try size("n_head", "num_attention_heads", default: 12)
    intermediateSize = try file.integer("n_inner", default: 4 * hiddenSize, atLeast: 1)
    activation = try file.activation("activation_function", default: .geluNew)
    residualDropout = try file.number("resid_pdrop", default: 0.1, in: 0...0.999)
    embeddingDropout = try file.number("embd_pdrop", default: 0.1, in: 0...0.999)
    attentionDropout = try file.number("attn_pdrop", default: 0.1, in: 0...0.999)
    classifierDropout = try file.number(
      "classifier_dropout", default: file.number("hidden_dropout", default: 0.1, in: 0...0.999),
      in: 0...0.999)
    layerNormEpsilon = try file.number("layer_norm_epsilon", default: 1e-5, in: 0...1)
    initializerRange = try file.number("initializer_range", default: 0.02, in: 0...10)
    scalesScores = try file.flag("scale_attn_weights", default: true)
    scalesScoresByLayer = try file.flag("scale_attn_by_inverse_layer_idx", default: false)
    tiesWords = try file.flag("tie_word_embeddings", default: true)
    _ = try file.flag("reorder_and_upcast_attn", default: false)

    guard hiddenSize % attentionHeads == 0 else {
      throw ModelsError(
        .configuration,
        "\(file.path): n_embd \(hiddenSize) is not a multiple of n_head \(attentionHeads).")
    }
    try file.requireUnquantised()
    for key in ["add_cross_attention", "is_encoder_decoder"]
    where try file.flag(key, default: false) {
      throw ModelsError(
        .configuration,
        "\(file.path): \(key) is true; a GPT-2 is supported as a decoder by itself only.")
    }
  }

  /// Factor of the scores of a layer, counted from 0.
  func scale(layer: Int) -> Double {
    let size = Double(hiddenSize / attentionHeads)
    let base = scalesScores ? 1 / size.squareRoot() : 1
    return scalesScoresByLayer ? base / Double(layer + 1) : base
  }
}
