import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Every head of GPT-2, Llama, Mistral, Qwen 2 and Qwen 3 beside Transformers in fp32, padded there,
/// ragged here.
@Suite(.serialized) struct DecoderParityTests {
  @Test(
    "Results and every gradient are those of Transformers", arguments: DecoderCase.all,
    DecoderHead.allCases)
  func followsTransformers(example: DecoderCase, head: DecoderHead) throws {
    try expectParity(example, head)
    try KernelChoice.usingReference { try expectParity(example, head) }
  }

  @Test(arguments: DecoderCase.all, DecoderHead.allCases)
  func findsEveryWeightInEveryForm(example: DecoderCase, head: DecoderHead) throws {
    let report = try head.load(example.model(head)).report
    #expect(report.missing.isEmpty && report.unexpected.isEmpty && report.reshaped.isEmpty)
    #expect(report.notes().isEmpty)
    #expect(!report.matched.isEmpty)
  }

  @Test(
    "Layers that are computed again give the same", arguments: ["gpt2-options", "qwen3", "mistral"])
  func computesLayersAgain(name: String) throws {
    let example = try DecoderCase.named(name)
    try expectParity(example, .token) { $0.forwardState.checkpointsActivations = true }
    try expectParity(example, .sequence) { $0.forwardState.checkpointsActivations = true }
  }

  private func expectParity(
    _ example: DecoderCase, _ head: DecoderHead, prepare: (ParameterStore) -> Void = { _ in }
  ) throws {
    let reference = try example.reference(head)
    let model = try head.load(example.model(head))
    try model.store.setTrainable()
    prepare(model.store)
    let output = try model.outputs(reference.batch())
    try expectClose(output, to: reference.tensor("output"), within: 1e-5)
    try (output * reference.tensor("probe")).sum().backward()
    #expect(
      reference.names.count { $0.hasPrefix("gradient.") } == model.store.parameters.count)
    for parameter in model.store.parameters {
      // A bare model's names have no prefix in Transformers.
      let bare = parameter.name.split(separator: ".").dropFirst().joined(separator: ".")
      let name = "gradient.\(head == .base ? bare : parameter.name)"
      var expected = try reference.tensor(name)
      // GPT-2 stores these matrices the other way round.
      if name.hasSuffix("weight"),
        [".c_attn.", ".c_proj.", ".c_fc."].contains(where: name.contains)
      {
        expected = try expected.transposed(0, 1)
      }
      let gradient = try #require(parameter.value.gradient, "no gradient of \(parameter.name)")
      #expect(gradient.shape == expected.shape)
      let difference = try (gradient - expected).absolute().maximum().item()
      let largest = try expected.absolute().maximum().item()
      #expect(
        difference <= 1e-4 * largest, "\(parameter.name): off by \(difference) of \(largest)")
    }
  }
}
