import Layers
import Testing
import Torch
import TorchTestSupport

/// Rows, keys and values before each sequence of a ragged batch, beside plain concatenation.
@Suite struct SlotPrefixTests {
  private static let boundaries: [Int32] = [0, 5, 5, 6, 40, 131]

  private static func numbers(_ shape: [Int], _ seed: UInt64) throws -> Tensor {
    let made = try Tensor.zeros(shape)
    try made.fillNormal(using: Generator(seed: seed))
    return made
  }

  private static func random(_ shape: [Int], _ seed: UInt64, _ type: DataType = .float32) throws
    -> Tensor
  {
    let made = try numbers(shape, seed).to(type)
    try made.setRequiresGradient(true)
    return made
  }

  /// The prefix and the own rows of each sequence, by libtorch's concatenation.
  private static func joined(_ rows: Tensor, _ prefix: Tensor) throws -> Tensor {
    try Tensor.concatenated(
      zip(boundaries, boundaries.dropFirst()).flatMap { start, end in
        [prefix, try rows.narrowed(0, from: Int(start), count: Int(end - start))]
      })
  }

  private static func keyBoundaries(_ count: Int) throws -> Tensor {
    try Tensor(boundaries.enumerated().map { $1 + Int32($0 * count) })
  }

  @Test("Rows follow the same prefix in every sequence", arguments: [DataType.float32, .bfloat16])
  func joinsRows(type: DataType) throws {
    // A part of a wider tensor: rows that do not lie one after another.
    let wide = try Self.random([131, 5, 8], 1, type)
    let prefix = try Self.random([3, 2, 8], 2, type)
    let rows = try wide.narrowed(1, from: 2, count: 2)
    let places = try Tensor(Self.boundaries)
    let probe = try Self.numbers([131 + 5 * 3, 2, 8], 3)
    let found = try rows.prefixed(by: prefix, boundaries: places)
    let expected = try Self.joined(rows, prefix)
    try expectClose(found, to: expected, within: 0)
    let gradients = try (found.to(.float32) * probe).sum().gradients(by: [wide, prefix])
    let others = try (expected.to(.float32) * probe).sum().gradients(by: [wide, prefix])
    for (gradient, other) in zip(gradients, others) {
      // Five numbers are added in float32 here, in bf16 step by step there.
      try expectClose(
        #require(gradient), to: #require(other), within: type == .float32 ? 1e-6 : 0.1)
    }
  }

  @Test("The prefix's gradient has the same bits on one thread and on many")
  func addsInOneOrder() throws {
    let prefix = try Self.random([7, 512], 4)
    let rows = try Self.random([131, 512], 5)
    let places = try Tensor(Self.boundaries)
    let probe = try Self.numbers([131 + 35, 512], 6)
    func gradient() throws -> Tensor {
      let sum = try (rows.prefixed(by: prefix, boundaries: places) * probe).sum()
      return try #require(try sum.gradients(by: [prefix])[0])
    }
    let many = try gradient()
    let one = try KernelChoice.onOneThread { try gradient() }
    try expectClose(many, to: one, within: 0)
  }

  @Test("Rows, prefix and boundaries that do not fit are refused in a sentence")
  func refusesMisfits() throws {
    let rows = try Self.numbers([6, 4], 1)
    let narrow = try Self.numbers([2, 3], 1)
    let places = try Tensor([0, 6] as [Int32])
    #expect(throws: TorchError.self) { try rows.prefixed(by: narrow, boundaries: places) }
    #expect(throws: TorchError.self) {
      try rows.prefixed(by: rows.to(.bfloat16), boundaries: places)
    }
    #expect(throws: TorchError.self) {
      try rows.prefixed(by: rows, boundaries: Tensor([0, 7] as [Int32]))
    }
  }

  /// What an attention can look like.
  struct Form: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var keyHeads = 4
    var isCausal = false
    var window: Int?
    var isBiased = false
  }

  @Test(
    "Attention over a packed projection sees the prefix as keys before its own",
    arguments: [
      Form(testDescription: "whole"), Form(testDescription: "causal", isCausal: true),
      Form(testDescription: "grouped", keyHeads: 2, isCausal: true),
      Form(testDescription: "window", keyHeads: 1, isCausal: true, window: 4),
      Form(testDescription: "bias", isCausal: true, isBiased: true),
    ], [DataType.float32, .bfloat16])
  func seesPrefix(form: Form, type: DataType) throws {
    let both = 2 * form.keyHeads
    let packed = try Self.random([131, 4 + both, 8], 7, type)
    let prefix = try Self.random([3, both, 8], 8, type)
    let table = try Self.random([4, 21], 9)
    let options = AttentionOptions(
      scale: 0.3, isCausal: form.isCausal, window: form.window,
      bias: form.isBiased ? .byDistance(table) : .none)
    let places = try Tensor(Self.boundaries)
    let probe = try Self.numbers([131, 4, 8], 10)
    func plain() throws -> Tensor {
      let keys = try Self.joined(packed.narrowed(1, from: 4, count: both), prefix)
      return try raggedAttention(
        query: packed.narrowed(1, from: 0, count: 4),
        key: keys.narrowed(1, from: 0, count: form.keyHeads),
        value: keys.narrowed(1, from: form.keyHeads, count: form.keyHeads),
        queryBoundaries: places, keyBoundaries: Self.keyBoundaries(3), options: options)
    }
    func fused() throws -> Tensor {
      try raggedAttention(
        projected: packed, heads: 4, keyHeads: form.keyHeads, prefix: prefix, boundaries: places,
        options: options)
    }
    let leaves = form.isBiased ? [packed, prefix, table] : [packed, prefix]
    let expected = try plain()
    let others = try (expected.to(.float32) * probe).sum().gradients(by: leaves)
    for path in [fused, { try KernelChoice.usingReference(fused) }] {
      let found = try path()
      try expectClose(
        found.to(.float32), to: expected.to(.float32), within: type == .float32 ? 1e-5 : 0.05)
      let gradients = try (found.to(.float32) * probe).sum().gradients(by: leaves)
      for (gradient, other) in zip(gradients, others) {
        let gradient = try #require(gradient).to(.float32)
        let other = try #require(other).to(.float32)
        let largest = try other.absolute().maximum().item()
        try expectClose(gradient, to: other, within: (type == .float32 ? 1e-5 : 0.05) * largest)
      }
    }
    try withoutGradients { try expectClose(fused(), to: plain(), within: 0) }
  }
}
