import Testing
import Torch

struct FusedEmbeddingTests {
  @Test(arguments: KernelSizes.columns, KernelVariant.all)
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

  @Test("The rows of padding are looked up and have no gradient", arguments: KernelVariant.all)
  func leavesRowsOfPaddingUntrained(variant: KernelVariant) throws {
    let tokens = try Tensor((0..<70).map { Int64($0 * 3 % 7) })
    let positions = try Tensor((0..<70).map { Int64($0 % 40) })
    let lookUp = { (inputs: [Tensor?]) in
      try embeddingLayerNorm(
        words: EmbeddingLookup(table: #require(inputs[0]), indices: tokens, padding: 5),
        positions: EmbeddingLookup(table: #require(inputs[1]), indices: positions, padding: 2),
        segments: nil, weight: #require(inputs[2]), bias: #require(inputs[3]), epsilon: 1e-12)
    }
    try variant.run {
      let inputs = try [
        normal([9, 33], seed: 1), normal([40, 33], seed: 2), normal([33], seed: 3),
        normal([33], seed: 4),
      ]
      try expectKernelFollowsReference(variant, inputs, lookUp)

      let tables = try inputs.map { try $0.clone() }
      for table in tables { try table.setRequiresGradient(true) }
      try lookUp(tables).squared().sum().backward()
      for (table, row) in [(tables[0], 5), (tables[1], 2)] {
        let gradient = try #require(table.gradient)
        let largest = try (0..<table.shape[0]).map {
          try gradient.select(0, $0).absolute().maximum().item()
        }
        #expect(largest[row] == 0)
        #expect(largest[row - 1] > 0)
      }
    }
  }

  @Test func givesNoGradientToATableOfPaddingAlone() throws {
    let table = try normal([5, 16], seed: 1)
    try table.setRequiresGradient(true)
    let vector = try normal([16], seed: 2)
    try embeddingLayerNorm(
      words: EmbeddingLookup(table: table, indices: Tensor([Int64(4), 4]), padding: 4),
      positions: nil, segments: nil, weight: vector, bias: vector, epsilon: 1e-12
    ).squared().sum().backward()
    #expect(try #require(table.gradient).absolute().maximum().item() == 0)
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
}
