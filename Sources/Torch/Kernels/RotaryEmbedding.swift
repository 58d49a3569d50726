internal import CTorch

/// Which elements of a head a rotary embedding pairs.
public enum RotaryLayout: Sendable, Hashable {
  /// Element `i` and element `i + rotated / 2`, as Llama and GPT-NeoX do.
  case halves
  /// Neighbours, `2 i` and `2 i + 1`, as GPT-J and the paper do.
  case interleaved
}

/// The rotations of each position.
public struct RotaryTable {
  /// `[positions, pairs]`, floating; read as float32.
  public let cosines: Tensor
  /// Of the same shape.
  public let sines: Tensor

  /// Joins the two.
  public init(cosines: Tensor, sines: Tensor) {
    self.cosines = cosines
    self.sines = sines
  }
}

/// Turns pairs of elements by angles that grow with the token's position (Su et al., "RoFormer",
/// 2021).
///
/// A pair `(a, b)` becomes `(a · cos - b · sin, b · cos + a · sin)`. The gradient is turned by the
/// negative angle; the table has none.
///
/// - Parameters:
///   - input: `[tokens, heads, size]`; slices of a projection need no copy.
///   - positions: int64 or int32 `[tokens]`, rows of the table.
///   - table: `[positions, pairs]`; elements from `2 · pairs` on are passed on as they are.
///   - layout: Which elements are pairs.
///   - rotatedHeads: How many of the first heads are turned, nil for all; the others are passed on,
///     such as the values of a packed projection.
/// - Returns: `[tokens, heads, size]`, contiguous, of `input`'s element type.
/// - Throws: ``TorchError`` when shapes do not fit or a position lies outside the table.
public func rotaryEmbedding(
  _ input: Tensor, positions: Tensor, table: RotaryTable, layout: RotaryLayout = .halves,
  rotatedHeads: Int? = nil
) throws -> Tensor {
  let shape = input.shape
  let heads = rotatedHeads ?? (shape.count == 3 ? shape[1] : 0)
  return try unsafe Tensor(
    adopting: ct_rotary_embedding(
      input.handle, positions.handle, table.cosines.handle, table.sines.handle, Int64(heads),
      layout == .interleaved))
}
