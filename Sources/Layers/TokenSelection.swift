public import Torch

/// The tokens of a batch whose results are read: the last layer computes no others.
public struct TokenSelection {
  /// Their places among the batch's tokens, ascending, `[S]`, `int64`.
  public let places: Tensor
  /// How many of each sequence, as cumulative counts `[N + 1]`, `int32`, on the CPU.
  public let boundaries: Tensor
  /// How many there are.
  public let count: Int
  /// Whether the chosen tokens of each sequence are its last ones, with none between them left out.
  ///
  /// Attention that counts places from the ends of queries and keys then needs no others.
  public let endsSequences: Bool
  /// Whether they are what the sequences begin with, whatever that is: with virtual tokens before
  /// the text, the first of these.
  let startsSequences: Bool
}

extension RaggedBatch {
  /// Each sequence's first token; that is the first virtual token where a method puts any before the
  /// text, as heads of Transformers read position 0 of what they are given.
  public func firstTokens() throws -> TokenSelection {
    TokenSelection(
      places: starts, boundaries: try Tensor((0...count).map(Int32.init)), count: count,
      endsSequences: longest == 1, startsSequences: true)
  }

  /// Each sequence's last token.
  public func lastTokens() throws -> TokenSelection {
    try selection(of: lengths.map { [$0 - 1] })
  }

  /// The tokens at some places of each sequence.
  ///
  /// - Parameter places: For each sequence the places that are wanted, ascending, counted from 0
  ///   at its first token; none is allowed.
  /// - Returns: Those tokens.
  /// - Throws: ``LayersError`` when a place lies outside its sequence, or places do not ascend.
  public func selection(of places: [[Int]]) throws -> TokenSelection {
    guard places.count == count else {
      throw LayersError(
        .batch, "A batch of \(count) sequences has chosen tokens of \(places.count) sequences.")
    }
    var all: [Int64] = []
    var boundaries: [Int32] = [0]
    var start = 0
    var endsSequences = true
    for (chosen, length) in zip(places, lengths) {
      guard chosen.allSatisfy({ $0 >= 0 && $0 < length }),
        zip(chosen, chosen.dropFirst()).allSatisfy(<)
      else {
        throw LayersError(
          .batch, "The places \(chosen) are not ascending places of a sequence of \(length) tokens."
        )
      }
      if let first = chosen.first, first != length - chosen.count { endsSequences = false }
      all += chosen.map { Int64(start + $0) }
      boundaries.append(Int32(all.count))
      start += length
    }
    return TokenSelection(
      places: try Tensor(all).to(tokens.device), boundaries: try Tensor(boundaries),
      count: all.count, endsSequences: endsSequences, startsSequences: false)
  }
}
