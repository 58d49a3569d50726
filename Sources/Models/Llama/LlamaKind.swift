/// How Llama and its descendants differ: in defaults of `config.json`, and in what some of them
/// have and others have not.
struct LlamaKind: Sendable {
  /// The value of `model_type`.
  let modelType: String
  /// What the names of Transformers' classes begin with.
  let className: String
  /// What counts where `config.json` is silent.
  let defaults: Defaults
  /// Where attention has biases.
  let attentionBias: AttentionBiases
  /// Whether `mlp_bias` is read; other kinds have no biases there.
  let readsFeedForwardBias: Bool
  /// Which layers have a sliding window.
  let windows: Windows
  /// Whether each head's queries and keys are normalised.
  let hasHeadNorms: Bool
  /// The prefix of the bare model within Transformers' class for question answering.
  let spanFinderPrefix: String

  struct Defaults: Sendable {
    let vocabularySize: Int
    let intermediateSize: Int
    let maximumLength: Int
    /// Nil for as many as heads of queries.
    let keyHeads: Int?
    /// Nil for the hidden size over the heads.
    var headSize: Int?
  }

  enum AttentionBiases: Sendable {
    /// In all four layers or in none, as `attention_bias` says.
    case asConfigured
    /// In those of queries, keys and values.
    case projections
    /// Nowhere.
    case none
  }

  enum Windows: Sendable {
    /// None has.
    case none
    /// All have, unless `sliding_window` is null.
    case all
    /// Those that `layer_types`, or `use_sliding_window` and `max_window_layers`, name.
    case some
  }
}

extension LlamaKind {
  /// Touvron et al., "Llama 2", 2023, and Llama 3; SmolLM2 and many others.
  static let llama = LlamaKind(
    modelType: "llama", className: "Llama",
    defaults: Defaults(
      vocabularySize: 32000, intermediateSize: 11008, maximumLength: 2048, keyHeads: nil),
    attentionBias: .asConfigured, readsFeedForwardBias: true, windows: .none, hasHeadNorms: false,
    spanFinderPrefix: "transformer")

  /// Jiang et al., "Mistral 7B", 2023.
  static let mistral = LlamaKind(
    modelType: "mistral", className: "Mistral",
    defaults: Defaults(
      vocabularySize: 32000, intermediateSize: 14336, maximumLength: 131072, keyHeads: 8),
    attentionBias: .none, readsFeedForwardBias: false, windows: .all, hasHeadNorms: false,
    spanFinderPrefix: "model")

  /// "Qwen2 Technical Report", 2024, and Qwen 2.5.
  static let qwen2 = LlamaKind(
    modelType: "qwen2", className: "Qwen2",
    defaults: Defaults(
      vocabularySize: 151936, intermediateSize: 22016, maximumLength: 32768, keyHeads: 32),
    attentionBias: .projections, readsFeedForwardBias: false, windows: .some, hasHeadNorms: false,
    spanFinderPrefix: "transformer")

  /// "Qwen3 Technical Report", 2025.
  static let qwen3 = LlamaKind(
    modelType: "qwen3", className: "Qwen3",
    defaults: Defaults(
      vocabularySize: 151936, intermediateSize: 22016, maximumLength: 32768, keyHeads: 32,
      headSize: 128),
    attentionBias: .asConfigured, readsFeedForwardBias: false, windows: .some, hasHeadNorms: true,
    spanFinderPrefix: "transformer")
}
