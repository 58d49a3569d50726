import Testing
import Torch

/// The work of one sequence is shared out; what comes out must not show how.
struct RaggedAttentionThreadsTests {
  static let examples = [
    // One sequence and one key head: its tiles of keys take turns.
    AttentionOptionsCase(
      queries: [1700], heads: 2, keyHeads: 1, bias: .byDistance(reach: 40), dropout: 0.1),
    AttentionOptionsCase(queries: [1700], heads: 1, keyHeads: 1, isCausal: true),
    AttentionOptionsCase(queries: [1700], heads: 1, keyHeads: 1, isCausal: true, window: 300),
    AttentionOptionsCase(
      queries: [600, 5, 900, 30, 0, 257], heads: 4, isCausal: true,
      bias: .byDistance(reach: 1000)),
    AttentionOptionsCase(
      queries: [1, 1, 40], keys: [800, 300, 700], heads: 8, isCausal: true, bias: .slopes),
  ]

  /// The bits of the result and of all gradients.
  private func bits(_ example: AttentionOptionsCase, _ type: DataType) throws -> [[Float]] {
    let inputs = try example.inputs().map { try $0.to(type) }
    for input in inputs { try input.setRequiresGradient(true) }
    let result = try example.attend(inputs)
    try result.backward(gradient: normal(result.shape, seed: 9).to(type))
    return try ([result] + inputs.map { try #require($0.gradient) })
      .map { try $0.to(.float32).values(as: Float.self) }
  }

  @Test(arguments: examples, [DataType.float32, .bfloat16])
  func oneThreadGivesTheBitsOfMany(example: AttentionOptionsCase, type: DataType) throws {
    let alone = try KernelChoice.onOneThread { try bits(example, type) }
    for _ in 0..<3 { #expect(try bits(example, type) == alone) }
  }
}
