public import Torch

/// Rotary position embedding: queries and keys turn with their position, so that their products
/// depend on the distance alone.
///
/// Su et al., "RoFormer", 2021.
///
/// It has no parameters. The table of cosines and sines is made when the first batch needs it, and
/// grows with the longest sequence.
public final class RotaryEmbedding {
  /// The angles of each pair.
  public let frequencies: RotaryFrequencies
  /// Which elements are pairs.
  public let layout: RotaryLayout
  private var table: RotaryTable?

  /// Makes the embedding of a model.
  public init(_ frequencies: RotaryFrequencies, layout: RotaryLayout = .halves) {
    self.frequencies = frequencies
    self.layout = layout
  }

  /// The rotations of a batch's tokens, which all layers of a model share.
  ///
  /// With dynamic scaling each sequence turns by the angles of its own length, so that its result
  /// does not depend on the batch that it is in; Transformers takes the longest of the batch. Of a
  /// sequence that continues what a cache holds, the length so far counts; the keys in the cache
  /// stay as they were turned, in Transformers too.
  public func rotation(for batch: RaggedBatch) throws -> RotaryRotation {
    let device = batch.tokens.device
    if frequencies.dependsOnLength(upTo: batch.reach) {
      let tables = try zip(batch.firstPositions, batch.lengths).map { first, count in
        try rows(from: first, count, length: first + count)
      }
      let joined = RotaryTable(
        cosines: try Tensor.concatenated(tables.map(\.cosines)).to(device),
        sines: try Tensor.concatenated(tables.map(\.sines)).to(device))
      let places = try Tensor.range(to: Double(batch.tokenCount), on: device)
      return RotaryRotation(positions: places, table: joined, layout: layout)
    }
    return RotaryRotation(
      positions: batch.positions, table: try table(of: batch.reach, on: device), layout: layout)
  }

  private func table(of length: Int, on device: Device) throws -> RotaryTable {
    if let table, table.cosines.shape[0] >= length, table.cosines.device == device { return table }
    // Grown by doubling: batches come in many lengths.
    var count = 64
    while count < length { count *= 2 }
    let made = try rows(from: 0, count, length: length)
    let moved = RotaryTable(cosines: try made.cosines.to(device), sines: try made.sines.to(device))
    table = moved
    return moved
  }

  /// `count` rows from a position on, for sequences of a length.
  ///
  /// Angles are rounded to fp32, as those were that checkpoints were trained with.
  private func rows(from first: Int, _ count: Int, length: Int) throws -> RotaryTable {
    let angles = frequencies.angles(length: length)
    let positions = try Tensor.range(
      from: Double(first), to: Double(first + count), .float32
    ).reshaped([count, 1])
    let turned = try positions * Tensor(angles, shape: [1, angles.count])
    let factor = frequencies.attentionFactor
    return RotaryTable(
      cosines: try turned.cosine() * factor, sines: try turned.sine() * factor)
  }
}

/// The rotations of one batch's tokens.
public struct RotaryRotation {
  let positions: Tensor
  let table: RotaryTable
  let layout: RotaryLayout

  /// The rotations of the chosen tokens alone.
  public func only(_ selection: TokenSelection) throws -> RotaryRotation {
    RotaryRotation(
      positions: try positions.slices(selection.places), table: table, layout: layout)
  }

  /// Turns `[T, heads, size]`: all heads, or the first `rotatedHeads` (queries and keys of a packed
  /// projection, say).
  public func callAsFunction(_ input: Tensor, rotatedHeads: Int? = nil) throws -> Tensor {
    try rotaryEmbedding(
      input, positions: positions, table: table, layout: layout, rotatedHeads: rotatedHeads)
  }
}
