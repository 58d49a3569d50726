import Foundation
import Layers
import Optimizers
import Tasks
import TestSupport
import Testing
import Torch
import TorchTestSupport
import Training

/// Layers that join in from the top down: a function of the step alone.
@Suite(.serialized) struct GradualUnfreezingTests {
  private func run(_ gradual: GradualUnfreezing, _ type: DataType = .float32) throws -> SmallRun {
    var run = SmallRun(try SmallTask())
    run.computeType = type
    run.freezing = FreezingSettings(gradual: gradual)
    run.schedule = ScheduleConfiguration(kind: .constant)
    return run
  }

  private func isEmbedding(_ name: String) -> Bool { name.hasPrefix("bert.embeddings.") }

  @Test("The head begins, then layer after layer, the embeddings last")
  func thawsFromTheTop() throws {
    let run = try run(GradualUnfreezing(every: .steps(4)))
    let watcher = Watcher()
    var task: TextClassification?
    var changed: [Int: Set<String>] = [:]
    let trainer = try run.trainer(watcher) { task = $0 }
    let store = try #require(task).store
    let before = try store.parameters.map { try StoredTensor($0.master) }
    watcher.atStep = { record in
      let now = try store.parameters.map { try StoredTensor($0.master) }
      changed[record.step] = Set(
        zip(store.parameters, zip(now, before)).filter { $1.0 != $1.1 }.map(\.0.name))
      return .proceed
    }
    #expect(trainer.trainableShare.share == 1)
    #expect(try trainer.run() == .completed)
    let groups = try [4, 8, 12, 16].map { step in
      try Set(
        #require(changed[step]).map { name in
          isEmbedding(name) ? "embeddings" : name.contains("layer.") ? name[19..<20] : "head"
        })
    }
    #expect(
      groups == [["head"], ["head", "1"], ["head", "1", "0"], ["head", "1", "0", "embeddings"]])
    #expect(watcher.thawed.map(\.step) == [4, 8, 12])
    #expect(watcher.thawed.map(\.stage) == [1, 2, 3])
    #expect(watcher.thawed.last?.share.share == 1)
  }

  @Test("After each epoch, several at once, from a start", arguments: [0, 1])
  func thawsByEpochs(startLayers: Int) throws {
    var run = try run(GradualUnfreezing(layers: 2, startLayers: startLayers))
    run.training.length = .epochs(4)
    let watcher = Watcher()
    _ = try run.trainer(watcher).run()
    // 12 steps an epoch. Both layers and then the embeddings, or a layer and the embeddings at once.
    #expect(watcher.thawed.map(\.step) == (startLayers == 0 ? [12, 24] : [12]))
    #expect(watcher.thawed.last?.share.share == 1)
  }

  @Test("Layers beyond the top ones stay frozen")
  func stopsAtTheTopLayers() throws {
    var run = try run(GradualUnfreezing(every: .steps(2)))
    run.freezing?.topLayers = 1
    run.training.length = .steps(8)
    let watcher = Watcher()
    let trainer = try run.trainer(watcher)
    #expect(trainer.trainableShare.share < 1)
    _ = try trainer.run()
    #expect(watcher.thawed.map(\.step) == [2])
  }

  struct Variant: Sendable {
    var type = DataType.float32
    var kind = OptimizerConfiguration.Kind.adamw
    var moments = OptimizerConfiguration.Moments.fp32
    var accumulation = 1

    static let all = [
      Variant(), Variant(type: .bfloat16, accumulation: 2),
      Variant(type: .bfloat16, moments: .bf16), Variant(kind: .sgd), Variant(kind: .adafactor),
    ]
  }

  @Test("Interrupted before, at and after a thaw, it goes on bit for bit", arguments: Variant.all)
  func resumes(variant: Variant) throws {
    let folder = try TemporaryFolder()
    let whole = folder.url.appending(path: "whole"), parts = folder.url.appending(path: "parts")
    var run = try run(GradualUnfreezing(every: .steps(4)), variant.type)
    run.training.gradientAccumulation = variant.accumulation
    run.training.length = .steps(18)
    run.optimizer.kind = variant.kind
    run.optimizer.moments = variant.moments
    if variant.kind == .sgd { run.optimizer.momentum = 0.9 }
    let (straight, _) = try run.finish(resume: whole)
    let (interrupted, many) = try run.finish(resume: parts) { [3, 4, 5, 9, 12].contains($0.step) }
    #expect(many == 6)
    #expect(try StoredRun(whole) == StoredRun(parts))
    #expect(interrupted.losses == straight.losses)
    #expect(interrupted.thawed == straight.thawed)
  }

  @Test("The memory that is said is that of the end, when all have joined in")
  func estimatesTheEnd() throws {
    var run = try run(GradualUnfreezing(every: .steps(4)), .bfloat16)
    let gradual = try run.trainer().memoryEstimate()
    run.freezing = nil
    let whole = try run.trainer().memoryEstimate()
    #expect(gradual.moments == whole.moments && gradual.gradients == whole.gradients)
    #expect(gradual.parameters == whole.parameters && gradual.frozen == 0)
    #expect(gradual.activations == whole.activations)
  }
}

extension String {
  fileprivate subscript(_ range: Range<Int>) -> String {
    String(dropFirst(range.lowerBound).prefix(range.count))
  }
}
