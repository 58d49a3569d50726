public import Torch

// Attention of a decoder: rotation, norms of heads, a cache, and the last layer's chosen tokens.
extension AttentionHeads {
  /// An input `[T, width]` of a batch's tokens to `[T, count · size]`, or to the `[S, count · size]`
  /// of the chosen ones: projected, turned, then each looks at all of its sequence that it may see,
  /// what a cache holds of it included.
  ///
  /// - Parameters:
  ///   - input: Of all of the batch's tokens.
  ///   - projection: Makes queries, keys and values.
  ///   - norms: Norms of each head, or nil.
  ///   - bias: What is added to the scores.
  ///   - context: The batch and what else the pass knows.
  /// - Returns: `[T, count · size]`, or `[S, count · size]` of the chosen tokens.
  /// - Throws: `TorchError` when shapes do not fit, ``LayersError`` when a cache does not.
  public func callAsFunction(
    _ input: Tensor, through projection: SelfAttentionProjection, norms: HeadNorms? = nil,
    bias: AttentionBias = .none, in context: AttentionContext
  ) throws -> Tensor {
    let batch = context.batch
    if context.cache == nil, context.selection == nil, norms == nil {
      return try overOwn(
        turned(projection.joined(input), in: context), batch: batch, bias: bias)
    }
    var parts = try self.parts(input, through: projection, norms: norms, in: context)
    var boundaries = batch.boundaries
    if let cache = context.cache {
      let all = try cache.append(
        key: parts.key, value: parts.value, of: batch, window: window, after: slot)
      (parts.key, parts.value, boundaries) = (all.key, all.value, all.boundaries)
    } else if let prefix = try slot.prefix() {
      let all = try KeysAndValues(key: parts.key, value: parts.value, lengths: batch.lengths)
        .following(prefix)
      (parts.key, parts.value, boundaries) = (all.key, all.value, all.boundaries)
    }
    let chosen = context.directSelection
    let mixed = try raggedAttention(
      query: parts.query, key: parts.key, value: parts.value,
      queryBoundaries: chosen?.boundaries ?? batch.boundaries, keyBoundaries: boundaries,
      options: options(bias)
    ).reshaped([parts.query.shape[0], count * size])
    guard let selection = context.selection, chosen == nil else { return mixed }
    return try mixed.slices(selection.places)
  }

  private struct Parts {
    var query, key, value: Tensor
  }

  /// Queries, keys and values, normalised and turned.
  private func parts(
    _ input: Tensor, through projection: SelfAttentionProjection, norms: HeadNorms?,
    in context: AttentionContext
  ) throws -> Parts {
    if let selection = context.directSelection {
      let both = try projection.keysAndValues(input)
        .reshaped([context.batch.tokenCount, 2 * keyCount, size])
      let query = try projection.query(input.slices(selection.places))
        .reshaped([selection.count, count, size])
      return try turned(
        Parts(
          query: query, key: both.narrowed(1, from: 0, count: keyCount),
          value: both.narrowed(1, from: keyCount, count: keyCount)),
        norms: norms, in: context)
    }
    let joined = try projection.joined(input)
    guard norms != nil else { return try split(turned(joined, in: context)) }
    let heads = try joined.reshaped([context.batch.tokenCount, count + 2 * keyCount, size])
    return try turned(split(heads), norms: norms, in: context)
  }

  /// A packed projection `[T, (count + 2 · keyCount) · size]` with queries and keys turned,
  /// `[T, count + 2 · keyCount, size]`.
  private func turned(_ joined: Tensor, in context: AttentionContext) throws -> Tensor {
    let heads = try joined.reshaped([context.batch.tokenCount, count + 2 * keyCount, size])
    return try context.rotation?(heads, rotatedHeads: count + keyCount) ?? heads
  }

  private func turned(_ parts: Parts, norms: HeadNorms?, in context: AttentionContext) throws
    -> Parts
  {
    var query = try norms?.query(parts.query) ?? parts.query
    var key = try norms?.key(parts.key) ?? parts.key
    if let rotation = context.rotation {
      query = try (context.directSelection.map(rotation.only) ?? rotation)(query)
      key = try rotation(key)
    }
    return Parts(query: query, key: key, value: parts.value)
  }

  private func split(_ heads: Tensor) throws -> Parts {
    Parts(
      query: try heads.narrowed(1, from: 0, count: count),
      key: try heads.narrowed(1, from: count, count: keyCount),
      value: try heads.narrowed(1, from: count + keyCount, count: keyCount))
  }
}

extension AttentionContext {
  /// The chosen tokens when queries of others can be left out: places are counted from the ends of
  /// queries and keys, so only those at the ends of their sequences can stand alone.
  fileprivate var directSelection: TokenSelection? {
    selection.flatMap { $0.endsSequences ? $0 : nil }
  }
}
