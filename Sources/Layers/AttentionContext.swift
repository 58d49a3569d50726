/// What the attentions of a decoder's layers need to know of one pass, besides their input.
public struct AttentionContext {
  /// The tokens.
  public let batch: RaggedBatch
  /// By how much queries and keys turn; nil for models that do not turn them.
  public let rotation: RotaryRotation?
  /// What this layer kept of the tokens before; nil without a cache.
  public let cache: KeyValueLayer?
  /// The tokens whose results are read; nil for all.
  public let selection: TokenSelection?

  /// Joins them.
  public init(
    batch: RaggedBatch, rotation: RotaryRotation? = nil, cache: KeyValueLayer? = nil,
    selection: TokenSelection? = nil
  ) {
    self.batch = batch
    self.rotation = rotation
    self.cache = cache
    self.selection = selection
  }
}

/// Norms of each head's queries and keys, before they turn, as in Qwen3.
public struct HeadNorms {
  let query, key: RMSNorm

  /// Joins two norms of a head's size.
  public init(query: RMSNorm, key: RMSNorm) {
    self.query = query
    self.key = key
  }
}
