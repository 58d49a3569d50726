import Layers
import Testing
import Torch
import TorchTestSupport

/// Attention that reads a text piece by piece, beside the same attention over the whole.
@Suite struct KeyValueCacheTests {
  /// A layer of causal attention, over an input that is a function of the token and its sequence.
  private struct Attention {
    let projection: SelfAttentionProjection
    let heads: AttentionHeads
    let rotary: RotaryEmbedding?
    let norms: HeadNorms?
    let table: Tensor

    init(
      window: Int? = nil, isRotated: Bool = true, isJoined: Bool = false, isNormalized: Bool = false
    ) throws {
      let scope = ParameterStore(source: nil).root
      func linear(_ width: Int, _ name: String) throws -> Linear {
        try Linear(12, width, deviation: 0.5, at: scope[name])
      }
      projection =
        try isJoined
        ? SelfAttentionProjection(joined: linear(64, "joined"), querySize: 32)
        : SelfAttentionProjection(
          query: linear(32, "query"), key: linear(16, "key"), value: linear(16, "value"))
      heads = try AttentionHeads(
        4, keyCount: 2, size: 8, isCausal: true, window: window, dropout: 0, at: scope)
      rotary =
        isRotated
        ? RotaryEmbedding(try RotaryFrequencies(base: 100, size: 8, maximumPositions: 64)) : nil
      norms =
        isNormalized
        ? HeadNorms(
          query: try RMSNorm(8, epsilon: 1e-6, at: scope["query_norm"]),
          key: try RMSNorm(8, epsilon: 1e-6, at: scope["key_norm"])) : nil
      table = try Embedding(50, 12, deviation: 1, at: scope["words"]).weight.value
    }

    func callAsFunction(
      _ batch: RaggedBatch, cache: KeyValueCache? = nil, only selection: TokenSelection? = nil
    ) throws -> Tensor {
      try withoutGradients {
        let context = AttentionContext(
          batch: batch, rotation: try rotary?.rotation(for: batch), cache: cache?.layers[0],
          selection: selection)
        let pass = {
          try heads(
            table.embedding(of: batch.tokens), through: projection, norms: norms, in: context)
        }
        return try cache?.reading(batch, pass) ?? pass()
      }
    }

    /// What each token of each sequence becomes when all is read at once.
    func whole(_ sequences: [[Int32]]) throws -> [Tensor] {
      try Self.split(self(RaggedBatch(sequences)), sequences.map(\.count))
    }

    static func split(_ tensor: Tensor, _ lengths: [Int]) throws -> [Tensor] {
      var start = 0
      return try lengths.map { length in
        defer { start += length }
        return try tensor.narrowed(0, from: start, count: length)
      }
    }
  }

  private static let sequences: [[Int32]] = [
    [1, 2, 3, 4, 5, 6, 7, 8, 9], [10, 11, 12, 13], [14, 15, 16, 17, 18, 19],
  ]

  /// Prompts of 5, 1 and 3 tokens, then one token each, then two more pieces of two and one.
  private static let pieces: [[Range<Int>]] = [
    [0..<5, 0..<1, 0..<3], [5..<6, 1..<2, 3..<4], [6..<8, 2..<3, 4..<5], [8..<9, 3..<4, 5..<6],
  ]

  @Test(
    "A text read in pieces gives what it gives as a whole",
    arguments: [
      (window: Int?.none, joined: false, normalized: false), (2, false, false), (0, true, false),
      (nil, true, false), (3, false, true),
    ])
  func readsPieces(example: (window: Int?, joined: Bool, normalized: Bool)) throws {
    let attention = try Attention(
      window: example.window, isRotated: !example.joined, isJoined: example.joined,
      isNormalized: example.normalized)
    let whole = try attention.whole(Self.sequences)
    let cache = KeyValueCache(sequences: 3, layers: 1)
    for piece in Self.pieces {
      let tokens = zip(Self.sequences, piece).map { Array($0[$1]) }
      let found = try Attention.split(
        attention(cache.batch(tokens), cache: cache), piece.map(\.count))
      for (index, range) in piece.enumerated() {
        try expectClose(
          found[index], to: whole[index].narrowed(0, from: range.lowerBound, count: range.count),
          within: 1e-5)
      }
    }
    #expect(cache.lengths == [9, 4, 6])
  }

  @Test func goesOnWithTheSequencesThatAreKept() throws {
    let attention = try Attention(window: 4)
    let cache = KeyValueCache(sequences: 3, layers: 1)
    _ = try attention(cache.batch([[1, 2, 3, 4, 5], [10, 11], [14, 15, 16]]), cache: cache)
    // The second has ended; the third goes on twice, as a beam does.
    try cache.keep([2, 0, 2])
    #expect(cache.lengths == [3, 5, 3])
    let next: [[Int32]] = [[17], [6, 7], [20]]
    let found = try Attention.split(attention(cache.batch(next), cache: cache), [1, 2, 1])
    let whole = try attention.whole([
      [14, 15, 16, 17], [1, 2, 3, 4, 5, 6, 7], [14, 15, 16, 20],
    ])
    for (index, count) in [1, 2, 1].enumerated() {
      let all = whole[index]
      try expectClose(
        found[index], to: all.narrowed(0, from: all.shape[0] - count, count: count), within: 1e-5)
    }
  }

  @Test("Only the chosen tokens come out, whether they end their sequences or not")
  func givesTheChosenTokens() throws {
    for (window, joined) in [(nil, false), (2, true)] as [(Int?, Bool)] {
      let attention = try Attention(window: window, isJoined: joined)
      let batch = try RaggedBatch(Self.sequences)
      let all = try attention(batch)
      for places in [[[8], [3], [5]], [[7, 8], [], [2, 3, 4, 5]], [[0, 4], [1], []]] {
        let selection = try batch.selection(of: places)
        try expectClose(
          attention(batch, only: selection), to: all.slices(selection.places), within: 1e-5)
      }
    }
  }

  @Test func keepsNothingThatNoWindowReaches() throws {
    let attention = try Attention(window: 2)
    let cache = KeyValueCache(sequences: 1, layers: 1)
    _ = try attention(cache.batch([[1, 2, 3, 4, 5]]), cache: cache)
    #expect(cache.layers[0].held?.lengths == [2])
  }

  @Test("Keys and values of another text are made once, and follow the sequences that are kept")
  func holdsAnotherText() throws {
    let cache = KeyValueCache(sequences: 2, layers: 0, crossLayers: 1)
    func made(_ values: [Float]) throws -> KeysAndValues {
      let tensor = try Tensor(values, shape: [3, 1, 1])
      return try KeysAndValues(key: tensor, value: tensor, lengths: [1, 2])
    }
    _ = try cache.crossLayers[0].fixed { try made([1, 2, 3]) }
    let again = try cache.crossLayers[0].fixed { try made([7, 8, 9]) }
    try expectClose(again.key, to: [Float(1), 2, 3], within: 0)
    try cache.keep([1, 0])
    let kept = try cache.crossLayers[0].fixed { try made([7, 8, 9]) }
    try expectClose(kept.value, to: [Float(2), 3, 1], within: 0)
    #expect(try kept.boundaries.values(as: Int32.self) == [0, 2, 3])
  }

  @Test func refusesABatchThatDoesNotGoOn() throws {
    let attention = try Attention()
    let cache = KeyValueCache(sequences: 2, layers: 1)
    _ = try attention(cache.batch([[1, 2], [3]]), cache: cache)
    let error = #expect(throws: LayersError.self) {
      _ = try attention(RaggedBatch([[4], [5]]), cache: cache)
    }
    #expect(
      error?.description
        == "The batch begins at the positions [0, 0], and the cache has read [2, 1] "
        + "tokens. Make the batch with the cache.")
  }

  @Test func aFailedPassLeavesTheCacheAsItWas() throws {
    let attention = try Attention()
    let cache = KeyValueCache(sequences: 1, layers: 1)
    _ = try attention(cache.batch([[1, 2, 3]]), cache: cache)
    struct Interruption: Error {}
    let batch = try cache.batch([[4]])
    #expect(throws: Interruption.self) {
      try cache.reading(batch) {
        let tensor = try Tensor.zeros([1, 2, 8])
        _ = try cache.layers[0].append(key: tensor, value: tensor, of: batch)
        throw Interruption()
      }
    }
    #expect(cache.lengths == [3])
    #expect(cache.layers[0].held?.lengths == [3])
  }

  @Test func refusesSequencesThatAreNotThere() throws {
    let cache = KeyValueCache(sequences: 2, layers: 1)
    let error = #expect(throws: LayersError.self) { try cache.keep([0, 2]) }
    #expect(
      error?.description
        == "The cache of 2 sequences is asked for those of the indices [0, 2].")
  }
}
