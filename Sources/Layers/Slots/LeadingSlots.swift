public import Torch

/// The places before a model's text: of virtual tokens, and of the keys that an attention sees before
/// those of the text.
///
/// A model reads its batches through this, and computes with what it gets. Where nothing fills the
/// slots that is the batch itself.
public struct LeadingSlots {
  /// Before the words.
  public let tokens: TokenSlot
  /// Of the first layer's attention over its own sequence; nil for models whose attentions have no
  /// slot.
  public let attention: AttentionSlot?

  /// Joins them.
  public init(tokens: TokenSlot, attention: AttentionSlot? = nil) {
    self.tokens = tokens
    self.attention = attention
  }

  /// How many positions are taken before the first token of a text.
  public var length: Int {
    // What an adapter cannot compute is told by the pass that needs it.
    (tokens.adapter?.count ?? 0) + ((try? attention?.prefixLength()) ?? 0)
  }

  /// A batch as the layers read it.
  ///
  /// Texts begin with the virtual tokens; positions count from the first of them, after the keys of a
  /// prefix. What goes on where a cache stopped follows both and has no virtual tokens again.
  ///
  /// - Throws: ``LayersError`` when virtual tokens have other vectors than the words, what an adapter
  ///   throws.
  public func reading(_ text: RaggedBatch) throws -> LedBatch {
    let prefix = try attention?.prefixLength() ?? 0
    guard let adapter = tokens.adapter, adapter.count > 0 else {
      return LedBatch(batch: try text.shifted(by: prefix), text: text, vectors: nil, before: prefix)
    }
    let before = prefix + adapter.count
    guard text.firstPositions.allSatisfy({ $0 == 0 }) else {
      return LedBatch(batch: try text.shifted(by: before), text: text, vectors: nil, before: before)
    }
    let vectors = try adapter.vectors()
    guard vectors.shape == [adapter.count, tokens.width] else {
      throw LayersError(
        .weights,
        "The virtual tokens before \(tokens.name) have vectors \(vectors.shape); they must be "
          + "[\(adapter.count), \(tokens.width)].")
    }
    let batch = try text.led(by: adapter.count).shifted(by: prefix)
    return LedBatch(batch: batch, text: text, vectors: vectors, before: before)
  }
}

/// A batch of texts with what methods put before each of them.
public struct LedBatch {
  /// What the layers read: virtual tokens and the text.
  public let batch: RaggedBatch
  /// The text alone.
  public let text: RaggedBatch
  /// Those of the virtual tokens that begin every sequence, `[P, width]`; nil for none.
  public let vectors: Tensor?
  /// How many positions are taken before the first token of a text.
  public let before: Int

  /// The word vectors of what the layers read, `[K, width]`.
  public func words(from table: Embedding) throws -> Tensor {
    let own = try table(text.tokens)
    guard let vectors else { return own }
    return try own.prefixed(by: vectors.to(own.dataType), boundaries: text.boundaries)
  }

  /// The tokens of a text that are read, among those that the layers read: all of the text when none
  /// are chosen, and no virtual ones unless sequences' first places are wanted.
  public func selection(_ chosen: TokenSelection?) throws -> TokenSelection? {
    guard let vectors else { return chosen }
    if let chosen, chosen.startsSequences { return try batch.firstTokens() }
    let count = vectors.shape[0]
    return try (chosen ?? text.selection(of: text.lengths.map { Array(0..<$0) })).following(count)
  }
}
