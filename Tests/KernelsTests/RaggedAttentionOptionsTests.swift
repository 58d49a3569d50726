import Testing
import Torch

/// A bias of a test, whose numbers are random.
enum BiasCase: Sendable {
  case none
  case byDistance(reach: Int)
  case slopes
}

/// Lengths, heads and options of one attention.
struct AttentionOptionsCase: Sendable, CustomTestStringConvertible {
  var queries: [Int]
  var keys: [Int]? = nil
  var heads = 2
  var keyHeads = 2
  var size = 16
  var isCausal = false
  var window: Int? = nil
  var bias = BiasCase.none
  var dropout = 0.0

  var testDescription: String {
    "queries \(queries), keys \(keys ?? queries), heads \(heads)/\(keyHeads) of \(size), "
      + "causal \(isCausal), window \(window ?? -1), bias \(bias), dropout \(dropout)"
  }

  static let all = [
    AttentionOptionsCase(queries: [2, 1, 3, 35, 0, 17], bias: .byDistance(reach: 4)),
    AttentionOptionsCase(queries: [9, 70], size: 64, bias: .byDistance(reach: 200), dropout: 0.1),
    AttentionOptionsCase(queries: [5, 18], bias: .byDistance(reach: 1)),
    AttentionOptionsCase(
      queries: [300, 20], heads: 4, isCausal: true, bias: .byDistance(reach: 32)),
    AttentionOptionsCase(
      queries: [5, 40, 3], keys: [70, 300, 0], heads: 3, keyHeads: 1, size: 20, isCausal: true,
      bias: .byDistance(reach: 64), dropout: 0.2),
    AttentionOptionsCase(queries: [40, 6], keys: [5, 9], bias: .byDistance(reach: 8)),
    AttentionOptionsCase(
      queries: [530], heads: 1, keyHeads: 1, window: 90, bias: .byDistance(reach: 50)),
    AttentionOptionsCase(queries: [33, 2], bias: .slopes, dropout: 0.1),
    AttentionOptionsCase(queries: [270, 8], heads: 4, isCausal: true, bias: .slopes),
    AttentionOptionsCase(queries: [1, 1], keys: [300, 9], isCausal: true, bias: .slopes),
    AttentionOptionsCase(queries: [20, 2], window: 1),
    AttentionOptionsCase(queries: [35, 64, 9], window: 3, dropout: 0.1),
    AttentionOptionsCase(queries: [35, 64, 9], size: 64, isCausal: true, window: 16),
    AttentionOptionsCase(queries: [700, 300], heads: 2, keyHeads: 1, isCausal: true, window: 100),
    AttentionOptionsCase(queries: [700], heads: 1, keyHeads: 1, window: 70, dropout: 0.1),
    AttentionOptionsCase(queries: [300], heads: 1, keyHeads: 1, window: 5000),
    AttentionOptionsCase(
      queries: [1, 30, 2], keys: [600, 290, 40], heads: 4, isCausal: true, window: 33),
    AttentionOptionsCase(queries: [300, 40], keys: [20, 600], window: 12),
    AttentionOptionsCase(queries: [90], keys: [30], isCausal: true, window: 7, bias: .slopes),
  ]

  /// Random queries, keys, values, and a table where there is one.
  func inputs() throws -> [Tensor] {
    let keyTokens = (keys ?? queries).reduce(0, +)
    var inputs = [
      try normal([queries.reduce(0, +), heads, size], seed: 1),
      try normal([keyTokens, keyHeads, size], seed: 2),
      try normal([keyTokens, keyHeads, size], seed: 3),
    ]
    if case .byDistance(let reach) = bias {
      inputs.append(try normal([heads, 2 * reach + 1], seed: 4))
    }
    return inputs
  }

  func attend(_ inputs: [Tensor]) throws -> Tensor {
    var options = AttentionOptions(
      scale: 1 / Double(size).squareRoot(), isCausal: isCausal, window: window,
      dropout: DropoutKey(rate: dropout, seed: 5, place: 6))
    switch bias {
    case .none: break
    case .byDistance: options.bias = .byDistance(inputs[3])
    case .slopes:
      options.bias = .linear(slopes: try Tensor((0..<heads).map { Float(0.5) / Float(1 + $0) }))
    }
    return try raggedAttention(
      query: inputs[0], key: inputs[1], value: inputs[2], queryBoundaries: boundaries(queries),
      keyBoundaries: keys.map { try boundaries($0) }, options: options)
  }
}

struct RaggedAttentionOptionsTests {
  @Test(arguments: AttentionOptionsCase.all, KernelVariant.all)
  func followTheReferenceWithTheirGradients(
    example: AttentionOptionsCase, variant: KernelVariant
  ) throws {
    try variant.run {
      try expectKernelFollowsReference(variant, example.inputs()) { inputs in
        try example.attend(inputs.map { try #require($0) })
      }
    }
  }

  /// The keys that queries see when they have a share of each: values are unit vectors.
  private func shares(
    queries: Int, keys: Int, _ options: AttentionOptions, _ type: DataType = .float64
  ) throws -> [[Double]] {
    let unit = try Tensor(
      (0..<keys * keys).map { $0 / keys == $0 % keys ? 1.0 : 0 }, shape: [keys, 1, keys])
    let zeros = try Tensor.zeros([queries, 1, keys], type)
    let result = try raggedAttention(
      query: zeros, key: .zeros([keys, 1, keys], type), value: unit.to(type),
      queryBoundaries: boundaries([queries]), keyBoundaries: boundaries([keys]), options: options)
    let values = try result.to(.float64).values(as: Double.self)
    return (0..<queries).map { Array(values[$0 * keys..<($0 + 1) * keys]) }
  }

  @Test(arguments: [DataType.float64, .float32])
  func aWindowCountsFromAPlaceAlignedAtTheEnd(type: DataType) throws {
    let both = try shares(queries: 2, keys: 6, AttentionOptions(scale: 1, window: 2), type)
    #expect(
      both.map { $0.map { $0 > 0 } } == [
        [false, false, true, true, true, true], [false, false, false, true, true, true],
      ])
    let causal = AttentionOptions(scale: 1, isCausal: true, window: 1)
    #expect(
      try shares(queries: 3, keys: 4, causal, type) == [
        [0.5, 0.5, 0, 0], [0, 0.5, 0.5, 0], [0, 0, 0.5, 0.5],
      ])
    #expect(
      try shares(queries: 2, keys: 3, AttentionOptions(scale: 1, window: 0), type) == [
        [0, 1, 0], [0, 0, 1],
      ])
    #expect(try shares(queries: 3, keys: 1, causal, type) == [[0], [0], [1]])
  }

  @Test(arguments: [DataType.float64, .float32])
  func aTableIsReadByKeyLessQueryAndItsEndsReachFurther(type: DataType) throws {
    // With scores of 0 the shares are the table's exponentials, here 1, 2 and 4.
    let table = try Tensor([0, 0.6931471805599453, 1.3862943611198906], shape: [1, 3])
    let found = try shares(
      queries: 2, keys: 3, AttentionOptions(scale: 1, bias: .byDistance(table)), type)
    for (row, weights) in zip(found, [[1.0, 2, 4], [1, 1, 2]]) {
      let total = weights.reduce(0, +)
      #expect(zip(row, weights).allSatisfy { abs($0 - $1 / total) < 1e-6 })
    }
  }

  @Test(arguments: [DataType.float64, .float32])
  func slopesTakeOffByDistanceOnBothSides(type: DataType) throws {
    let bias = AttentionBias.linear(slopes: try Tensor([0.6931471805599453]))
    let found = try shares(queries: 3, keys: 3, AttentionOptions(scale: 1, bias: bias), type)
    for (row, weights) in zip(found, [[4.0, 2, 1], [2, 4, 2], [1, 2, 4]]) {
      let total = weights.reduce(0, +)
      #expect(zip(row, weights).allSatisfy { abs($0 - $1 / total) < 1e-6 })
    }
  }

  @Test(arguments: KernelVariant.all)
  func theEndOfALongSequenceNeedsOnlyItsWindow(variant: KernelVariant) throws {
    try variant.run {
      let tokens = 9000, last = 40, window = 70
      let query = try normal([tokens, 1, 16], seed: 1).to(variant.type)
      let key = try normal([tokens, 1, 16], seed: 2).to(variant.type)
      let value = try normal([tokens, 1, 16], seed: 3).to(variant.type)
      func end(_ tensor: Tensor, _ count: Int) throws -> Tensor {
        try tensor.narrowed(0, from: tokens - count, count: count)
      }
      let options = AttentionOptions(scale: 0.25, isCausal: true, window: window)
      let whole = try raggedAttention(
        query: query, key: key, value: value, queryBoundaries: boundaries([tokens]),
        options: options)
      let alone = try raggedAttention(
        query: end(query, last), key: end(key, last + window), value: end(value, last + window),
        queryBoundaries: boundaries([last]), keyBoundaries: boundaries([last + window]),
        options: options)
      #expect(try relativeDifference(end(whole, last), alone) < variant.tolerance)
    }
  }

  @Test(arguments: KernelVariant.all)
  func theNextTokenOverACacheEqualsTheLastOfTheWhole(variant: KernelVariant) throws {
    try variant.run {
      let tokens = 1500
      let query = try normal([tokens, 4, 32], seed: 1).to(variant.type)
      let key = try normal([tokens, 2, 32], seed: 2).to(variant.type)
      let options = AttentionOptions(scale: 0.2, isCausal: true)
      let whole = try raggedAttention(
        query: query, key: key, value: key, queryBoundaries: boundaries([tokens]),
        options: options)
      let next = try raggedAttention(
        query: query.narrowed(0, from: tokens - 1, count: 1), key: key, value: key,
        queryBoundaries: boundaries([1]), keyBoundaries: boundaries([tokens]), options: options)
      let expected = try whole.narrowed(0, from: tokens - 1, count: 1)
      #expect(try relativeDifference(next, expected) < variant.tolerance)
    }
  }
}
