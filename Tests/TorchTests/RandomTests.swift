import Foundation
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Numbers drawn one after another from one generator.
private let draws: [(python: String, swift: @Sendable (Generator) throws -> Tensor)] = [
  ("torch.zeros(5).normal_(generator=g)", { try drawn([5]) { try $0.fillNormal(using: $1) }($0) }),
  (
    "torch.zeros(40).normal_(1, 3, generator=g)",
    { try drawn([40]) { try $0.fillNormal(mean: 1, deviation: 3, using: $1) }($0) }
  ),
  (
    "torch.zeros(33, dtype=torch.bfloat16).normal_(generator=g)",
    { try drawn([33], .bfloat16) { try $0.fillNormal(using: $1) }($0) }
  ),
  (
    "torch.zeros(3, 4).uniform_(generator=g)",
    { try drawn([3, 4]) { try $0.fillUniform(using: $1) }($0) }
  ),
  (
    "torch.zeros(7).uniform_(-2, 2, generator=g)",
    { try drawn([7]) { try $0.fillUniform(from: -2, to: 2, using: $1) }($0) }
  ),
  (
    "torch.zeros(9, dtype=torch.int64).random_(-3, 10, generator=g)",
    { try drawn([9], .int64) { try $0.fillIntegers(in: -3..<10, using: $1) }($0) }
  ),
  ("torch.randperm(50, generator=g)", { try $0.permutation(50) }),
  ("torch.randperm(0, generator=g)", { try $0.permutation(0) }),
  ("torch.zeros(1).normal_(generator=g)", { try drawn([1]) { try $0.fillNormal(using: $1) }($0) }),
]

private func drawn(
  _ shape: [Int], _ type: DataType = .float32, _ fill: @escaping (Tensor, Generator) throws -> Void
) -> (Generator) throws -> Tensor {
  { generator in
    let tensor = try Tensor.zeros(shape, type)
    try fill(tensor, generator)
    return tensor
  }
}

@Suite struct RandomTests {
  @Test(arguments: [UInt64(0), 42, 1 << 40])
  func aSeedGivesPyTorchsSequence(_ seed: UInt64) throws {
    let program = "[" + draws.map(\.python).joined(separator: ", ") + "]"
    let expected: [StoredTensor] = try PythonOracle("torch_random").run(
      [program, "\(seed)"])
    let generator = try Generator(seed: seed)
    try #require(expected.count == draws.count)
    for (draw, stored) in zip(draws, expected) {
      try expectClose(
        draw.swift(generator), to: stored.tensor(), within: 1e-6, Comment(rawValue: draw.python))
    }
  }

  @Test func aStoredStateGoesOnWhereItWas() throws {
    let generator = try Generator(seed: 3)
    let tensor = try Tensor.zeros([5])
    try tensor.fillNormal(using: generator)
    let state = try generator.state()
    #expect(state.dataType == .uint8)
    try tensor.fillNormal(using: generator)
    let other = try Generator(seed: 99)
    try other.restore(state)
    let again = try Tensor.zeros([5])
    try again.fillNormal(using: other)
    try expectClose(again, to: tensor, within: 0)
  }

  @Test func generatorsDoNotDisturbEachOther() throws {
    let (one, other) = (try Generator(seed: 3), try Generator(seed: 3))
    _ = try other.permutation(10)
    let alone = try Generator(seed: 3)
    #expect(
      try one.permutation(20).values(as: Int64.self) == alone.permutation(20).values(as: Int64.self)
    )
  }
}
