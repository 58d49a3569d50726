import Testing
import Torch

struct KernelThreadsTests {
  /// Large enough pieces of work that they are shared out: attention, norms, activations, a loss and
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
    return try ([result] + ([projected] + vectors).map { try #require($0.gradient) } + losses())
      .map { try $0.values(as: Float.self) }
  }

  /// Of rotated hidden states, in several blocks, with their gradients.
  private func losses() throws -> [Tensor] {
    let inputs = try [normal([300, 2, 32], seed: 4), normal([500, 64], seed: 5)]
    let bias = try normal([500], seed: 6)
    for tensor in inputs + [bias] { try tensor.setRequiresGradient(true) }
    let angles = try normal([300, 16], seed: 7)
    let turned = try rotaryEmbedding(
      inputs[0], positions: Tensor.range(to: 300),
      table: RotaryTable(cosines: angles.cosine(), sines: angles.sine()))
    let loss = try linearCrossEntropy(
      turned.reshaped([300, 64]), weight: inputs[1], bias: bias,
      targets: Tensor((0..<300).map { Int64($0) }), smoothing: 0.1, logitsAtOnce: 50_000)
    try loss.backward()
    return try [loss] + (inputs + [bias]).map { try #require($0.gradient) }
  }

  @Test func resultsAreTheSameBitsFromRunToRun() throws {
    let first = try work()
    for _ in 0..<3 { #expect(try work() == first) }
  }
}
