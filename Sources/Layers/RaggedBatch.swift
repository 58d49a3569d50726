public import Torch

/// N sequences laid one after another, without padding.
public struct RaggedBatch {
  /// Token ids, `[T]`, `int64`.
  public let tokens: Tensor
  /// Positions, counting up from 0 (or from where a continued sequence stopped) for each sequence,
  /// `[T]`, `int64`.
  public let positions: Tensor
  /// Token types, `[T]`, `int64`; nil means all 0.
  public internal(set) var segments: Tensor?
  /// Where sequences begin, and the end of the last: `[N + 1]`, `int32`, on the CPU (`cu_seqlens`
  /// elsewhere).
  public let boundaries: Tensor
  /// The index of each sequence's first token, `[N]`, `int64`.
  public let starts: Tensor
  /// The ids of each sequence's tokens, for what is decided on the Swift side.
  public let sequences: [[Int32]]
  /// Tokens of each sequence.
  public let lengths: [Int]
  /// The position of each sequence's first token: 0, but where a cache holds what came before.
  public let firstPositions: [Int]

  /// Number of sequences.
  public var count: Int { lengths.count }
  /// Number of tokens of all sequences.
  public let tokenCount: Int
  /// Tokens of the longest sequence.
  public let longest: Int
  /// Tokens of the longest sequence together with what came before it: every position is less.
  public let reach: Int

  /// Packs sequences.
  ///
  /// - Parameters:
  ///   - sequences: Token ids, at least one a sequence.
  ///   - segments: Token types of the same lengths; nil means all 0.
  ///   - firstPositions: The position of each sequence's first token, where a cache holds what came
  ///     before; nil means 0.
  ///   - device: Where the model lies.
  /// - Throws: ``LayersError`` when there is no sequence, an empty one, or segments of other
  ///   lengths.
  public init(
    _ sequences: [[Int32]], segments: [[Int32]]? = nil, firstPositions: [Int]? = nil,
    on device: Device = .cpu
  ) throws {
    guard !sequences.isEmpty, sequences.allSatisfy({ !$0.isEmpty }) else {
      throw LayersError(.batch, "A batch needs at least one sequence, and each at least one token.")
    }
    if let segments, segments.map(\.count) != sequences.map(\.count) {
      throw LayersError(.batch, "The token types of a batch have other lengths than its tokens.")
    }
    if let firstPositions, firstPositions.count != sequences.count {
      throw LayersError(
        .batch,
        "A batch of \(sequences.count) sequences has \(firstPositions.count) first positions.")
    }
    if let negative = firstPositions?.first(where: { $0 < 0 }) {
      throw LayersError(.batch, "A sequence of a batch begins at the position \(negative).")
    }
    self.sequences = sequences
    lengths = sequences.map(\.count)
    tokenCount = lengths.reduce(0, +)
    longest = lengths.max() ?? 0
    self.firstPositions = firstPositions ?? Array(repeating: 0, count: sequences.count)
    reach = zip(self.firstPositions, lengths).map(+).max() ?? 0

    var boundaries: [Int32] = [0]
    boundaries.reserveCapacity(sequences.count + 1)
    var positions: [Int64] = []
    positions.reserveCapacity(tokenCount)
    var tokens: [Int64] = []
    tokens.reserveCapacity(tokenCount)
    for (index, sequence) in sequences.enumerated() {
      let first = Int64(self.firstPositions[index])
      boundaries.append(boundaries[boundaries.count - 1] + Int32(sequence.count))
      positions.append(contentsOf: first..<first + Int64(sequence.count))
      for token in sequence { tokens.append(Int64(token)) }
    }
    self.tokens = try Tensor(tokens).to(device)
    self.positions = try Tensor(positions).to(device)
    self.boundaries = try Tensor(boundaries)
    starts = try Tensor(boundaries.dropLast().map(Int64.init)).to(device)
    self.segments = try segments.map { try Tensor($0.joined().map(Int64.init)).to(device) }
  }

  /// The rows of `hidden` `[T, width]` that belong to each sequence's first token: `[N, width]`.
  public func firstTokens(of hidden: Tensor) throws -> Tensor {
    try hidden.slices(starts)
  }
}
