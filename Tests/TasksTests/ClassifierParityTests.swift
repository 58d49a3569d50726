import Datasets
import Foundation
import Layers
import Models
import Tasks
import TestSupport
import Testing
import Tokenizers
import Torch
import TorchTestSupport

/// Logits, losses and gradients beside Transformers' `BertForSequenceClassification` in fp32.
@Suite(.serialized) struct ClassifierParityTests {
  @Test(
    "Logits, loss and every gradient are those of Transformers", arguments: ClassifierCase.all,
    [false, true])
  func followsTransformers(example: ClassifierCase, usesLibtorch: Bool) throws {
    if usesLibtorch {
      try KernelChoice.usingReference { try expectParity(example) }
    } else {
      try expectParity(example)
    }
  }

  @Test("Two labels that Transformers does not write are LABEL_0 and LABEL_1")
  func namesTwoLabelsAsTransformersDoes() throws {
    let folder = try ClassifierCase.all[0].model()
    let text = try String(contentsOf: folder.appending(path: "config.json"), encoding: .utf8)
    #expect(!text.contains("id2label"))
    let pretrained = try PretrainedClassifier(tuned: folder)
    #expect(pretrained.labels.names == ["LABEL_0", "LABEL_1"])
    #expect(pretrained.labels.problem == .singleLabel)
  }

  private func expectParity(_ example: ClassifierCase) throws {
    let reference = try example.reference()
    let folder = try example.model()
    let pretrained = try PretrainedClassifier(tuned: folder)
    try pretrained.store.setTrainable()
    let task = try TextClassification(pretrained, tokenizer: PretrainedTokenizer(folder: folder))
    let examples = try self.examples(reference, pretrained.labels)
    try expectClose(task.logits(examples), to: reference.tensor("logits"), within: 1e-5, "logits")

    let loss = try task.loss(examples)
    let mean = try loss.sum / loss.weight
    try expectClose(mean, to: reference.tensor("loss"), within: 1e-5, "loss")
    try mean.backward()
    for parameter in pretrained.store.parameters {
      let name = parameter.name
      let expected = try reference.tensor("gradient.\(name)")
      let gradient = try #require(parameter.value.gradient, "no gradient of \(name)")
      // The gradient of the keys' bias is zero but for rounding.
      let scale =
        name.hasSuffix("self.key.bias")
        ? try reference.tensor("gradient.\(name.replacingOccurrences(of: "key", with: "query"))")
        : expected
      let difference = try (gradient - expected).absolute().maximum().item()
      let largest = try scale.absolute().maximum().item()
      #expect(difference <= 1e-4 * largest, "\(name): off by \(difference) of \(largest)")
    }

    // The loss of outputs that were computed is the same one.
    let outputs = try withoutGradients { try task.predict(examples) }
    let (sum, weight) = try task.loss(of: outputs, examples)
    #expect(abs(sum / weight - (try reference.tensor("loss").item())) < 1e-5)
  }

  /// The reference's rows as examples.
  private func examples(_ reference: SafetensorsFile, _ labels: ClassificationLabels) throws
    -> [ClassificationExample]
  {
    let tokens = try reference.tensor("tokens").values(as: Int64.self).map(Int32.init)
    let segments = try reference.tensor("segments").values(as: Int64.self).map(Int32.init)
    let targets = try reference.tensor("labels").values(as: Double.self)
    let width = labels.names.count
    var start = 0
    return try reference.tensor("lengths").values(as: Int64.self).enumerated().map { row, length in
      let part = start..<start + Int(length)
      start += Int(length)
      let target: ClassificationExample.Target =
        switch labels.problem {
        case .singleLabel: .label(Int(targets[row]))
        case .multiLabel: .labels((0..<width).filter { targets[row * width + $0] == 1 })
        case .regression: .value(targets[row])
        }
      return ClassificationExample(
        ids: Array(tokens[part]), segments: Array(segments[part]), target: target,
        location: RowLocation(file: "rows.csv", line: row + 2))
    }
  }
}
