import Foundation
import Layers
import Optimizers
import Tasks
import Testing
import Torch
import TorchTestSupport
import Training

/// The memory that a run is said to need, beside what its tensors ask for; nothing here depends on
/// the machine.
struct MemoryEstimateTests {
  @Test(arguments: [DataType.float32, .bfloat16])
  func countsWeightsMomentsAndGradients(type: DataType) throws {
    var run = try SmallRun(SmallTask())
    run.computeType = type
    let trainer = try run.trainer()
    let estimate = try trainer.memoryEstimate()
    let store = try run.small.load(type).store
    let count = store.parameters.reduce(0) { $0 + $1.count }
    #expect(estimate.parameters == (type == .float32 ? 4 : 6) * count)
    #expect(estimate.moments == 8 * count)
    #expect(estimate.gradientSums == 0)
    // The word table has 60 rows, and the largest batch of 4 sequences more tokens than that, or as
    // many rows as tokens.
    let words = try #require(store["bert.embeddings.word_embeddings.weight"])
    let rows = min(60, estimate.tokens)
    let elements = count - words.count + rows * 32
    #expect(estimate.gradients == (type == .float32 ? 4 : 2) * elements)
    #expect(
      estimate.peak == estimate.parameters + estimate.moments
        + max(estimate.gradients, estimate.activations))
  }

  @Test func sumsOverMicrobatchesOfBFloat16AreInFloat32() throws {
    var run = try SmallRun(SmallTask())
    run.training.gradientAccumulation = 2
    #expect(try run.trainer().memoryEstimate().gradientSums == 0)
    run.computeType = .bfloat16
    let estimate = try run.trainer().memoryEstimate()
    #expect(estimate.gradientSums == 2 * estimate.gradients)
  }

  @Test(
    "Activations of a large batch are predicted to a tenth from small ones",
    arguments: [DataType.float32, .bfloat16], [false, true])
  func predictsActivations(type: DataType, isCheckpointed: Bool) throws {
    var run = try SmallRun(SmallTask())
    run.computeType = type
    run.training.batch = .sequences(run.rows)
    run.training.checkpointActivations = isCheckpointed
    let estimate = try run.trainer().memoryEstimate()
    let examples = run.small.examples(run.rows)
    #expect(estimate.tokens == examples.reduce(0) { $0 + $1.tokenCount })

    let task = try run.small.load(type, dropout: run.dropout)
    task.store.forwardState.isTraining = true
    task.store.forwardState.checkpointsActivations = isCheckpointed
    try task.loss(Array(examples.prefix(1))).sum.backward()
    let counted = try CountedMemory.of { try task.loss(examples).sum }.memory
    let difference = abs(Double(estimate.activations - counted.held))
    #expect(difference < 0.1 * Double(counted.held))
  }

  @Test func checkpointingKeepsLess() throws {
    var run = try SmallRun(SmallTask())
    let kept = try run.trainer().memoryEstimate().activations
    run.training.checkpointActivations = true
    #expect(try run.trainer().memoryEstimate().activations < kept)
  }

  /// The weights after a run.
  private func weights(
    _ run: SmallRun, _ prepare: (Trainer<TextClassification>) throws -> Void = { _ in }
  ) throws -> [StoredTensor] {
    var store: ParameterStore?
    let trainer = try run.trainer { store = $0.store }
    try prepare(trainer)
    _ = try trainer.run()
    return try #require(store).parameters.map { try StoredTensor($0.master) }
  }

  @Test(arguments: [DataType.float32, .bfloat16])
  func checkpointingGivesTheSameBits(type: DataType) throws {
    var run = try SmallRun(SmallTask())
    run.computeType = type
    run.training.length = .steps(5)
    run.training.gradientAccumulation = 2
    let kept = try weights(run)
    run.training.checkpointActivations = true
    #expect(try weights(run) == kept)
  }

  @Test func estimatingChangesNothing() throws {
    var run = try SmallRun(SmallTask())
    run.training.length = .steps(5)
    let without = try weights(run)
    #expect(try weights(run) { _ = try $0.memoryEstimate() } == without)
  }
}
