import Foundation
import Layers
import Optimizers
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Adam with moments in fewer bits.
struct MomentsTests {
  /// A matrix whose moments are coded, and a vector that is too small for it.
  private static let shapes = [[80, 64], [100]]

  private func store(seed: UInt64 = 5) throws -> ParameterStore {
    var options = ParameterStore.Options()
    options.seed = seed
    let store = ParameterStore(source: nil, options: options)
    for (index, shape) in Self.shapes.enumerated() {
      _ = try store.root[index].parameter("weight", shape: shape, .normal(deviation: 1))
    }
    try store.setTrainable()
    return store
  }

  private func optimizer(
    _ store: ParameterStore, _ moments: OptimizerConfiguration.Moments
  ) throws -> Optimizer {
    try Optimizer(
      OptimizerConfiguration(kind: .adamw, weightDecay: 0, moments: moments),
      parameters: store.parameters)
  }

  /// Slopes of the squared distance from `targets`, of directions that matter 1 to 100 times, with
  /// noise.
  private func gradients(
    _ store: ParameterStore, _ targets: ParameterStore, _ step: Int
  ) throws -> [Tensor] {
    let generator = try Generator(seed: UInt64(1000 + step))
    return try zip(store.parameters, targets.parameters).map { parameter, target in
      let noise = try Tensor.zeros(parameter.shape)
      try noise.fillNormal(deviation: 0.3, using: generator)
      let steepness =
        try Tensor.range(
          from: 0, to: Double(parameter.count), by: 1, .float32
        ).reshaped(parameter.shape) * (99 / Double(parameter.count)) + 1
      return try (parameter.master - target.master + noise) * steepness
    }
  }

  private func distance(_ store: ParameterStore, _ targets: ParameterStore) throws -> Double {
    try zip(store.parameters, targets.parameters).reduce(0) {
      try $0 + ($1.0.master - $1.1.master).squared().mean().item()
    }
  }

  /// The distance from the targets after 400 steps; about 4 at first.
  private func trained(_ moments: OptimizerConfiguration.Moments) throws -> Double {
    let store = try store(), targets = try self.store(seed: 6)
    let optimizer = try optimizer(store, moments)
    for step in 0..<400 {
      try optimizer.step(
        gradients: gradients(store, targets, step), learningRate: 0.02 * (1 - Double(step) / 400))
    }
    return try distance(store, targets)
  }

  @Test(
    "Moments of fewer bits lead as near to the minimum as those of fp32, to a tenth",
    arguments: [OptimizerConfiguration.Moments.bf16, .int8])
  func convergesAsWithFloat32(moments: OptimizerConfiguration.Moments) throws {
    let usual = try trained(.fp32)
    #expect(usual < 0.1)
    #expect(try abs(trained(moments) - usual) < 0.1 * usual)
  }

  @Test(
    "A stored state goes on bit for bit", arguments: [OptimizerConfiguration.Moments.bf16, .int8])
  func resumes(moments: OptimizerConfiguration.Moments) throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "optimizer.safetensors")
    let whole = try store(), resumed = try store(), targets = try store(seed: 6)
    let first = try optimizer(whole, moments), second = try optimizer(resumed, moments)
    for step in 0..<5 {
      try first.step(gradients: gradients(whole, targets, step), learningRate: 0.01)
    }
    try SafetensorsWriter.write(first.state(), to: url)
    for (parameter, other) in zip(resumed.parameters, whole.parameters) {
      try parameter.assign(other.master)
    }
    try second.restore(SafetensorsFile(url), stepCount: 5)
    for step in 5..<9 {
      try first.step(gradients: gradients(whole, targets, step), learningRate: 0.01)
      try second.step(gradients: gradients(resumed, targets, step), learningRate: 0.01)
    }
    for (left, right) in zip(whole.parameters, resumed.parameters) {
      #expect(try StoredTensor(left.master) == StoredTensor(right.master))
    }
    for (left, right) in zip(first.state(), second.state()) {
      #expect(try StoredTensor(left.tensor) == StoredTensor(right.tensor), "\(left.name)")
    }
  }

  @Test(
    "The state of other moments is refused",
    arguments: OptimizerConfiguration.Moments.allCases, OptimizerConfiguration.Moments.allCases)
  func refusesOtherMoments(
    stored: OptimizerConfiguration.Moments, wanted: OptimizerConfiguration.Moments
  ) throws {
    guard stored != wanted else { return }
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "optimizer.safetensors")
    try SafetensorsWriter.write(optimizer(store(), stored).state(), to: url)
    let error = #expect(throws: LayersError.self) {
      try optimizer(store(), wanted).restore(SafetensorsFile(url), stepCount: 1)
    }
    #expect(error?.description.hasSuffix("the state is of a run with other moments.") == true)
  }

  @Test func theStateTakesEightFourOrTwoBytesAWeight() throws {
    func bytes(_ moments: OptimizerConfiguration.Moments) throws -> Int {
      try optimizer(store(), moments).state().reduce(0) { $0 + $1.tensor.byteCount }
    }
    let (matrix, vector) = (80 * 64, 100)
    #expect(try bytes(.fp32) == 8 * (matrix + vector))
    #expect(try bytes(.bf16) == 4 * (matrix + vector))
    // A scale of 4 bytes for 256 weights, twice.
    #expect(try bytes(.int8) == 2 * matrix + 2 * 4 * matrix / 256 + 8 * vector)
  }

  @Test func onlyAdamHasOtherMoments() {
    for kind in [OptimizerConfiguration.Kind.sgd, .adafactor] {
      let problems = OptimizerConfiguration(kind: kind, moments: .int8).problems
      #expect(
        problems.map(\.description) == [
          "moments is int8, which only adamw and adam can have; set it to fp32"
        ])
    }
  }
}
