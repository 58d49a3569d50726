internal import CTorch

extension Tensor {
  /// The rows of N sequences `[T, …]` with the same rows before each sequence's own.
  ///
  /// One pass over memory in each direction. The gradient of the prefix is the sum over sequences, in
  /// their order and in float32: the same bits with any number of threads.
  ///
  /// - Parameters:
  ///   - prefix: `[P, …]`, of the rows' element type, all sizes but the first as theirs.
  ///   - boundaries: Where sequences begin, and the end of the last: `[N + 1]`, int32, on the CPU.
  /// - Returns: `[T + N · P, …]`.
  /// - Throws: ``TorchError`` when shapes, types or boundaries do not fit.
  public func prefixed(by prefix: Tensor, boundaries: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_prefixed_rows(handle, prefix.handle, boundaries.handle))
  }
}

/// Self-attention over one packed projection, with the same keys and values before each sequence's
/// own.
///
/// They stand at the places before a sequence's first token: all of its tokens see them, but where a
/// window hides them.
///
/// - Parameters:
///   - projected: `[tokens, heads + 2 * keyHeads, size]`: queries, then keys, then values.
///   - heads: How many query heads.
///   - keyHeads: How many key heads.
///   - prefix: `[P, 2 * keyHeads, size]`: keys, then values.
///   - boundaries: Cumulative lengths, int32 `[sequences + 1]` on the CPU.
///   - options: Scale, and what is seen, added and removed.
/// - Returns: `[tokens, heads, size]`, contiguous.
/// - Throws: ``TorchError`` when shapes, element types, boundaries or options do not fit.
public func raggedAttention(
  projected: Tensor, heads: Int, keyHeads: Int, prefix: Tensor, boundaries: Tensor,
  options: AttentionOptions
) throws -> Tensor {
  try unsafe options.withCValues { table, slopes, values in
    try unsafe Tensor(
      adopting: ct_ragged_attention_prefixed(
        projected.handle, Int64(heads), Int64(keyHeads), prefix.handle, boundaries.handle, table,
        slopes, values))
  }
}
