internal import CTorch

/// Attention of every sequence's queries over the same sequence's keys, in a batch without padding.
///
/// No matrix of scores is kept: the backward pass computes them again (Dao et al.,
/// FlashAttention-2, 2023). Sums and the softmax are in float32 for bfloat16 inputs. On the CPU
/// results and gradients are the same bits from run to run, with any number of threads.
///
/// A sequence may have fewer queries than keys (keys of a cache, or of another text), more, or
/// none of either.
///
/// - Parameters:
///   - query: `[tokens, heads, size]`; the last dimension contiguous, so that slices of a
///     projection need no copy.
///   - key: `[keyTokens, keyHeads, size]`; `heads` is a multiple of `keyHeads`.
///   - value: Of `key`'s shape.
///   - queryBoundaries: Cumulative lengths, int32 `[sequences + 1]` on the CPU.
///   - keyBoundaries: The same for the keys; nil when they are those of the queries.
///   - options: Scale, and what is seen, added and removed.
/// - Returns: `[tokens, heads, size]`, contiguous; zeros for queries that see no key.
/// - Throws: ``TorchError`` when shapes, element types, boundaries or options do not fit.
public func raggedAttention(
  query: Tensor, key: Tensor, value: Tensor, queryBoundaries: Tensor, keyBoundaries: Tensor? = nil,
  options: AttentionOptions
) throws -> Tensor {
  try unsafe options.withCValues { table, slopes, values in
    try unsafe Tensor(
      adopting: ct_ragged_attention(
        query.handle, key.handle, value.handle, queryBoundaries.handle, keyBoundaries?.handle,
        table, slopes, values))
  }
}

/// Attention with a scale, causal or not, and dropout: the options that most encoders have.
///
/// - Parameters:
///   - query: `[tokens, heads, size]`, the last dimension contiguous.
///   - key: `[keyTokens, keyHeads, size]`; `heads` is a multiple of `keyHeads`.
///   - value: Of `key`'s shape.
///   - queryBoundaries: Cumulative lengths, int32 `[sequences + 1]` on the CPU.
///   - keyBoundaries: The same for the keys; nil when they are those of the queries.
///   - scale: Factor of the scores before the softmax; usually one over the square root of `size`.
///   - isCausal: Whether a query sees only keys up to its own place, counted from the ends of both
///     sequences.
///   - dropout: Which probabilities are removed.
/// - Returns: `[tokens, heads, size]`, contiguous; zeros for queries that see no key.
/// - Throws: ``TorchError`` when shapes, element types or boundaries do not fit.
public func raggedAttention(
  query: Tensor, key: Tensor, value: Tensor, queryBoundaries: Tensor, keyBoundaries: Tensor? = nil,
  scale: Double, isCausal: Bool = false, dropout: DropoutKey = .none
) throws -> Tensor {
  try raggedAttention(
    query: query, key: key, value: value, queryBoundaries: queryBoundaries,
    keyBoundaries: keyBoundaries,
    options: AttentionOptions(scale: scale, isCausal: isCausal, dropout: dropout))
}

/// Self-attention over one packed projection: queries, keys and values side by side.
///
/// The same function as the other form on the slices, but its gradient is written as one tensor.
///
/// - Parameters:
///   - projected: `[tokens, heads + 2 * keyHeads, size]`: queries, then keys, then values.
///   - heads: How many query heads.
///   - keyHeads: How many key heads; nil when as many as query heads.
///   - boundaries: Cumulative lengths, int32 `[sequences + 1]` on the CPU.
///   - options: Scale, and what is seen, added and removed.
/// - Returns: `[tokens, heads, size]`, contiguous.
/// - Throws: ``TorchError`` when shapes, element types, boundaries or options do not fit.
public func raggedAttention(
  projected: Tensor, heads: Int, keyHeads: Int? = nil, boundaries: Tensor,
  options: AttentionOptions
) throws -> Tensor {
  try unsafe options.withCValues { table, slopes, values in
    try unsafe Tensor(
      adopting: ct_ragged_attention_packed(
        projected.handle, Int64(heads), Int64(keyHeads ?? heads), boundaries.handle, table, slopes,
        values))
  }
}

/// Self-attention over one packed projection with a scale, causal or not, and dropout.
///
/// - Parameters:
///   - projected: `[tokens, heads + 2 * keyHeads, size]`: queries, then keys, then values.
///   - heads: How many query heads.
///   - keyHeads: How many key heads; nil when as many as query heads.
///   - boundaries: Cumulative lengths, int32 `[sequences + 1]` on the CPU.
///   - scale: Factor of the scores before the softmax.
///   - isCausal: Whether a query sees only keys up to its own place.
///   - dropout: Which probabilities are removed.
/// - Returns: `[tokens, heads, size]`, contiguous.
/// - Throws: ``TorchError`` when shapes, element types or boundaries do not fit.
public func raggedAttention(
  projected: Tensor, heads: Int, keyHeads: Int? = nil, boundaries: Tensor, scale: Double,
  isCausal: Bool = false, dropout: DropoutKey = .none
) throws -> Tensor {
  try raggedAttention(
    projected: projected, heads: heads, keyHeads: keyHeads, boundaries: boundaries,
    options: AttentionOptions(scale: scale, isCausal: isCausal, dropout: dropout))
}
