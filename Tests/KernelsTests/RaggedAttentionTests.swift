import Testing
import Torch

/// Lengths, heads and options of one attention.
struct AttentionCase: Sendable, CustomTestStringConvertible {
  var queries: [Int]
  var keys: [Int]? = nil
  var heads = 2
  var keyHeads = 2
  var size = 32
  var isCausal = false
  var dropout = 0.0

  var testDescription: String {
    "queries \(queries), keys \(keys ?? queries), heads \(heads)/\(keyHeads) of \(size), "
      + "causal \(isCausal), dropout \(dropout)"
  }

  static let all = [
    AttentionCase(queries: [2, 1, 3, 35, 0, 17]),
    AttentionCase(queries: [35, 8, 9, 64], heads: 3, keyHeads: 3, size: 64, dropout: 0.1),
    AttentionCase(queries: [7, 33, 65], heads: 4, keyHeads: 2, isCausal: true, dropout: 0.1),
    AttentionCase(
      queries: [5, 40], keys: [70, 300], keyHeads: 1, size: 48, isCausal: true, dropout: 0.2),
    AttentionCase(queries: [40, 6], keys: [5, 9], size: 20, isCausal: true),
    AttentionCase(queries: [513, 1], heads: 1, keyHeads: 1, size: 16),
    AttentionCase(queries: [257], heads: 2, keyHeads: 1, size: 128, isCausal: true, dropout: 0.1),
    AttentionCase(
      queries: [20, 31], keys: [17, 600], heads: 1, keyHeads: 1, size: 256, dropout: 0.3),
    AttentionCase(queries: [13], size: 37, dropout: 0.1),
    AttentionCase(queries: [4, 0, 9], keys: [0, 7, 3]),
    // Queries of a text under way over the keys of all before.
    AttentionCase(
      queries: [1, 1, 1, 1], keys: [700, 1, 257, 0], heads: 8, size: 64, isCausal: true),
    AttentionCase(queries: [3, 1], keys: [520, 20], heads: 4, keyHeads: 1, isCausal: true),
    // Several tiles of keys, whose parts of a query's gradient add up.
    AttentionCase(queries: [700, 300], heads: 1, keyHeads: 1, size: 24, dropout: 0.1),
    AttentionCase(queries: [530, 3], heads: 2, keyHeads: 1, size: 16, isCausal: true),
    AttentionCase(queries: [600], keys: [290], heads: 1, keyHeads: 1, size: 16, isCausal: true),
  ]

  /// Sizes of a head that vectors do not divide.
  static let sizes = [1, 7, 16, 24, 40, 72, 80, 100, 136, 160, 200, 250].map {
    AttentionCase(queries: [19, 5], heads: 1, keyHeads: 1, size: $0)
  }
}

/// Cumulative lengths.
func boundaries(_ lengths: [Int]) throws -> Tensor {
  try Tensor(lengths.reduce(into: [Int32(0)]) { $0.append($0[$0.count - 1] + Int32($1)) })
}

struct RaggedAttentionTests {
  @Test(arguments: AttentionCase.all + AttentionCase.sizes, KernelVariant.all)
  func followsTheReferenceWithItsGradients(example: AttentionCase, variant: KernelVariant) throws {
    let keys = example.keys ?? example.queries
    let queryBoundaries = try boundaries(example.queries)
    let keyBoundaries = try boundaries(keys)
    let queryTokens = example.queries.reduce(0, +)
    let keyTokens = keys.reduce(0, +)
    try variant.run {
      try expectKernelFollowsReference(
        variant,
        [
          normal([queryTokens, example.heads, example.size], seed: 1),
          normal([keyTokens, example.keyHeads, example.size], seed: 2),
          normal([keyTokens, example.keyHeads, example.size], seed: 3),
        ]
      ) { inputs in
        try raggedAttention(
          query: #require(inputs[0]), key: #require(inputs[1]), value: #require(inputs[2]),
          queryBoundaries: queryBoundaries,
          keyBoundaries: example.keys == nil ? nil : keyBoundaries,
          scale: 1 / Double(example.size).squareRoot(), isCausal: example.isCausal,
          dropout: DropoutKey(rate: example.dropout, seed: 5, place: 6))
      }
    }
  }

  @Test(arguments: KernelVariant.all)
  func packedProjectionEqualsItsSlices(variant: KernelVariant) throws {
    try variant.run {
      let projected = try normal([40, 8, 32], seed: 1).to(variant.type)
      let limits = try boundaries([11, 29])
      let key = DropoutKey(rate: 0.1, seed: 1, place: 2)
      let packed = try raggedAttention(
        projected: projected, heads: 4, keyHeads: 2, boundaries: limits, scale: 0.2, dropout: key)
      let sliced = try raggedAttention(
        query: projected.narrowed(1, from: 0, count: 4),
        key: projected.narrowed(1, from: 4, count: 2),
        value: projected.narrowed(1, from: 6, count: 2), queryBoundaries: limits, scale: 0.2,
        dropout: key)
      #expect(try relativeDifference(packed, sliced) == 0)
      try expectKernelFollowsReference(variant, [projected]) { inputs in
        try raggedAttention(
          projected: #require(inputs[0]), heads: 4, keyHeads: 2, boundaries: limits, scale: 0.2,
          dropout: key)
      }
    }
  }

  @Test func aSequenceIsTheSameAloneAndInABatch() throws {
    let projected = try normal([60, 6, 32], seed: 4).to(.bfloat16)
    let whole = try raggedAttention(
      projected: projected, heads: 2, boundaries: boundaries([21, 39]), scale: 0.2)
    let alone = try raggedAttention(
      projected: projected.narrowed(0, from: 21, count: 39), heads: 2, boundaries: boundaries([39]),
      scale: 0.2)
    #expect(try relativeDifference(whole.narrowed(0, from: 21, count: 39), alone) == 0)
  }

  @Test func refusesBoundariesThatDoNotFit() throws {
    let tokens = try normal([10, 2, 16], seed: 1)
    func attend(_ limits: Tensor) throws {
      _ = try raggedAttention(
        query: tokens, key: tokens, value: tokens, queryBoundaries: limits, scale: 1)
    }
    #expect(throws: TorchError.self) { try attend(boundaries([4, 5])) }
    #expect(throws: TorchError.self) { try attend(Tensor([Int32(0), 7, 5, 10])) }
    #expect(throws: TorchError.self) { try attend(Tensor([Int64(0), 10])) }
    #expect(throws: TorchError.self) { try attend(Tensor([Int32]())) }
  }

  @Test func refusesHeadsThatDoNotDivide() throws {
    let queries = try normal([10, 3, 16], seed: 1)
    let keys = try normal([10, 2, 16], seed: 1)
    let error = #expect(throws: TorchError.self) {
      _ = try raggedAttention(
        query: queries, key: keys, value: keys, queryBoundaries: boundaries([10]), scale: 1)
    }
    #expect(error?.description.contains("multiple of key heads") == true)
  }
}
