import Testing
import Torch

struct KernelThreadsTests {
  /// Large enough pieces of work that they are shared out: attention, norms, activations and
  /// their gradients.
  private func work() throws -> [[Float]] {
    let projected = try normal([300, 12, 32], seed: 1)
    try projected.setRequiresGradient(true)
    let lengths = try Tensor([Int32(0), 35, 100, 101, 180, 300])
    let key = DropoutKey(rate: 0.1, seed: 1, place: 2)
    let mixed = try raggedAttention(
      projected: projected, heads: 4, boundaries: lengths, scale: 0.2, dropout: key
    ).reshaped([300, 128])
    let vectors = try (0..<2).map { try normal([128], seed: UInt64(10 + $0)) }
    for vector in vectors { try vector.setRequiresGradient(true) }
    let activated = try biasActivation(
      residualNorm(
        .layer, mixed, weight: vectors[0], bias: vectors[1], epsilon: 1e-5, dropout: key),
      function: .gelu(.exact))
    let connected = try residualPreNorm(
      .rootMeanSquare, activated, residual: mixed, weight: vectors[0], epsilon: 1e-5, dropout: key)
    let result = try gatedActivation(
      gate: connected.sum, up: connected.normalized, function: .silu)
    try result.backward(gradient: normal([300, 128], seed: 3))
    return try ([result] + ([projected] + vectors).map { try #require($0.gradient) })
      .map { try $0.values(as: Float.self) }
  }

  @Test func resultsAreTheSameBitsFromRunToRun() throws {
    let first = try work()
    for _ in 0..<3 { #expect(try work() == first) }
  }
}
