public import Torch

/// Multi-head scaled dot-product attention within each sequence of a ragged batch.
///
/// Vaswani et al., "Attention Is All You Need", 2017.
public struct AttentionHeads {
  /// How many heads look at once.
  public let count: Int
  /// How many heads of keys and values they share: ``count`` unless queries are grouped (Ainslie et
  /// al., "GQA", 2023).
  public let keyCount: Int
  /// Width of one head.
  public let size: Int
  /// Factor of the scores before bias and softmax.
  public let scale: Double
  /// Whether a token sees only itself and what stands before it.
  public let isCausal: Bool
  /// The largest distance at which a token is seen; nil for all.
  public let window: Int?
  /// Where keys and values can be added.
  public let slot: AttentionSlot
  let dropout: Dropout

  /// Splits `width` into heads.
  ///
  /// - Throws: ``LayersError`` when the width is not a multiple of the count.
  public init(_ count: Int, width: Int, dropout rate: Double, at scope: ModuleScope) throws {
    guard count > 0, width % count == 0 else {
      throw LayersError(
        .weights, "A hidden size of \(width) cannot be split into \(count) attention heads.")
    }
    try self.init(count, size: width / count, dropout: rate, at: scope)
  }

  /// Heads of a size of their own.
  ///
  /// - Parameters:
  ///   - count: Heads of queries.
  ///   - keyCount: Heads of keys and values, of which `count` is a multiple; nil for `count`.
  ///   - size: Width of one head.
  ///   - scale: Factor of the scores; nil for one over the square root of `size`.
  ///   - isCausal: Whether a token sees only itself and what stands before it.
  ///   - window: The largest distance at which a token is seen; nil for all.
  ///   - looksElsewhere: Whether the keys are of another text.
  ///   - rate: Dropout of the weights.
  ///   - scope: The attention's place, by which methods of tuning find it.
  /// - Throws: ``LayersError`` when the counts do not fit each other.
  public init(
    _ count: Int, keyCount: Int? = nil, size: Int, scale: Double? = nil, isCausal: Bool = false,
    window: Int? = nil, looksElsewhere: Bool = false, dropout rate: Double, at scope: ModuleScope
  ) throws {
    let keyCount = keyCount ?? count
    guard count > 0, keyCount > 0, count % keyCount == 0, size > 0 else {
      throw LayersError(
        .weights,
        "\(count) attention heads of \(size) cannot share \(keyCount) heads of keys and values.")
    }
    self.count = count
    self.keyCount = keyCount
    self.size = size
    self.scale = scale ?? 1 / Double(size).squareRoot()
    self.isCausal = isCausal
    self.window = window
    slot = scope.attentionSlot(
      looksElsewhere ? .cross : isCausal ? .causal : .own, keyHeads: keyCount, size: size)
    dropout = scope.dropout(rate)
  }

  /// `query` `[T, count · size]`, `key` and `value` `[K, keyCount · size]` to `[T, count · size]`.
  ///
  /// The keys are taken as they are, without what a method adds to them: see ``prefixed(_:)``.
  ///
  /// - Parameters:
  ///   - query: Of the tokens that look.
  ///   - key: Of the tokens that are looked at.
  ///   - value: Of the same tokens.
  ///   - queryBoundaries: Where each sequence's queries begin, `[N + 1]`.
  ///   - keyBoundaries: Where each sequence's keys begin; nil when as the queries.
  ///   - bias: What is added to the scores.
  /// - Returns: What the tokens that look make of those that they see.
  /// - Throws: `TorchError` when shapes do not fit.
  public func callAsFunction(
    query: Tensor, key: Tensor, value: Tensor, queryBoundaries: Tensor,
    keyBoundaries: Tensor? = nil, bias: AttentionBias = .none
  ) throws -> Tensor {
    let mixed = try raggedAttention(
      query: split(query, count), key: split(key, keyCount), value: split(value, keyCount),
      queryBoundaries: queryBoundaries, keyBoundaries: keyBoundaries, options: options(bias))
    return try mixed.reshaped([query.shape[0], count * size])
  }

  /// `query`, `key`, `value` of a batch's tokens to `[T, width]`: each token looks at all of its
  /// sequence.
  public func callAsFunction(
    query: Tensor, key: Tensor, value: Tensor, batch: RaggedBatch
  ) throws -> Tensor {
    try self(query: query, key: key, value: value, queryBoundaries: batch.boundaries)
  }

  /// An input `[T, width]` of a batch's tokens to `[T, count · size]`: projected, then each token
  /// looks at all of its sequence that it may see.
  public func callAsFunction(
    _ input: Tensor, through projection: SelfAttentionProjection, batch: RaggedBatch,
    bias: AttentionBias = .none
  ) throws -> Tensor {
    let projected = try projection.joined(input)
      .reshaped([batch.tokenCount, count + 2 * keyCount, size])
    return try overOwn(projected, batch: batch, bias: bias)
  }

  /// The same for some tokens alone: an input `[T, width]`, and of it the chosen rows `[S, width]`,
  /// to `[S, count · size]`.
  ///
  /// Only for heads that see a whole sequence, without causality, window or bias by distance:
  /// those would need the chosen tokens' places.
  public func callAsFunction(
    _ input: Tensor, chosen: Tensor, _ selection: TokenSelection,
    through projection: SelfAttentionProjection, batch: RaggedBatch
  ) throws -> Tensor {
    precondition(!isCausal && window == nil, "the places of the chosen tokens would be needed")
    var both = try projection.keysAndValues(input).reshaped([batch.tokenCount, 2 * keyCount, size])
    var boundaries = batch.boundaries
    if let prefix = try slot.prefix() {
      both = try both.prefixed(
        by: prefix.packed(for: slot, both.dataType), boundaries: boundaries)
      boundaries = try batch.boundaries(after: prefix.count)
    }
    let mixed = try raggedAttention(
      query: projection.query(chosen).reshaped([selection.count, count, size]),
      key: both.narrowed(1, from: 0, count: keyCount),
      value: both.narrowed(1, from: keyCount, count: keyCount),
      queryBoundaries: selection.boundaries, keyBoundaries: boundaries,
      options: options(.none))
    return try mixed.reshaped([selection.count, count * size])
  }

  func options(_ bias: AttentionBias) -> AttentionOptions {
    AttentionOptions(
      scale: scale, isCausal: isCausal, window: window, bias: bias, dropout: dropout.key)
  }

  /// `[T, heads · size]` to `[T, heads, size]`.
  private func split(_ tensor: Tensor, _ heads: Int) throws -> Tensor {
    try tensor.reshaped([tensor.shape[0], heads, size])
  }
}
