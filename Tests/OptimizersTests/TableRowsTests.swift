import Foundation
import Layers
import Optimizers
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Optimisers whose gradient of a table holds only the rows of a batch.
struct TableRowsTests {
  private static let otherMoments = [OptimizerConfiguration.Moments.bf16, .int8].flatMap {
    moments in
    [OptimizerConfiguration.Kind.adamw, .adam].map { kind in
      OptimizerCase(
        "\(kind) with moments of \(moments)",
        OptimizerConfiguration(kind: kind, weightDecay: 0.1, moments: moments), [:])
    }
  }

  private func store(_ type: DataType) throws -> ParameterStore {
    var options = ParameterStore.Options()
    options.computeType = type
    options.seed = 5
    let store = ParameterStore(source: nil, options: options)
    _ = try store.root["words"].parameter("weight", shape: [200, 24], .normal(deviation: 0.3))
    _ = try store.root["norm"].parameter("weight", shape: [24], .ones)
    try store.setTrainable()
    return store
  }

  /// The gradients of a step's batch, which looks up other rows than the step before.
  private func gradients(_ store: ParameterStore, _ step: Int) throws -> [Tensor?] {
    let table = store.parameters[0].value, vector = store.parameters[1].value
    let tokens = (0..<9).map { Int64(($0 * $0 + 5 * (step % 4)) % 30) }
    try embeddingLayerNorm(
      words: EmbeddingLookup(table: table, indices: Tensor(tokens)), positions: nil, segments: nil,
      weight: vector, bias: vector, epsilon: 1e-12
    ).squared().sum().backward()
    defer { try? store.clearGradients() }
    return store.parameters.map(\.value.accumulatedGradient)
  }

  private func expectSame(_ one: ParameterStore, _ other: ParameterStore) throws {
    for (left, right) in zip(one.parameters, other.parameters) {
      #expect(try StoredTensor(left.master) == StoredTensor(right.master), "\(left.name)")
      #expect(try StoredTensor(left.value) == StoredTensor(right.value), "\(left.name)")
    }
  }

  @Test(
    "Rows move as with the whole gradient, bit for bit",
    arguments: OptimizerCase.all + otherMoments,
    [DataType.float32, .bfloat16])
  func movesRowsAsWhole(example: OptimizerCase, type: DataType) throws {
    let held = try store(type), whole = try store(type)
    let first = try Optimizer(example.configuration, parameters: held.parameters)
    let second = try Optimizer(example.configuration, parameters: whole.parameters)
    for step in 0..<8 {
      let rows = try gradients(held, step)
      #expect(rows[0]?.holdsRows == true)
      let all = try rows.map { try $0?.dense() }
      let norm = try GradientNorm(rows)
      #expect(try norm.value == GradientNorm(all).value)
      let scale = norm.factor(clippingTo: 0.5)
      try first.step(gradients: rows, learningRate: 1e-2, scale: scale)
      try second.step(gradients: all, learningRate: 1e-2, scale: scale)
      try expectSame(held, whole)
    }
    for (left, right) in zip(first.state(), second.state()) {
      #expect(try StoredTensor(left.tensor) == StoredTensor(right.tensor), "\(left.name)")
    }
  }

  @Test("A stored state goes on bit for bit, with rows that have not moved yet")
  func resumes() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "optimizer.safetensors")
    let whole = try store(.float32), resumed = try store(.float32)
    let first = try Optimizer(OptimizerConfiguration(), parameters: whole.parameters)
    let second = try Optimizer(OptimizerConfiguration(), parameters: resumed.parameters)
    // The second has seen other rows before its state is replaced.
    try second.step(gradients: gradients(resumed, 3), learningRate: 0.1)
    for step in 0..<2 { try first.step(gradients: gradients(whole, step), learningRate: 1e-2) }
    try SafetensorsWriter.write(first.state(), to: url)
    for (parameter, other) in zip(resumed.parameters, whole.parameters) {
      try parameter.assign(other.master)
    }
    try second.restore(SafetensorsFile(url), stepCount: 2)
    for step in 2..<6 {
      try first.step(gradients: gradients(whole, step), learningRate: 1e-2)
      try second.step(gradients: gradients(resumed, step), learningRate: 1e-2)
    }
    try expectSame(whole, resumed)
  }
}
