import Layers
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Activations, norms and gates beside Transformers' modules, in float32.
struct ElementwiseTests {
  private static let oracle = PythonOracle("layers_elementwise")

  private static func values(_ count: Int, seed: UInt64) throws -> [Float] {
    let tensor = try Tensor.zeros([count])
    try tensor.fillNormal(deviation: 2, using: Generator(seed: seed))
    return try tensor.values(as: Float.self)
  }

  private static func rows(_ values: [Float], columns: Int) -> [[Float]] {
    stride(from: 0, to: values.count, by: columns).map { Array(values[$0..<($0 + columns)]) }
  }

  /// Values reach 50 for relu2, where float32 numbers are 4e-6 apart.
  @Test func everyActivationIsTransformersOfThatName() throws {
    struct Request: Encodable {
      let names: [String]
      let input: [Float]
    }
    let input = try Self.values(500, seed: 1) + [0, -12, 12]
    let expected: [String: [Float]] = try Self.oracle.run(
      Request(names: Activation.allCases.map(\.rawValue), input: input),
      arguments: ["activations"])
    for activation in Activation.allCases {
      let answer = try #require(expected[activation.rawValue])
      try expectClose(
        activation(Tensor(input)), to: answer, within: 2e-6, relative: 1e-6,
        "\(activation.rawValue)")
    }
  }

  @Test func theRootMeanSquareNormIsLlamasAndT5s() throws {
    struct Request: Encodable {
      let input: [[Float]]
      let weight: [Float]
      let epsilon: Double
    }
    let columns = 50
    let input = try Self.values(6 * columns, seed: 2)
    let weight = try Self.values(columns, seed: 3)
    let expected: [String: [Float]] = try Self.oracle.run(
      Request(input: Self.rows(input, columns: columns), weight: weight, epsilon: 1e-2),
      arguments: ["norms"])
    let norm = try RMSNorm(columns, epsilon: 1e-2, at: ParameterStore(source: nil).root)
    try norm.weight.assign(Tensor(weight))
    let result = try norm(Tensor(input, shape: [6, columns]))
    for name in ["llama", "t5"] {
      try expectClose(result, to: #require(expected[name]), within: 2e-6, relative: 1e-6, "\(name)")
    }
  }

  @Test(arguments: [Activation.silu, .geluTanh])
  func gatedFeedForwardIsLlamas(activation: Activation) throws {
    struct Request: Encodable {
      let gate: [[Float]]
      let up: [[Float]]
      let activation: String
    }
    let scope = ParameterStore(source: nil).root
    let gate = try Linear(12, 20, hasBias: false, deviation: 0.5, at: scope["gate_proj"])
    let up = try Linear(12, 20, hasBias: false, deviation: 0.5, at: scope["up_proj"])
    let down = try Linear(20, 12, hasBias: false, deviation: 0.5, at: scope["down_proj"])
    let input = try Tensor(Self.values(4 * 12, seed: 4), shape: [4, 12])
    let expected: [Float] = try Self.oracle.run(
      Request(
        gate: Self.rows(gate(input).values(as: Float.self), columns: 20),
        up: Self.rows(up(input).values(as: Float.self), columns: 20),
        activation: activation.rawValue),
      arguments: ["gates"])
    let block = GatedFeedForward(
      .separate(gate: gate, up: up), down: down, activation: activation)
    try expectClose(block.hidden(input), to: expected, within: 2e-6, relative: 1e-6)
    try expectClose(
      block(input), to: down(Tensor(expected, shape: [4, 20])), within: 1e-5, relative: 1e-5)

    let joined = try Linear(12, 40, hasBias: false, at: scope["gate_up_proj"])
    try joined.weight.assign(Tensor.concatenated([gate.weight.value, up.weight.value]))
    let halves = GatedFeedForward(.joined(joined), down: down, activation: activation)
    try expectClose(halves(input), to: block(input), within: 1e-5, relative: 1e-5)
  }

  @Test func preNormConnectionsAddAndNormalise() throws {
    let scope = ParameterStore(source: nil).root
    let dense = try Linear(12, 50, deviation: 0.5, at: scope["dense"])
    let dropout = scope.dropout(0)
    let input = try Tensor(Self.values(4 * 12, seed: 5), shape: [4, 12])
    let residual = try Tensor(Self.values(4 * 50, seed: 6), shape: [4, 50])
    let sum = try dense(input) + residual
    let layer = try LayerNorm(50, epsilon: 1e-5, at: scope["layer"])
    let square = try RMSNorm(50, epsilon: 1e-5, at: scope["square"])
    for (both, norm) in try [
      (layer.adding(dense, input, to: residual, dropout: dropout), layer(sum)),
      (square.adding(dense, input, to: residual, dropout: dropout), square(sum)),
    ] {
      try expectClose(both.sum, to: sum, within: 1e-5)
      try expectClose(both.normalized, to: norm, within: 1e-5)
    }
  }
}
