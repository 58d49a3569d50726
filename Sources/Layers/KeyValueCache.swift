public import Torch

/// What a decoder keeps of the tokens that it has read, so that it reads none of them twice: the
/// keys and values of every layer.
///
/// Sequences are ragged, as in a ``RaggedBatch``. A pass goes on where the last one stopped:
///
/// ```swift
/// let cache = model.makeCache(sequences: prompts.count)
/// var states = try model.states(cache.batch(prompts), only: nil, cache: cache)
/// states = try model.states(cache.batch(nextTokens), only: nil, cache: cache)
/// try cache.keep([0, 2])  // the second sequence has ended
/// ```
///
/// It is for generation: record no gradients while using it.
public final class KeyValueCache {
  /// What each layer made of the tokens themselves.
  public let layers: [KeyValueLayer]
  /// What each layer made of another text, which stays the same: an encoder's, in a model that has
  /// one.
  public let crossLayers: [KeyValueLayer]
  /// Tokens read so far, of each sequence.
  public private(set) var lengths: [Int]

  /// Makes an empty cache.
  public init(sequences: Int, layers: Int, crossLayers: Int = 0) {
    self.layers = (0..<layers).map { _ in KeyValueLayer() }
    self.crossLayers = (0..<crossLayers).map { _ in KeyValueLayer() }
    lengths = Array(repeating: 0, count: sequences)
  }

  /// Number of sequences.
  public var count: Int { lengths.count }

  /// Packs the next tokens of each sequence, with the positions that follow those read so far.
  ///
  /// - Throws: ``LayersError`` when there are not as many sequences as in the cache, or one has no
  ///   token.
  public func batch(_ sequences: [[Int32]], on device: Device = .cpu) throws -> RaggedBatch {
    try RaggedBatch(sequences, firstPositions: lengths, on: device)
  }

  /// Runs the pass of a model over the next tokens, and counts them as read.
  ///
  /// When the pass fails, the cache is as it was before.
  ///
  /// - Throws: ``LayersError`` when the batch does not go on where the cache stopped.
  public func reading<Result>(_ batch: RaggedBatch, _ pass: () throws -> Result) throws -> Result {
    guard batch.firstPositions == lengths else {
      throw LayersError(
        .batch,
        "The batch begins at the positions \(batch.firstPositions), and the cache has read "
          + "\(lengths) tokens. Make the batch with the cache.")
    }
    let all = layers + crossLayers
    let before = all.map(\.held)
    do {
      let result = try pass()
      lengths = zip(lengths, batch.lengths).map(+)
      return result
    } catch {
      for (layer, held) in zip(all, before) { layer.held = held }
      throw error
    }
  }

  /// Keeps the sequences of these indices, in this order: those that go on after others have ended,
  /// or beams, where one may go on several times.
  ///
  /// - Throws: ``LayersError`` when there is no such sequence.
  public func keep(_ sequences: [Int]) throws {
    guard sequences.allSatisfy(lengths.indices.contains) else {
      throw LayersError(
        .batch, "The cache of \(count) sequences is asked for those of the indices \(sequences).")
    }
    guard sequences != Array(lengths.indices) else { return }
    for layer in layers + crossLayers { try layer.keep(sequences) }
    lengths = sequences.map { lengths[$0] }
  }
}

/// Keys and values of N sequences, one after another.
public struct KeysAndValues {
  /// `[K, keyHeads, size]`.
  public let key: Tensor
  /// Of the same shape.
  public let value: Tensor
  /// How many each sequence has.
  public let lengths: [Int]
  /// Where each sequence's begin, `[N + 1]`, `int32`, on the CPU.
  public let boundaries: Tensor

  /// Joins them.
  public init(key: Tensor, value: Tensor, lengths: [Int]) throws {
    self.key = key
    self.value = value
    self.lengths = lengths
    var boundaries: [Int32] = [0]
    for length in lengths { boundaries.append(boundaries[boundaries.count - 1] + Int32(length)) }
    self.boundaries = try Tensor(boundaries)
  }
}

/// What one layer's attention looks at.
public final class KeyValueLayer {
  /// What is held; nil before the first pass.
  public fileprivate(set) var held: KeysAndValues?

  init() {}

  /// Takes the keys and values of a batch's tokens, and gives back those of all tokens that these
  /// may see.
  ///
  /// - Parameters:
  ///   - key: `[T, keyHeads, size]`, turned by its positions where a model does so.
  ///   - value: Of the same shape.
  ///   - batch: The tokens.
  ///   - window: The largest distance at which a token is seen: of what is further away nothing is
  ///     kept. Nil keeps all.
  ///   - slot: What stands before the first keys of every sequence: it is held as they are. Nil for
  ///     nothing.
  /// - Returns: What is held of each sequence, followed by what is new.
  /// - Throws: ``LayersError`` when the batch has another number of sequences.
  public func append(
    key: Tensor, value: Tensor, of batch: RaggedBatch, window: Int? = nil,
    after slot: AttentionSlot? = nil
  ) throws -> KeysAndValues {
    var new = try KeysAndValues(key: key, value: value, lengths: batch.lengths)
    if held == nil, let prefix = try slot?.prefix() { new = try new.following(prefix) }
    let all = try held.map { try $0.followed(by: new) } ?? new
    let kept = all.lengths.map { min($0, window ?? $0) }
    // A slice of a projection would keep the memory of the queries too.
    held = try kept == all.lengths && held != nil ? all : all.ends(kept)
    return all
  }

  /// The keys and values of another text: made by the first pass, the same in all that follow.
  public func fixed(_ make: () throws -> KeysAndValues) throws -> KeysAndValues {
    if let held { return held }
    let made = try make()
    held = made
    return made
  }

  fileprivate func keep(_ sequences: [Int]) throws { held = try held?.sequences(sequences) }
}

extension KeysAndValues {
  /// Each sequence followed by the same sequence of another.
  fileprivate func followed(by other: KeysAndValues) throws -> KeysAndValues {
    guard lengths.count == other.lengths.count else {
      throw LayersError(
        .batch,
        "A cache of \(lengths.count) sequences gets tokens of \(other.lengths.count) sequences.")
    }
    func joined(_ first: Tensor, _ second: Tensor) throws -> Tensor {
      let parts = try zip(pieces(of: first), other.pieces(of: second)).flatMap { [$0, $1] }
      return try Tensor.concatenated(parts)
    }
    return try KeysAndValues(
      key: joined(key, other.key), value: joined(value, other.value),
      lengths: zip(lengths, other.lengths).map(+))
  }

  /// The last ones of each sequence, as many as are given, in memory of their own.
  fileprivate func ends(_ counts: [Int]) throws -> KeysAndValues {
    func ends(of tensor: Tensor) throws -> Tensor {
      try Tensor.concatenated(
        zip(pieces(of: tensor), counts).map { piece, count in
          try piece.narrowed(0, from: piece.shape[0] - count, count: count)
        })
    }
    return try KeysAndValues(key: ends(of: key), value: ends(of: value), lengths: counts)
  }

  /// The sequences of these indices, in this order.
  fileprivate func sequences(_ indices: [Int]) throws -> KeysAndValues {
    func chosen(_ tensor: Tensor) throws -> Tensor {
      let pieces = try pieces(of: tensor)
      guard !indices.isEmpty else { return try tensor.narrowed(0, from: 0, count: 0) }
      return try Tensor.concatenated(indices.map { pieces[$0] })
    }
    return try KeysAndValues(
      key: chosen(key), value: chosen(value), lengths: indices.map { lengths[$0] })
  }

  /// Each sequence's part of a tensor, without a copy.
  private func pieces(of tensor: Tensor) throws -> [Tensor] {
    var start = 0
    return try lengths.map { length in
      defer { start += length }
      return try tensor.narrowed(0, from: start, count: length)
    }
  }
}
