import Foundation
import Testing
import Torch

/// Sizes of one rotary embedding.
struct RotaryCase: Sendable, CustomTestStringConvertible {
  var size: Int
  var pairs: Int
  var layout: RotaryLayout
  var rotatedHeads: Int? = nil

  var testDescription: String {
    "size \(size), \(pairs) pairs, \(layout), rotated heads \(rotatedHeads ?? 3)"
  }

  /// Pairs that fill vectors and that leave rests, whole heads and parts of them.
  static let all = [RotaryLayout.halves, .interleaved].flatMap { layout in
    [
      RotaryCase(size: 64, pairs: 32, layout: layout),
      RotaryCase(size: 32, pairs: 16, layout: layout, rotatedHeads: 2),
      RotaryCase(size: 20, pairs: 10, layout: layout),
      RotaryCase(size: 80, pairs: 20, layout: layout, rotatedHeads: 1),
      RotaryCase(size: 50, pairs: 9, layout: layout),
      RotaryCase(size: 7, pairs: 0, layout: layout),
      RotaryCase(size: 16, pairs: 8, layout: layout, rotatedHeads: 0),
    ]
  }
}

/// Angles of 40 positions.
private func table(pairs: Int) throws -> RotaryTable {
  let angles = try normal([40, pairs], seed: 5, deviation: 3)
  return RotaryTable(cosines: try angles.cosine(), sines: try angles.sine())
}

struct RotaryEmbeddingTests {
  @Test(arguments: RotaryCase.all, KernelVariant.all)
  func followsTheReferenceWithItsGradient(example: RotaryCase, variant: KernelVariant) throws {
    let table = try table(pairs: example.pairs)
    try variant.run {
      for tokens in [50, 1] {
        let positions = try Tensor((0..<tokens).map { Int32($0 * 7 % 40) })
        try expectKernelFollowsReference(
          variant, [normal([tokens, 3, example.size], seed: 1)]
        ) { inputs in
          try rotaryEmbedding(
            #require(inputs[0]), positions: positions, table: table, layout: example.layout,
            rotatedHeads: example.rotatedHeads)
        }
      }
    }
  }

  @Test(arguments: [RotaryLayout.halves, .interleaved])
  func productsDependOnTheDistanceAlone(layout: RotaryLayout) throws {
    let angles =
      try Tensor.range(to: 40, .float32).reshaped([40, 1])
      * Tensor([Float(1), 0.3, 0.05, 0.001], shape: [1, 4])
    let table = RotaryTable(cosines: try angles.cosine(), sines: try angles.sine())
    let query = try normal([1, 1, 8], seed: 1)
    let key = try normal([1, 1, 8], seed: 2)
    func product(_ at: Int64, _ other: Int64) throws -> Double {
      let turned = try rotaryEmbedding(
        query, positions: Tensor([at]), table: table, layout: layout)
      let against = try rotaryEmbedding(
        key, positions: Tensor([other]), table: table, layout: layout)
      return try (turned * against).sum().item()
    }
    // Eight products of numbers of about 1, angles up to 39 in float32.
    #expect(try abs(product(3, 1) - product(39, 37)) < 2e-5)
    #expect(try abs(product(3, 1) - product(3, 2)) > 1e-2)
  }

  @Test func aSliceOfAProjectionNeedsNoCopy() throws {
    let projected = try normal([11, 6, 16], seed: 1)
    let table = try table(pairs: 8)
    let positions = try Tensor.range(to: 11)
    let slice = try projected.narrowed(1, from: 2, count: 2)
    let sliced = try rotaryEmbedding(slice, positions: positions, table: table)
    let copied = try rotaryEmbedding(slice.clone().contiguous(), positions: positions, table: table)
    #expect(try sliced.values(as: Float.self) == copied.values(as: Float.self))
  }

  @Test func emptyBatchesPass() throws {
    let turned = try rotaryEmbedding(
      Tensor.zeros([0, 2, 16]), positions: Tensor([Int64]()), table: table(pairs: 8))
    #expect(turned.shape == [0, 2, 16])
  }

  @Test func refusesAPositionOutsideTheTable() throws {
    for position in [40, -1] {
      let error = try #require(throws: TorchError.self) {
        _ = try rotaryEmbedding(
          normal([1, 2, 16], seed: 1), positions: Tensor([Int64(position)]), table: table(pairs: 8))
      }
      #expect(error.description.contains("index \(position) at place 0 of the positions"))
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let positions = try Tensor([Int64(0), 1])
    let heads = try normal([2, 2, 16], seed: 1)
    #expect(throws: TorchError.self) {
      _ = try rotaryEmbedding(heads, positions: positions, table: table(pairs: 9))
    }
    #expect(throws: TorchError.self) {
      _ = try rotaryEmbedding(
        heads, positions: positions, table: table(pairs: 8), rotatedHeads: 3)
    }
    #expect(throws: TorchError.self) {
      _ = try rotaryEmbedding(
        normal([2, 16], seed: 1), positions: positions, table: table(pairs: 8))
    }
    #expect(throws: TorchError.self) {
      _ = try rotaryEmbedding(
        heads, positions: positions,
        table: RotaryTable(cosines: normal([40, 8], seed: 1), sines: normal([40, 7], seed: 1)))
    }
    #expect(throws: TorchError.self) {
      _ = try rotaryEmbedding(heads, positions: Tensor([Int64(0)]), table: table(pairs: 8))
    }
  }
}
