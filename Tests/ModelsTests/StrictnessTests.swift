import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch

private let twoLabels = ClassificationLabels(names: ["no", "yes"], problem: .singleLabel)

/// What does not fit is refused in a sentence that names it; only a head may be missing, and that
/// is told.
struct StrictnessTests {
  @Test func refusesAMissingWeightOfTheEncoder() throws {
    let model = try SmallBert { weights in
      weights["encoder.layer.0.output.dense.weight"] = nil
      weights["embeddings.LayerNorm.bias"] = nil
      weights["encoder.layer.7.output.dense.bias"] = try Tensor.zeros([8])
    }
    let expected =
      "The weights in \(model.url.appending(path: "model.safetensors").path) do not make up this "
      + "model. Missing: bert.embeddings.LayerNorm.bias, bert.encoder.layer.0.output.dense.weight. "
      + "Not used: bert.encoder.layer.7.output.dense.bias. Check that config.json belongs to these "
      + "weights."
    #expect(sentence { try PretrainedEncoder(folder: model.url) } == expected)
    #expect(
      sentence { try PretrainedClassifier(folder: model.url, labels: twoLabels) } == expected)
  }

  @Test func refusesAWeightOfAnotherShape() throws {
    let model = try SmallBert { weights in
      weights["encoder.layer.0.intermediate.dense.weight"] = try Tensor.zeros([13, 8])
    }
    let told = try #require(sentence { try PretrainedEncoder(folder: model.url) })
    #expect(
      told.contains(
        "Of another shape: bert.encoder.layer.0.intermediate.dense.weight is [13, 8], must be "
          + "[12, 8]."))
  }

  @Test func refusesAVocabularyLargerThanTheTable() throws {
    let model = try SmallBert(["vocab_size": .integer(31)])
    let told = try #require(sentence { try PretrainedEncoder(folder: model.url) })
    #expect(
      told.contains("bert.embeddings.word_embeddings.weight is [30, 8], must be [31, 8]"))
  }

  @Test func tellsWhatACheckpointHasTooMuch() throws {
    let model = try SmallBert { weights in
      weights["cls.predictions.bias"] = try Tensor.zeros([30])
    }
    let report = try PretrainedEncoder(folder: model.url).store.report
    #expect(report.unexpected == ["bert.cls.predictions.bias"])
    #expect(report.notes() == ["In the checkpoint and not used: bert.cls.predictions.bias."])
  }

  @Test func initialisesAMissingHeadAndSaysSo() throws {
    let model = try SmallBert()
    let pretrained = try PretrainedClassifier(folder: model.url, labels: twoLabels)
    #expect(
      pretrained.store.report.notes() == [
        "Newly initialised, since the checkpoint has none: classifier.weight, classifier.bias."
      ])
    let head = try #require(pretrained.store["classifier.weight"])
    #expect(head.origin == .initialized)
    // Normally distributed with initializer_range, 0.02 by default; biases are zero.
    let deviation = try head.master.squared().mean().squareRoot().item()
    #expect((0.008...0.04).contains(deviation))
    let bias = try #require(pretrained.store["classifier.bias"])
    #expect(try bias.master.values(as: Float.self) == [0, 0])
  }

  @Test func initialisesAMissingPoolerAndSaysSo() throws {
    let model = try SmallBert { weights in
      weights["pooler.dense.weight"] = nil
      weights["pooler.dense.bias"] = nil
    }
    let report = try PretrainedClassifier(folder: model.url, labels: twoLabels).store.report
    #expect(report.missing.prefix(2) == ["bert.pooler.dense.weight", "bert.pooler.dense.bias"])
  }

  @Test func initialisesAHeadMadeForAnotherNumberOfLabelsAndSaysSo() throws {
    let model = try SmallBert(labels: 3)
    let pretrained = try PretrainedClassifier(folder: model.url, labels: twoLabels)
    #expect(
      pretrained.store.report.notes() == [
        "Newly initialised: classifier.weight is [3, 8] in the checkpoint, [2, 8] here.",
        "Newly initialised: classifier.bias is [3] in the checkpoint, [2] here.",
      ])
  }

  @Test func keepsAHeadMadeForTheSameLabels() throws {
    let names: JSONValue = .object(["0": .string("no"), "1": .string("yes")])
    let model = try SmallBert(["id2label": names], labels: 2)
    let pretrained = try PretrainedClassifier(folder: model.url, labels: twoLabels)
    #expect(pretrained.store["classifier.weight"]?.origin == .checkpoint)
    #expect(pretrained.store.report.notes().isEmpty)
  }

  @Test func initialisesAHeadMadeForOtherLabels() throws {
    let names: JSONValue = .object(["0": .string("cat"), "1": .string("dog")])
    let model = try SmallBert(["id2label": names], labels: 2)
    let pretrained = try PretrainedClassifier(folder: model.url, labels: twoLabels)
    #expect(pretrained.store["classifier.weight"]?.origin == .initialized)
    #expect(pretrained.store.report.notes().contains { $0.contains("classifier.weight") })
  }

  @Test func refusesLabelsInAnotherOrderThanTheHeadHas() throws {
    let names: JSONValue = .object(["0": .string("yes"), "1": .string("no")])
    let model = try SmallBert(["id2label": names], labels: 2)
    let told = sentence { try PretrainedClassifier(folder: model.url, labels: twoLabels) }
    #expect(
      told
        == "\(model.url.appending(path: "config.json").path) lists the labels as yes, no, the data "
        + "give the order no, yes. Name the labels in the model's order.")
  }

  @Test func refusesAnEncoderWhereATunedClassifierIsWanted() throws {
    let model = try SmallBert()
    #expect(
      sentence { try PretrainedClassifier(tuned: model.url) }
        == "\(model.url.appending(path: "config.json").path) names no labels (id2label): this is "
        + "no tuned classifier. Tune it first, with `finetune train`.")
  }

  @Test func refusesATunedClassifierWithoutItsHead() throws {
    let names: JSONValue = .object(["0": .string("no"), "1": .string("yes")])
    let model = try SmallBert(["id2label": names])
    let told = try #require(sentence { try PretrainedClassifier(tuned: model.url) })
    #expect(told.contains("Missing: classifier.weight, classifier.bias."))
  }

  @Test func refusesATensorThatTwoNamesStandFor() throws {
    let model = try SmallBert { weights in
      weights["embeddings.LayerNorm.gamma"] = try Tensor.ones([8])
    }
    let told = try #require(sentence { try PretrainedEncoder(folder: model.url) })
    #expect(told.contains("embeddings.LayerNorm.gamma"))
    #expect(told.contains("embeddings.LayerNorm.weight"))
  }

  // MARK: Input

  @Test func refusesASequenceLongerThanTheModelsPositions() throws {
    let model = try SmallBert()
    let encoder = try PretrainedEncoder(folder: model.url).encoder
    #expect(encoder.maximumLength == 16)
    #expect(
      sentence { try encoder(RaggedBatch([[1], [Int32](repeating: 1, count: 17)])) }
        == "A sequence of 17 tokens does not fit the model's 16 positions. Set max-length to at "
        + "most 16.")
    #expect(sentence { try encoder(RaggedBatch([[Int32](repeating: 1, count: 16)])) } == nil)
  }

  @Test(arguments: KernelPath.allCases, [[Int32(30)], [-1]])
  func refusesATokenOutsideTheTable(path: KernelPath, sequence: [Int32]) throws {
    let model = try SmallBert()
    let encoder = try PretrainedEncoder(folder: model.url).encoder
    try path.run {
      let batch = try RaggedBatch([[1, 2], sequence])
      #expect(sentence { try encoder(batch) } != nil)
    }
  }

  @Test(arguments: KernelPath.allCases)
  func refusesATokenTypeOutsideTheTable(path: KernelPath) throws {
    let model = try SmallBert()
    let encoder = try PretrainedEncoder(folder: model.url).encoder
    try path.run {
      let batch = try RaggedBatch([[1, 2]], segments: [[0, 2]])
      #expect(sentence { try encoder(batch) } != nil)
    }
  }

  @Test func refusesABatchOfNothing() {
    #expect(
      sentence { try RaggedBatch([]) }
        == "A batch needs at least one sequence, and each at least one token.")
    #expect(sentence { try RaggedBatch([[1], []]) } != nil)
    #expect(
      sentence { try RaggedBatch([[1, 2]], segments: [[0]]) }
        == "The token types of a batch have other lengths than its tokens.")
  }
}
