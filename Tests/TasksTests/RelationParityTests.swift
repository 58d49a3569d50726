import Datasets
import Evaluation
import Foundation
import Layers
import Models
import Tasks
import TestSupport
import Testing
import Tokenizers
import Torch
import TorchTestSupport

/// Relation extraction beside PyTorch over Transformers' encoders, in fp32.
@Suite(.serialized) struct RelationParityTests {
  @Test("Logits, loss and every gradient are the reference's", arguments: RelationCase.all)
  func followsTheReference(example: RelationCase) throws {
    let reference = try example.reference()
    let task = try example.task()
    let examples = try example.examples(reference)
    try expectClose(task.logits(examples), to: reference.tensor("logits"), within: 1e-5, "logits")
    let loss = try task.loss(examples)
    let mean = try loss.sum / loss.weight
    try expectClose(mean, to: reference.tensor("loss"), within: 1e-5, "loss")
    try mean.backward()
    try expectGradients(of: task.store, reference)
    let outputs = try withoutGradients { try task.predict(examples) }
    let (sum, weight) = try task.loss(of: outputs, examples)
    #expect(abs(sum / weight - (try reference.tensor("loss").item())) < 1e-5)
  }

  private struct Request: Encodable {
    let texts: [String]
  }

  private struct Report: Decodable {
    let `class`: String
    let missing, unexpected, mismatched, special: [String]
    let ids: [[Int32]]
    let length, rows: Int
    let hidden: [Float]
  }

  @Test func `Transformers loads the encoder with its further rows, and the same tokenizer`() throws
  {
    let small = try SmallTask()
    let (task, model) = try small.relationModel()
    let folder = try TemporaryFolder()
    try model.save(to: folder.url)
    let texts = ["word1 [E1] word2 [/E1] word3 [E2]word4[/E2]", "[E1]word1[/E1] word9"]
    let report = try PythonOracle("tasks_relations").run(
      Request(texts: texts), arguments: ["load", folder.url.path], returning: Report.self)
    #expect(report.class == "BertModel")
    #expect(report.missing + report.mismatched == [])
    #expect(report.unexpected == ["relation.classifier.bias", "relation.classifier.weight"])
    #expect(report.rows == SmallTask.tokens.count + 4)
    #expect(report.length == report.rows)
    #expect(Set(report.special).isSuperset(of: task.settings.markers))
    #expect(try texts.map { try model.tokenizer.encode($0).ids } == report.ids)
    let batch = try RaggedBatch(report.ids.prefix(1).map { $0 })
    let hidden = try withoutGradients { try model.pretrained.model.encoder(batch) }
    try expectClose(hidden, to: report.hidden, within: 1e-5)
  }
}

/// Checks all gradients of a model against those that an oracle stored, at 1e-4 of each parameter's
/// largest, and never finer than 1e-6 of the largest of all: what is zero but for rounding has no
/// size of its own.
func expectGradients(
  of store: ParameterStore, _ reference: SafetensorsFile,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let names = reference.names.filter { $0.hasPrefix("gradient.") }
  #expect(!names.isEmpty)
  let known = Set(store.parameters.map { "gradient.\($0.name)" })
  #expect(names.filter { !known.contains($0) } == [], sourceLocation: sourceLocation)
  var largest = 0.0
  for name in names {
    largest = max(largest, try reference.tensor(name).absolute().maximum().item())
  }
  for parameter in store.parameters {
    let name = "gradient.\(parameter.name)"
    let expected =
      try names.contains(name) ? reference.tensor(name) : Tensor.zeros(parameter.shape)
    let gradient = try parameter.value.gradient ?? Tensor.zeros(parameter.shape)
    let difference = try (gradient - expected).absolute().maximum().item()
    let size = try expected.absolute().maximum().item()
    #expect(
      difference <= max(1e-4 * size, 1e-6 * largest),
      "\(name) is off by \(difference) of \(size)", sourceLocation: sourceLocation)
  }
}
