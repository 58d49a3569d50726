import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Hidden states and gradients beside Transformers' `BertModel` in fp32, padded there, ragged here.
@Suite(.serialized) struct BertParityTests {
  @Test(
    "Hidden states and every gradient are those of Transformers", arguments: BertCase.small,
    KernelPath.allCases)
  func followsTransformers(example: BertCase, path: KernelPath) throws {
    try path.run { try expectParity(example) }
  }

  @Test(
    "Hidden states and every gradient of MiniLM are those of Transformers",
    .enabled(if: BertCase.isMiniLMHere, "demo/model is missing; `make setup` fetches it"),
    arguments: KernelPath.allCases)
  func followsTransformersOnMiniLM(path: KernelPath) throws {
    try path.run { try expectParity(.miniLM) }
  }

  @Test(arguments: BertCase.small)
  func findsEveryWeightInEveryForm(example: BertCase) throws {
    let report = try PretrainedEncoder(folder: example.model()).store.report
    #expect(report.missing.isEmpty && report.unexpected.isEmpty && report.reshaped.isEmpty)
    #expect(report.notes().isEmpty)
    #expect(!report.matched.isEmpty)
  }

  @Test("What a sequence becomes does not depend on its neighbours")
  func keepsSequencesApart() throws {
    let encoder = try PretrainedEncoder(folder: BertCase.small[0].model()).encoder
    let sequences: [[Int32]] = [[1, 2, 3, 4, 5], [6], [7, 8, 9]]
    let together = try withoutGradients { try encoder(RaggedBatch(sequences)) }
    var start = 0
    for sequence in sequences {
      let alone = try withoutGradients { try encoder(RaggedBatch([sequence])) }
      try expectClose(
        together.narrowed(0, from: start, count: sequence.count),
        to: alone.narrowed(0, from: 0, count: sequence.count), within: 1e-6)
      start += sequence.count
    }
  }

  private func expectParity(_ example: BertCase) throws {
    let reference = try example.reference()
    let pretrained = try PretrainedEncoder(folder: example.model())
    try pretrained.store.setTrainable()
    let batch = try reference.batch()
    let rows = try pretrained.encoder(batch)
    let summary = try #require(try pretrained.encoder.pooled(rows, batch: batch))
    // Rows beyond the sequences' tokens only fill the matrix up.
    let hidden = try rows.narrowed(0, from: 0, count: batch.lengths.reduce(0, +))
    try expectClose(hidden, to: reference.tensor("hidden"), within: 1e-5, "hidden states")
    try expectClose(summary, to: reference.tensor("summary"), within: 1e-5, "summaries")

    let loss =
      try (hidden * reference.tensor("probe")).sum()
      + (summary * reference.tensor("summary_probe")).sum()
    try loss.backward()
    try expectGradients(pretrained.store, reference) { String($0.dropFirst("bert.".count)) }
  }
}

/// Checks the gradient of every parameter: within 1e-4 of its largest element.
func expectGradients(
  _ store: ParameterStore, _ reference: SafetensorsFile, naming: (String) -> String,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  #expect(
    reference.names.count { $0.hasPrefix("gradient.") } == store.parameters.count,
    sourceLocation: sourceLocation)
  for parameter in store.parameters {
    let expected = try reference.tensor("gradient.\(naming(parameter.name))")
    let gradient = try #require(
      parameter.value.gradient, "no gradient of \(parameter.name)", sourceLocation: sourceLocation)
    // Softmax ignores what all keys share: the gradient of their bias is zero but for rounding.
    let scale =
      parameter.name.hasSuffix("self.key.bias")
      ? try reference.tensor(
        "gradient.\(naming(parameter.name.replacingOccurrences(of: "key", with: "query")))")
      : expected
    let difference = try (gradient - expected).absolute().maximum().item()
    let largest = try scale.absolute().maximum().item()
    #expect(
      difference <= 1e-4 * largest, "\(parameter.name): off by \(difference) of \(largest)",
      sourceLocation: sourceLocation)
  }
}
