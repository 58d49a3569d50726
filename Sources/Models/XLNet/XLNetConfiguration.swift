public import Layers

/// The sizes and options of an XLNet, as its `config.json` writes them.
///
/// Yang et al., "XLNet: Generalized Autoregressive Pretraining for Language Understanding", 2019,
/// arXiv:1906.08237.
public struct XLNetConfiguration: Sendable {
  /// Which tokens may be seen.
  public enum AttentionKind: String, Sendable, CaseIterable {
    /// All: XLNet's.
    case bidirectional = "bi"
    /// The token itself and those before it: Transformer-XL's.
    case unidirectional = "uni"
  }

  /// How a classifier summarises a text.
  public enum Summary: Sendable, Equatable {
    /// The last token's vector.
    case last
    /// The first token's vector.
    case first
    /// The mean of all tokens' vectors.
    case mean
  }

  /// Rows of the word table.
  public let vocabularySize: Int
  /// Width of the residual stream.
  public let hiddenSize: Int
  /// Number of layers.
  public let layers: Int
  /// Heads of each attention.
  public let attentionHeads: Int
  /// Width of one head.
  public let headSize: Int
  /// Width between the two matrices of the feed-forward part.
  public let intermediateSize: Int
  /// The non-linearity between them.
  public let activation: Activation
  /// Which tokens may be seen.
  public let attention: AttentionKind
  /// Dropout everywhere but in the summary.
  public let dropout: Double
  /// Added to variances in norms.
  public let normEpsilon: Double
  /// Standard deviation of freshly initialised matrices.
  public let initializerRange: Double
  /// How many vectors a memory keeps of each sequence; nil keeps all.
  public let memoryLength: Int?
  /// Of how many first tokens of a batch a memory takes the vectors; nil takes all.
  public let reusedLength: Int?
  /// Whether the second half of a batch is read backwards, as in pre-training.
  public let readsBothWays: Bool
  /// The distance from which on all count as the same; nil without a limit.
  public let largestDistance: Int?
  /// Whether every token of a unidirectional model sees equally many.
  public let sameLength: Bool
  /// How a classifier summarises a text.
  public let summary: Summary
  /// Whether a dense layer follows.
  public let projectsSummary: Bool
  /// The non-linearity after it, if any.
  public let summaryActivation: Activation?
  /// Dropout before that layer.
  public let summaryFirstDropout: Double
  /// Dropout after the non-linearity.
  public let summaryLastDropout: Double
  /// How many beginnings of an answer are followed.
  public let startBeams: Int
  /// How many ends are looked for after each.
  public let endBeams: Int
  /// Whether the output layer of language models is the word table.
  public let tiesWords: Bool

  /// Reads the options, refusing by name what this implementation does not compute.
  public init(_ file: ConfigurationFile) throws {
    vocabularySize = try file.integer(
      "vocab_size", default: file.integer("n_token", default: 32000, atLeast: 1), atLeast: 1)
    hiddenSize = try file.integer(
      "d_model", default: file.integer("hidden_size", default: 1024, atLeast: 1), atLeast: 1)
    layers = try file.integer(
      "n_layer", default: file.integer("num_hidden_layers", default: 24))
    attentionHeads = try file.integer(
      "n_head", default: file.integer("num_attention_heads", default: 16, atLeast: 1), atLeast: 1)
    intermediateSize = try file.integer("d_inner", default: 4096, atLeast: 1)
    headSize = try file.headSize(hiddenSize: hiddenSize, heads: attentionHeads)
    activation = try file.activation("ff_activation", default: .gelu)
    attention = try file.attentionKind()
    dropout = try file.number("dropout", default: 0.1, in: 0...0.999)
    normEpsilon = try file.number("layer_norm_eps", default: 1e-12, in: 0...1)
    initializerRange = try file.number("initializer_range", default: 0.02, in: 0...10)

    memoryLength = try file.count("mem_len", default: 512)
    reusedLength = try file.count("reuse_len", default: nil)
    readsBothWays = try file.flag("bi_data", default: false)
    let limit = try file.integer("clamp_len", default: -1, atLeast: .min)
    largestDistance = limit > 0 ? limit : nil
    sameLength = try file.flag("same_length", default: false)
    // These change nothing here: each layer of a checkpoint has its biases, shared in training or
    // not, and memories are kept when they are asked for.
    for key in ["untie_r", "use_mems_eval", "use_mems_train"] {
      _ = try file.flag(key, default: true)
    }

    summary = try file.summary()
    projectsSummary = try file.flag("summary_use_proj", default: true)
    summaryActivation = try file.summaryActivation()
    summaryFirstDropout = try file.number("summary_first_dropout", default: 0, in: 0...0.999)
    summaryLastDropout = try file.number("summary_last_dropout", default: 0.1, in: 0...0.999)
    startBeams = try file.integer("start_n_top", default: 5, atLeast: 1)
    endBeams = try file.integer("end_n_top", default: 5, atLeast: 1)
    tiesWords = try file.flag("tie_word_embeddings", default: true)
  }
}

extension ConfigurationFile {
  fileprivate func headSize(hiddenSize: Int, heads: Int) throws -> Int {
    guard hiddenSize % heads == 0, hiddenSize % 2 == 0 else {
      throw ModelsError(
        .configuration,
        "\(path): d_model \(hiddenSize) must be even and a multiple of n_head \(heads).")
    }
    let size = try integer("d_head", default: hiddenSize / heads, atLeast: 1)
    guard size == hiddenSize / heads else {
      throw ModelsError(
        .configuration,
        "\(path): d_head is \(size); it must be d_model / n_head, \(hiddenSize / heads).")
    }
    return size
  }

  fileprivate func attentionKind() throws -> XLNetConfiguration.AttentionKind {
    let name = try text("attn_type", default: "bi")
    guard let kind = XLNetConfiguration.AttentionKind(rawValue: name) else {
      throw ModelsError(
        .configuration, "\(path): attn_type is \"\(name)\"; supported are bi and uni.")
    }
    return kind
  }

  /// A length that may be `null`; 0 means the same.
  fileprivate func count(_ key: String, default fallback: Int?) throws -> Int? {
    let found = values[key] == nil ? fallback ?? 0 : try integer(key, default: 0)
    return found == 0 ? nil : found
  }

  fileprivate func summary() throws -> XLNetConfiguration.Summary {
    if try flag("summary_proj_to_labels", default: false) {
      throw ModelsError(
        .configuration,
        "\(path): summary_proj_to_labels is true; the layer of the labels follows the summary, so it "
          + "must be false.")
    }
    switch try text("summary_type", default: "last") {
    // Without an index, and a classifier gives none, Transformers takes the last token.
    case "last", "cls_index": return .last
    case "first": return .first
    case "mean": return .mean
    case let name:
      throw ModelsError(
        .configuration,
        "\(path): summary_type is \"\(name)\"; supported are last, first, mean and cls_index.")
    }
  }

  fileprivate func summaryActivation() throws -> Activation? {
    switch values["summary_activation"] {
    case .null, .string(""): nil
    default: try activation("summary_activation", default: .tanh)
    }
  }
}
