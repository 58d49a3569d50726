import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Filled slots beside Transformers and PEFT in fp32: sequence by sequence there, ragged here.
@Suite(.serialized) struct SlotTests {
  @Test(
    "What fills a slot gives PEFT's results and gradients", arguments: SlotCase.all,
    PathInUse.allCases)
  func followsPEFT(example: SlotCase, path: PathInUse) throws {
    try path.run { try expectParity(example) }
  }

  @Test(
    "Layers that are computed again give the same",
    arguments: SlotCase.all.filter {
      ["bert-token-prefix", "llama-causal-prompt", "t5-generation-sublayer"].contains($0.name)
    })
  func computesLayersAgain(example: SlotCase) throws {
    try expectParity(example) { $0.forwardState.checkpointsActivations = true }
  }

  @Test("Emptied slots give the bits of slots that were never filled", arguments: SlotCase.all)
  func leavesNothingBehind(example: SlotCase) throws {
    let reference = try example.reference()
    let model = try example.load()
    let (source, target) = try reference.slotBatches()
    let before = try withoutGradients { try model.outputs(source, target) }
    _ = try example.fill(model.store, with: reference)
    let filled = try withoutGradients { try model.outputs(source, target) }
    #expect(try (filled - before).absolute().maximum().item() > 1e-3)
    for slot in model.store.modules.attentions { slot.adapter = nil }
    for slot in model.store.modules.tokens { slot.adapter = nil }
    for slot in model.store.modules.sublayers { slot.adapter = nil }
    let after = try withoutGradients { try model.outputs(source, target) }
    try expectClose(after, to: before, within: 0)
  }

  @Test("In bf16 results and gradients are finite and near those of fp32", arguments: SlotCase.all)
  func runsInBrainFloats(example: SlotCase) throws {
    let reference = try example.reference()
    var options = ParameterStore.Options()
    options.computeType = .bfloat16
    let model = try example.load(options)
    let leaves = try example.fill(model.store, with: reference)
    let (source, target) = try reference.slotBatches()
    let output = try model.outputs(source, target).to(.float32)
    // Eight bits of a number of size 10 through a few layers.
    try expectClose(output, to: reference.tensor("output"), within: 0.5)
    try (output * reference.tensor("probe")).sum().backward()
    for (name, leaf) in leaves {
      let gradient = try #require(leaf.gradient, "\(name)")
      #expect(try gradient.values(as: Float.self).allSatisfy(\.isFinite))
    }
  }

  private func expectParity(
    _ example: SlotCase, prepare: (ParameterStore) -> Void = { _ in }
  ) throws {
    let reference = try example.reference()
    let model = try example.load()
    try model.store.setTrainable()
    prepare(model.store)
    let leaves = try example.fill(model.store, with: reference)
    let (source, target) = try reference.slotBatches()
    let output = try model.outputs(source, target)
    try expectClose(output, to: reference.tensor("output"), within: 1e-5)
    try (output * reference.tensor("probe")).sum().backward()
    for (name, leaf) in leaves {
      let expected = try reference.tensor("gradient.\(name)")
      let gradient = try #require(leaf.gradient, "no gradient of \(name)")
      let difference = try (gradient - expected).absolute().maximum().item()
      let largest = try expected.absolute().maximum().item()
      #expect(difference <= 1e-4 * largest, "\(name): off by \(difference) of \(largest)")
    }
  }
}

extension SafetensorsFile {
  /// The sources and targets of a case.
  func slotBatches() throws -> (source: RaggedBatch, target: RaggedBatch) {
    (try batch("tokens", lengths: "lengths"), try batch("targets", lengths: "target_lengths"))
  }
}
