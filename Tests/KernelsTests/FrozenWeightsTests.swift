import Testing
import Torch

/// Nothing is computed or kept for what has no gradient.
struct FrozenWeightsTests {
  private static let rows = 64, width = 96, middle = 192

  /// Bytes that are held when a forward pass ended, beside its result; the block's input is made
  /// anew, so that nothing but the block keeps it.
  private func kept(_ block: (Tensor) throws -> Tensor) throws -> Int {
    let source = try normal([Self.rows, Self.width], seed: 1)
    try source.setRequiresGradient(true)
    let counted = try CountedMemory.of { try block(source * 2) }
    return counted.memory.held - counted.result.byteCount
  }

  private func weight(_ shape: [Int], _ isTrainable: Bool) throws -> Tensor {
    let tensor = try normal(shape, seed: UInt64(shape[0]), deviation: 0.1)
    try tensor.setRequiresGradient(isTrainable)
    return tensor
  }

  @Test func aFrozenLayerKeepsNothing() throws {
    let frozen = try weight([64, Self.width], false), trained = try weight([64, Self.width], true)
    #expect(try kept { try $0.linear(weight: frozen) } == 0)
    let input = Self.rows * Self.width * 4
    #expect(try kept { try $0.linear(weight: trained) } == input)
    // A bias alone needs no input.
    #expect(try kept { try $0.linear(weight: frozen, bias: weight([64], true)) } <= 64 * 4)
  }

  @Test func aFrozenFeedForwardBlockKeepsTheDerivativeAlone() throws {
    let types = [false, true]
    let up = try types.map { try weight([Self.middle, Self.width], $0) }
    let down = try types.map { try weight([Self.width, Self.middle], $0) }
    guard try LaidOutWeights([up[0]]) != nil else { return }  // libtorch's own products
    let input = Self.rows * Self.width * 4, middle = Self.rows * Self.middle * 4
    func keptOf(_ first: Int, _ second: Int) throws -> Int {
      try kept {
        try feedForward(
          $0, up: up[first], bias: nil, down: down[second], activation: .gelu(.exact))
      }
    }
    #expect(try keptOf(0, 0) == middle)
    #expect(try keptOf(1, 0) == middle + input)
    #expect(try keptOf(0, 1) == 2 * middle)
    #expect(try keptOf(1, 1) == 2 * middle + input)
  }

  @Test func aLayerWithTermsKeepsItsInputAndTheThinMiddle() throws {
    let frozen = try weight([64, Self.width], false)
    guard try LaidOutWeights([frozen]) != nil else { return }
    let down = try weight([4, Self.width], true), up = try weight([64, 4], true)
    let bytes = try kept {
      try denseProduct(
        $0,
        [
          DenseOperand(
            weight: frozen,
            terms: [
              LowRankFactors(
                down: down, up: up, scale: 2, dropout: DropoutKey(rate: 0.1, seed: 1, place: 2))
            ])
        ])
    }
    let thin = down.byteCount + up.byteCount
    #expect(bytes == Self.rows * (Self.width + 4) * 4 + thin)
  }

  @Test func anInputWithoutGradientIsNotRecorded() throws {
    let frozen = try weight([64, Self.width], false)
    let input = try normal([Self.rows, Self.width], seed: 1)
    let result = try feedForward(
      input.linear(weight: frozen), up: weight([96, 64], false), bias: nil,
      down: weight([64, 96], false), activation: .gelu(.tanh))
    #expect(!result.requiresGradient)
    let repeated = try checkpointed(input) { try $0.linear(weight: frozen) }
    #expect(!repeated.requiresGradient)
  }

  @Test func whatIsComputedAgainHasItsGradientsThoughTheInputHasNone() throws {
    let weights = try (0..<2).map { _ in try weight([64, Self.width], true) }
    let input = try normal([Self.rows, Self.width], seed: 1)
    try input.linear(weight: weights[0]).sum().backward()
    let repeated = try checkpointed(input) { try $0.linear(weight: weights[1]) }
    #expect(repeated.requiresGradient)
    try repeated.sum().backward()
    #expect(try weights[0].gradient?.values(as: Float.self) == weights[1].gradient?.values())
  }

  /// The gradients of what is trained when everything is, and when the rest is frozen.
  private func expectSameGradients(
    _ shapes: [[Int]], frozen: Set<Int>, _ operation: ([Tensor]) throws -> Tensor
  ) throws {
    func gradients(_ frozen: Set<Int>) throws -> [Tensor?] {
      let inputs = try shapes.enumerated().map { index, shape in
        let tensor = try normal(shape, seed: UInt64(index + 1), deviation: 0.5)
        try tensor.setRequiresGradient(!frozen.contains(index))
        return tensor
      }
      let result = try operation(inputs)
      try result.backward(gradient: normal(result.shape, seed: 99))
      return [result] + inputs.map(\.gradient)
    }
    let all = try gradients([]), some = try gradients(frozen)
    for index in all.indices {
      if frozen.contains(index - 1) {
        #expect(some[index] == nil)
      } else {
        // A bias alone is summed up in another order than beside its weights.
        let found = try #require(some[index]), expected = try #require(all[index])
        #expect(try relativeDifference(found.dense(), expected.dense()) < 2e-6)
      }
    }
  }

  @Test(arguments: [[0], [1], [2], [1, 2], [0, 1], [3, 4], [0, 3]] as [Set<Int>])
  func joinedLayersGiveTheRestOfTheGradients(frozen: Set<Int>) throws {
    try expectSameGradients([[40, 64], [64, 64], [32, 64], [64], [32]], frozen: frozen) {
      try joinedLinear($0[0], weights: Array($0[1...2]), biases: Array($0[3...4]))
    }
  }

  @Test(arguments: [[0], [1, 2], [3], [1, 3], [0, 1, 2], [0, 3]] as [Set<Int>])
  func feedForwardBlocksGiveTheRestOfTheGradients(frozen: Set<Int>) throws {
    try expectSameGradients([[40, 64], [128, 64], [128], [64, 128]], frozen: frozen) {
      try feedForward($0[0], up: $0[1], bias: $0[2], down: $0[3], activation: .gelu(.exact))
    }
  }

  @Test(arguments: [[0], [1], [2], [3, 4], [0, 1, 2], [1, 3, 4]] as [Set<Int>])
  func normsGiveTheRestOfTheGradients(frozen: Set<Int>) throws {
    try expectSameGradients([[40, 64], [64], [40, 64], [64], [64]], frozen: frozen) {
      try dropoutResidualLayerNorm(
        $0[0], inputBias: $0[1], residual: $0[2], weight: $0[3], bias: $0[4], epsilon: 1e-5,
        dropout: DropoutKey(rate: 0.1, seed: 1, place: 1))
    }
  }

  @Test(arguments: [[0], [1], [2], [0, 1], [2, 3]] as [Set<Int>])
  func embeddingsGiveTheRestOfTheGradients(frozen: Set<Int>) throws {
    let tokens = try Tensor([Int64(3), 1, 3, 0]), places = try Tensor([Int64(0), 1, 2, 3])
    try expectSameGradients([[5, 64], [4, 64], [64], [64]], frozen: frozen) {
      // Times one: the word table's gradient has all rows then.
      try embeddingLayerNorm(
        words: EmbeddingLookup(table: $0[0] * 1, indices: tokens),
        positions: EmbeddingLookup(table: $0[1], indices: places), segments: nil, weight: $0[2],
        bias: $0[3], epsilon: 1e-5)
    }
  }

  @Test(arguments: [[0], [1]] as [Set<Int>])
  func activationsGiveTheRestOfTheGradients(frozen: Set<Int>) throws {
    try expectSameGradients([[40, 64], [64]], frozen: frozen) {
      try biasActivation($0[0], bias: $0[1], function: .gelu(.exact))
    }
  }
}
