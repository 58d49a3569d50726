import Testing
import Torch

struct FusedLayersTests {
  /// Columns that fill vectors, that leave rests, and those of real models.
  static let columns = [7, 16, 100, 384, 768]

  @Test(arguments: columns, KernelVariant.all)
  func normFollowsTheReference(columns: Int, variant: KernelVariant) throws {
    let rows = 70
    try variant.run {
      for (hasBias, hasResidual, rate) in [(true, true, 0.1), (false, true, 0), (true, false, 0.1)]
      {
        let inputs = try [
          normal([rows, columns], seed: 1, deviation: 2),
          hasBias ? normal([columns], seed: 2) : nil,
          hasResidual ? normal([rows, columns], seed: 3) : nil,
          normal([columns], seed: 4), normal([columns], seed: 5),
        ]
        try expectKernelFollowsReference(variant, inputs) { inputs in
          try dropoutResidualLayerNorm(
            #require(inputs[0]), inputBias: inputs[1], residual: inputs[2],
            weight: #require(inputs[3]), bias: #require(inputs[4]), epsilon: 1e-5,
            dropout: DropoutKey(rate: rate, seed: 7, place: 8))
        }
      }
    }
  }

  @Test(arguments: columns, KernelVariant.all)
  func embeddingFollowsTheReference(columns: Int, variant: KernelVariant) throws {
    // Tokens repeat, so that gradients of a row have several parts.
    let tokens = try Tensor((0..<70).map { Int64($0 * $0 % 23) })
    let positions = try Tensor((0..<70).map { Int32($0 % 35) })
    let segments = try Tensor((0..<70).map { Int64($0 % 2) })
    let key = DropoutKey(rate: 0.1, seed: 7, place: 8)
    try variant.run {
      let inputs = try [
        normal([50, columns], seed: 1), normal([40, columns], seed: 2),
        normal([2, columns], seed: 3),
        normal([columns], seed: 4), normal([columns], seed: 5),
      ]
      for indices in [segments, nil] {
        try expectKernelFollowsReference(variant, inputs) { inputs in
          try embeddingLayerNorm(
            words: EmbeddingLookup(table: #require(inputs[0]), indices: tokens),
            positions: EmbeddingLookup(table: #require(inputs[1]), indices: positions),
            segments: EmbeddingLookup(table: #require(inputs[2]), indices: indices),
            weight: #require(inputs[3]), bias: #require(inputs[4]), epsilon: 1e-12, dropout: key)
        }
      }
      let wordsAlone = [inputs[0], inputs[3], inputs[4]]
      try expectKernelFollowsReference(variant, wordsAlone) { inputs in
        try embeddingLayerNorm(
          words: EmbeddingLookup(table: #require(inputs[0]), indices: tokens), positions: nil,
          segments: nil, weight: #require(inputs[1]), bias: #require(inputs[2]), epsilon: 1e-12)
      }
    }
  }

  @Test(arguments: [GELUForm.exact, .tanh], KernelVariant.all)
  func geluFollowsTheReference(form: GELUForm, variant: KernelVariant) throws {
    try variant.run {
      for columns in Self.columns {
        for bias in [try normal([columns], seed: 2), nil] {
          try expectKernelFollowsReference(
            variant, [normal([33, columns], seed: 1, deviation: 3), bias]
          ) { inputs in try biasGELU(#require(inputs[0]), bias: inputs[1], form: form) }
        }
      }
    }
  }

  @Test(arguments: KernelChoice.instructionSets)
  func geluIsWithinAMillionthOfTheErrorFunction(instructionSet: String) throws {
    let x = try Tensor.range(from: -10, to: 10, by: 0.001, .float32)
    let expected = try x.to(.float64).gelu()
    _ = try KernelChoice.using(instructionSet: instructionSet) {
      let difference = try (biasGELU(x).to(.float64) - expected).absolute().maximum().item()
      #expect(difference < 1e-6)
    }
  }

  @Test func refusesATokenOutsideTheTable() throws {
    let table = try normal([5, 16], seed: 1)
    let vector = try normal([16], seed: 2)
    for token in [5, -1] {
      let error = #expect(throws: TorchError.self) {
        _ = try embeddingLayerNorm(
          words: EmbeddingLookup(table: table, indices: Tensor([Int64(0), Int64(token)])),
          positions: nil, segments: nil, weight: vector, bias: vector, epsilon: 1e-12)
      }
      #expect(error?.description.contains("index \(token) at place 1 of the tokens") == true)
    }
  }

  @Test func refusesAResidualOfAnotherShape() throws {
    let vector = try normal([16], seed: 2)
    #expect(throws: TorchError.self) {
      _ = try dropoutResidualLayerNorm(
        normal([4, 16], seed: 1), residual: normal([5, 16], seed: 1), weight: vector, bias: vector,
        epsilon: 1e-5)
    }
  }

  @Test func emptyBatchesPass() throws {
    let vector = try normal([16], seed: 2)
    let empty = try Tensor.zeros([0, 16])
    #expect(try biasGELU(empty).shape == [0, 16])
    #expect(
      try dropoutResidualLayerNorm(
        empty, residual: empty, weight: vector, bias: vector, epsilon: 1e-5
      ).shape == [0, 16])
  }
}
