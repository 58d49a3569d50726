public import Layers

/// The sizes and options of a T5 or an mT5, as its `config.json` writes them.
///
/// Raffel et al., "Exploring the Limits of Transfer Learning with a Unified Text-to-Text
/// Transformer", 2020, arXiv:1910.10683; the gated form is Shazeer, 2020, arXiv:2002.05202.
public struct T5Configuration: Sendable {
  /// Rows of the word table.
  public let vocabularySize: Int
  /// Width of the residual stream.
  public let hiddenSize: Int
  /// Width of one attention head, whatever the hidden size.
  public let headSize: Int
  /// Width between the matrices of the feed-forward part.
  public let intermediateSize: Int
  /// Layers of the encoder.
  public let encoderLayers: Int
  /// Layers of the decoder.
  public let decoderLayers: Int
  /// Heads of each attention.
  public let attentionHeads: Int
  /// Rows of the table of biases by distance.
  public let distanceBuckets: Int
  /// The distance from which on all tokens share a bucket.
  public let largestDistance: Int
  /// Dropout of embeddings, attention's weights, and each sublayer's output.
  public let dropout: Double
  /// Dropout of the classifiers' inputs.
  public let classifierDropout: Double
  /// Added to mean squares in norms.
  public let normEpsilon: Double
  /// Factor of all deviations of freshly initialised matrices.
  public let initializerFactor: Double
  /// The non-linearity of the feed-forward part.
  public let activation: Activation
  /// Whether a second matrix is multiplied with what the non-linearity gives.
  public let isGated: Bool
  /// Whether the decoder's vectors are divided by the root of the hidden size before the output
  /// layer.
  public let scalesOutput: Bool
  /// The token before the first of every target; nil when the configuration has none.
  public let startToken: Int?
  /// The token that ends a text; nil when the configuration has several.
  public let endToken: Int?
  /// The configuration's path, for messages.
  let path: String

  /// What a family's configurations leave out.
  struct Defaults: Sendable {
    let vocabularySize, intermediateSize, layers, attentionHeads: Int
    let projection: String
    /// Whether the configuration decides on ``T5Configuration/scalesOutput``; if not it is false.
    let mayScaleOutput: Bool
    let startToken: Int?

    static let t5 = Defaults(
      vocabularySize: 32128, intermediateSize: 2048, layers: 6, attentionHeads: 8,
      projection: "relu", mayScaleOutput: true, startToken: nil)
    static let mt5 = Defaults(
      vocabularySize: 250112, intermediateSize: 1024, layers: 8, attentionHeads: 6,
      projection: "gated-gelu", mayScaleOutput: false, startToken: 0)
  }

  /// Reads the options of a T5, refusing by name what this implementation does not compute.
  public init(_ file: ConfigurationFile) throws {
    try self.init(file, .t5)
  }

  /// Reads the options of one of the families.
  init(_ file: ConfigurationFile, _ defaults: Defaults) throws {
    path = file.path
    vocabularySize = try file.integer(
      "vocab_size", default: defaults.vocabularySize, atLeast: 1)
    hiddenSize = try file.integer(
      "d_model", default: file.integer("hidden_size", default: 512, atLeast: 1), atLeast: 1)
    headSize = try file.integer(
      "d_kv", default: file.integer("head_dim", default: 64, atLeast: 1), atLeast: 1)
    intermediateSize = try file.integer("d_ff", default: defaults.intermediateSize, atLeast: 1)
    encoderLayers = try file.integer(
      "num_layers", default: file.integer("num_hidden_layers", default: defaults.layers))
    decoderLayers = try file.integer("num_decoder_layers", default: encoderLayers)
    attentionHeads = try file.integer(
      "num_heads",
      default: file.integer("num_attention_heads", default: defaults.attentionHeads, atLeast: 1),
      atLeast: 1)
    dropout = try file.number("dropout_rate", default: 0.1, in: 0...0.999)
    classifierDropout = try file.number("classifier_dropout", default: 0, in: 0...0.999)
    normEpsilon = try file.number("layer_norm_epsilon", default: 1e-6, in: 0...1)
    initializerFactor = try file.number("initializer_factor", default: 1, in: 0...100)
    (activation, isGated) = try file.feedForward(default: defaults.projection)
    (distanceBuckets, largestDistance) = try file.distanceBuckets()

    // Files of version 4 say it by tie_word_embeddings: false with the first release's successor.
    // Whether the output layer is the word table is seen in the weights.
    let tiesWords = try file.flag("tie_word_embeddings", default: true)
    let scales = try file.flag("scale_decoder_outputs", default: tiesWords)
    scalesOutput = defaults.mayScaleOutput && scales
    startToken = try file.token("decoder_start_token_id", default: defaults.startToken)
    endToken = try file.token("eos_token_id", default: 1)
    if try file.flag("is_decoder", default: false) {
      throw ModelsError(
        .configuration,
        "\(file.path): is_decoder is true; a T5 is supported as an encoder and as a whole only.")
    }
  }
}

extension ConfigurationFile {
  /// `feed_forward_proj`, and the two keys that Transformers makes of it and lets a file override.
  fileprivate func feedForward(
    default fallback: String
  ) throws -> (activation: Activation, isGated: Bool) {
    let written = try text("feed_forward_proj", default: fallback)
    let parts = written.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 1 || parts.count == 2 && parts[0] == "gated" else {
      throw ModelsError(
        .configuration,
        "\(path): feed_forward_proj is \"\(written)\"; it must be an activation or "
          + "\"gated-\" with an activation.")
    }
    let derived = written == "gated-gelu" ? "gelu_new" : parts[parts.count - 1]
    let name = try text("dense_act_fn", default: derived)
    guard let activation = Activation(rawValue: name) else {
      let key = values["dense_act_fn"] == nil ? "feed_forward_proj" : "dense_act_fn"
      throw ModelsError(
        .configuration,
        "\(path): \(key) asks for the activation \"\(name)\"; supported are "
          + Activation.allCases.map(\.rawValue).joined(separator: ", ") + ".")
    }
    return (activation, try flag("is_gated_act", default: parts[0] == "gated"))
  }

  /// The number of buckets and the distance from which on there is one.
  fileprivate func distanceBuckets() throws -> (count: Int, largest: Int) {
    let count = try integer("relative_attention_num_buckets", default: 32, atLeast: 4)
    let largest = try integer("relative_attention_max_distance", default: 128, atLeast: 1)
    // Half of the decoder's buckets are for one distance each; the others need a range beyond.
    guard largest > count / 2, largest <= 1 << 20 else {
      throw ModelsError(
        .configuration,
        "\(path): relative_attention_max_distance is \(largest); it must be more than half of "
          + "relative_attention_num_buckets \(count), and at most \(1 << 20).")
    }
    return (count, largest)
  }

  /// A token's id; nil where the file has none, or several.
  fileprivate func token(_ key: String, default fallback: Int?) throws -> Int? {
    switch values[key] {
    case .array: nil
    case nil, .null: fallback
    default: try integer(key)
    }
  }
}
