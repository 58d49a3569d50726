import Testing
import Torch
import TorchTestSupport

/// Computing again in the backward pass instead of keeping.
struct CheckpointedTests {
  private struct Refused: Error {}

  private func leaf(_ shape: [Int], seed: UInt64) throws -> Tensor {
    let tensor = try Tensor.zeros(shape)
    try tensor.fillNormal(deviation: 1, using: Generator(seed: seed))
    try tensor.setRequiresGradient(true)
    return tensor
  }

  /// A layer with four parameters and dropout.
  private func layer(_ input: Tensor, _ own: [Tensor]) throws -> Tensor {
    try dropoutResidualLayerNorm(
      biasActivation(input.linear(weight: own[0]), bias: own[1], function: .gelu(.exact)),
      residual: input, weight: own[2],
      bias: own[3], epsilon: 1e-5, dropout: DropoutKey(rate: 0.3, seed: 1, place: 2))
  }

  @Test(arguments: [true, false])
  func gradientsHaveTheBitsOfThoseWithout(inputNeedsGradient: Bool) throws {
    var gradients: [[StoredTensor]] = []
    for isCheckpointed in [false, true] {
      let input = try leaf([20, 24], seed: 1)
      // Each is used once: several uses of one add up in another order.
      let parameters = try (0..<3).map { layer in
        try [[24, 24], [24], [24], [24]].enumerated().map { index, shape in
          try leaf(shape, seed: UInt64(10 * layer + index + 2))
        }
      }
      try input.setRequiresGradient(inputNeedsGradient)
      var hidden = try input * 2
      for own in parameters {
        hidden =
          isCheckpointed ? try checkpointed(hidden) { try layer($0, own) } : try layer(hidden, own)
      }
      try hidden.squared().sum().backward()
      let leaves = parameters.flatMap(\.self) + (inputNeedsGradient ? [input] : [])
      gradients.append(
        try [StoredTensor(hidden)] + leaves.map { try StoredTensor(#require($0.gradient)) })
    }
    #expect(gradients[0] == gradients[1])
  }

  @Test func theBodyRunsOnceAPassAndIsReleased() throws {
    final class Witness {}
    var count = 0
    weak var released: Witness?
    let input = try leaf([3], seed: 1)
    do {
      let witness = Witness()
      released = witness
      let result = try checkpointed(input) { [witness] in
        _ = witness
        count += 1
        return try $0.squared()
      }
      #expect(count == 1)
      try result.sum().backward()
      #expect(count == 2)
    }
    #expect(released == nil)
  }

  @Test func withoutRecordingNothingIsKept() throws {
    let input = try leaf([3], seed: 1)
    let result = try withoutGradients { try checkpointed(input) { try $0.squared() } }
    #expect(!result.requiresGradient)
  }

  @Test func anErrorOfTheBodyIsThrown() throws {
    #expect(throws: Refused.self) {
      try checkpointed(leaf([3], seed: 1)) { _ in throw Refused() }
    }
  }

  @Test func anErrorInTheBackwardPassIsThrownToo() throws {
    var isFirst = true
    let result = try checkpointed(leaf([3], seed: 1)) {
      defer { isFirst = false }
      guard isFirst else { throw TorchError(.operation, "not twice") }
      return try $0.squared()
    }
    let error = #expect(throws: TorchError.self) { try result.sum().backward() }
    #expect(error?.description.contains("not twice") == true)
  }
}
