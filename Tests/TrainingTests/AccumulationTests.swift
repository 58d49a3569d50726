import Foundation
import Layers
import Optimizers
import Tasks
import TestSupport
import Testing
import Torch
import TorchTestSupport
import Training

/// How a batch is cut does not change what is learnt.
@Suite(.serialized) struct AccumulationTests {
  private let small = Result { try SmallTask() }

  private func weights(
    batch: BatchLimit, accumulation: Int, classWeights: [Double]?, smoothing: Double,
    type: DataType = .float32
  ) throws -> (losses: [Double], store: ParameterStore) {
    let small = try small.get()
    let task = try small.load(type, smoothing: smoothing, weights: classWeights)
    var setup = Trainer<TextClassification>.Setup()
    setup.training = TrainingConfiguration(
      length: .steps(12), batch: batch, gradientAccumulation: accumulation, evaluateEvery: .never,
      order: .sequential)
    // Not Adam: where a gradient is rounding alone it makes a whole step of it.
    setup.optimizer = OptimizerConfiguration(kind: .sgd, learningRate: 0.05, momentum: 0.9)
    let watcher = Watcher()
    setup.callbacks = [watcher]
    // 46 rows: the last window of an epoch is not full.
    let trainer = try Trainer(task, training: small.examples(46), validation: [], setup: setup)
    _ = try trainer.run()
    return (watcher.losses, task.store)
  }

  private static let losses: [([Double]?, Double)] = [
    (nil, 0), ([0.2, 3, 1], 0), ([0.2, 3, 1], 0.1), (nil, 0.1),
  ]

  @Test("Four micro-batches are the batch of all their rows", arguments: losses)
  func equalsTheLargeBatch(classWeights: [Double]?, smoothing: Double) throws {
    let (large, one) = try weights(
      batch: .sequences(16), accumulation: 1, classWeights: classWeights, smoothing: smoothing)
    let (cut, other) = try weights(
      batch: .sequences(4), accumulation: 4, classWeights: classWeights, smoothing: smoothing)
    for (left, right) in zip(large, cut) { #expect(abs(left - right) < 1e-5) }
    for parameter in one.parameters {
      let twin = try #require(other[parameter.name])
      try expectClose(twin.master, to: parameter.master, within: 2e-6, "\(parameter.name)")
    }
  }

  @Test("A run in bf16 stays near the run in fp32")
  func staysNearInBFloat16() throws {
    let (exact, _) = try weights(
      batch: .sequences(4), accumulation: 4, classWeights: nil, smoothing: 0)
    let (rounded, store) = try weights(
      batch: .sequences(4), accumulation: 4, classWeights: nil, smoothing: 0, type: .bfloat16)
    for (left, right) in zip(exact, rounded) { #expect(abs(left - right) < 0.03) }
    for parameter in store.parameters {
      let copy = try StoredTensor(parameter.value)
      #expect(try copy == StoredTensor(parameter.master.to(.bfloat16)))
    }
  }
}
