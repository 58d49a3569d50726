import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Every encoder of the BERT kind with every head beside Transformers in fp32, padded there, ragged
/// here, with tokens of padding within texts.
@Suite(.serialized) struct EncoderParityTests {
  /// The best kernels of this processor, and libtorch's operations; BERT's own tests take all.
  static let paths = [KernelPath?.none, KernelPath(instructionSet: nil)]

  @Test(
    "Outputs and every gradient are those of Transformers", arguments: EncoderCase.all, paths)
  func followsTransformers(example: EncoderCase, path: KernelPath?) throws {
    guard let path else { return try expectParity(example) }
    try path.run { try expectParity(example) }
  }

  @Test("Every weight is found in every form", arguments: EncoderCase.all)
  func findsEveryWeight(example: EncoderCase) throws {
    let report = try example.load().store.report
    #expect(report.missing.isEmpty && report.unexpected.isEmpty && report.reshaped.isEmpty)
    #expect(report.notes().isEmpty)
    #expect(!report.matched.isEmpty)
  }

  @Test(
    "The chosen tokens get what they get among all tokens",
    arguments: EncoderCase.all.filter { [.base, .tokens, .masked].contains($0.head) })
  func computesChosenTokensAlone(example: EncoderCase) throws {
    let batch = try example.reference().batch()
    let places = batch.lengths.map { length in (0..<length).filter { $0 % 3 == 1 } }
    for selection in try [batch.selection(of: places), batch.firstTokens(), batch.lastTokens()] {
      let (all, chosen) = try withoutGradients { try both(example, batch, selection) }
      try expectClose(chosen, to: all.slices(selection.places), within: 1e-6)
    }
  }

  private func both(
    _ example: EncoderCase, _ batch: RaggedBatch, _ selection: TokenSelection
  ) throws -> (all: Tensor, chosen: Tensor) {
    let folder = try example.model()
    switch example.head {
    case .tokens:
      let model = try PretrainedModel(folder: folder, .tokenClassification).model
      return (try model.logits(batch, only: nil), try model.logits(batch, only: selection))
    case .masked:
      let model = try PretrainedModel(folder: folder, .maskedLanguageModel).model
      return (try model.logits(batch), try model.logits(batch, only: selection))
    default:
      let encoder = try PretrainedEncoder(folder: folder).encoder
      return (try encoder(batch), try encoder.hidden(batch, only: selection))
    }
  }

  private func expectParity(_ example: EncoderCase) throws {
    let reference = try example.reference()
    let loaded = try example.load()
    try loaded.store.setTrainable()
    let outputs = try loaded.outputs(reference.batch())
    #expect(outputs.count == reference.names.count { $0.hasPrefix("output.") })
    for (index, output) in outputs.enumerated() {
      try expectClose(
        output, to: reference.tensor("output.\(index)"), within: 1e-5, "output \(index)")
    }
    let losses = try outputs.enumerated().map { index, output in
      try (output * reference.tensor("probe.\(index)")).sum()
    }
    try losses.dropFirst().reduce(losses[0]) { try $0 + $1 }.backward()
    try expectEveryGradient(loaded.store, reference, prefix: example.barePrefix)
  }

  /// Checks each gradient within 1e-4 of its largest element: sums over a hundred tokens in fp32, in
  /// another order.
  private func expectEveryGradient(
    _ store: ParameterStore, _ reference: SafetensorsFile, prefix: String
  ) throws {
    let expected = Set(reference.names.filter { $0.hasPrefix("gradient.") })
    func name(_ parameter: String) -> String {
      "gradient."
        + (parameter.hasPrefix(prefix) ? String(parameter.dropFirst(prefix.count)) : parameter)
    }
    #expect(expected.isSubset(of: store.parameters.map { name($0.name) }))
    for parameter in store.parameters {
      guard expected.contains(name(parameter.name)) else {
        #expect(parameter.value.gradient == nil, "\(parameter.name) has a gradient here alone")
        continue
      }
      let gradient = try #require(parameter.value.gradient, "no gradient of \(parameter.name)")
      // Softmax ignores what all keys share: the gradient of their bias is zero but for rounding.
      let scaleName = name(parameter.name)
        .replacingOccurrences(of: "key.bias", with: "query.bias")
        .replacingOccurrences(of: "k_lin.bias", with: "q_lin.bias")
      let largest = try reference.tensor(scaleName).absolute().maximum().item()
      let difference = try (gradient - reference.tensor(name(parameter.name))).absolute()
        .maximum().item()
      #expect(difference <= 1e-4 * largest, "\(parameter.name): off by \(difference) of \(largest)")
    }
  }
}

extension EncoderCase {
  /// What our names of a bare model begin with and Transformers' do not.
  fileprivate var barePrefix: String {
    guard head == .base else { return "-" }
    let name = architecture.lowercased().dropLast("Model".count)
    return ["xlmroberta", "camembert"].contains(name) ? "roberta." : "\(name)."
  }
}
