import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// What Transformers says about a folder that we saved.
private struct LoadedByTransformers: Decodable {
  let missing, unexpected, mismatched, errors: [String]
  let `class`: String
  let architectures: [String]
  let labels: [String]
  let ids: [String: Int]
  let problem: String?
  let type: String
  let hiddenDropout: Double
  let output: [Float]

  private struct Request: Encodable {
    let classifies: Bool
    let sequences: [[Int32]]
  }

  static let sequences: [[Int32]] = [[2, 5, 7, 9, 3], [1], [4, 4, 8, 6, 11, 12, 13]]

  init(_ folder: URL, classifies: Bool) throws {
    self = try PythonOracle("models_bert").run(
      Request(classifies: classifies, sequences: Self.sequences), arguments: ["load", folder.path])
  }

  func expectWhole(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(missing + unexpected + mismatched + errors == [], sourceLocation: sourceLocation)
    #expect(type == "torch.float32", sourceLocation: sourceLocation)
  }
}

@Suite(.serialized) struct SavingTests {
  private let output = Result { try TemporaryFolder() }

  @Test(
    "A tuned classifier, with Chinese labels, is whole in Transformers and gives the same logits")
  func savesAClassifierForTransformers() throws {
    let folder = try output.get().url
    let labels = ClassificationLabels(names: ["负面", "中性", "正面"], problem: .singleLabel)
    let pretrained = try PretrainedClassifier(
      folder: BertCase.small[2].model(), labels: labels, dropout: 0)
    try pretrained.save(to: folder)

    let loaded = try LoadedByTransformers(folder, classifies: true)
    loaded.expectWhole()
    #expect(loaded.class == "BertForSequenceClassification")
    #expect(loaded.architectures == ["BertForSequenceClassification"])
    #expect(loaded.labels == ["负面", "中性", "正面"])
    #expect(loaded.ids == ["负面": 0, "中性": 1, "正面": 2])
    #expect(loaded.problem == "single_label_classification")
    #expect(loaded.hiddenDropout == 0)
    let logits = try withoutGradients {
      try pretrained.model(RaggedBatch(LoadedByTransformers.sequences))
    }
    try expectClose(logits, to: loaded.output, within: 1e-5)
  }

  @Test(
    "A saved classifier comes back with its labels, bit for bit",
    arguments: [
      ClassificationLabels.Problem.singleLabel, .multiLabel,
    ])
  func readsItsOwnClassifierAgain(problem: ClassificationLabels.Problem) throws {
    let folder = try output.get().url
    let names = (0..<12).map { "标签 \($0)" }
    let labels = ClassificationLabels(names: names, problem: problem)
    let pretrained = try PretrainedClassifier(folder: BertCase.small[1].model(), labels: labels)
    try pretrained.save(to: folder)
    let again = try PretrainedClassifier(tuned: folder)
    #expect(again.labels == labels)
    #expect(again.store.report.notes().isEmpty)
    #expect(again.configuration.values == (try ConfigurationFile(folder: folder)).values)
    for parameter in pretrained.store.parameters {
      let other = try #require(again.store[parameter.name])
      #expect(try StoredTensor(other.master) == StoredTensor(parameter.master))
    }
    // Twelve labels are in the order of their numbers, not of their digits: 2 stands before 10.
    let loaded = try LoadedByTransformers(folder, classifies: true)
    loaded.expectWhole()
    #expect(loaded.labels == names)
    #expect(loaded.problem == problem.rawValue)
  }

  @Test("A regression is saved with one output")
  func savesARegression() throws {
    let folder = try output.get().url
    let labels = ClassificationLabels(names: ["score"], problem: .regression)
    let pretrained = try PretrainedClassifier(folder: BertCase.small[3].model(), labels: labels)
    try pretrained.save(to: folder)
    let loaded = try LoadedByTransformers(folder, classifies: true)
    loaded.expectWhole()
    #expect(loaded.problem == "regression")
    #expect(loaded.output.count == 3)
    #expect(try PretrainedClassifier(tuned: folder).labels == labels)
  }

  @Test(
    "An encoder of an old checkpoint is saved as Transformers has it today", arguments: [1, 2, 3])
  func savesAnEncoderForTransformers(place: Int) throws {
    let folder = try output.get().url
    let pretrained = try PretrainedEncoder(folder: BertCase.small[place].model())
    try pretrained.save(to: folder)
    let loaded = try LoadedByTransformers(folder, classifies: false)
    loaded.expectWhole()
    #expect(loaded.architectures == ["BertModel"])
    let batch = try RaggedBatch(LoadedByTransformers.sequences)
    let summary = try withoutGradients {
      try #require(
        try pretrained.encoder.pooled(pretrained.encoder(batch), batch: batch))
    }
    try expectClose(summary, to: loaded.output, within: 1e-5)
  }

  @Test("What is saved is the fp32 original, also when the model computes in bf16")
  func savesTheOriginals() throws {
    let folder = try output.get().url
    var options = ParameterStore.Options()
    options.computeType = .bfloat16
    let model = try BertCase.small[0].model()
    let pretrained = try PretrainedEncoder(folder: model, options: options)
    #expect(pretrained.store.parameters.allSatisfy { $0.value.dataType == .bfloat16 })
    try pretrained.save(to: folder)
    let (before, after) = (try Checkpoint.open(folder: model), try Checkpoint.open(folder: folder))
    #expect(before.names == after.names)
    for name in before.names {
      #expect(try StoredTensor(before.tensor(name)) == StoredTensor(after.tensor(name)))
    }
  }

  @Test("Transformers takes a fraction for a fraction after we have written it")
  func keepsFractions() throws {
    let folder = try output.get().url
    let model = try SmallBert(["initializer_range": .number(1)])
    try PretrainedEncoder(folder: model.url).save(to: folder)
    try LoadedByTransformers(folder, classifies: false).expectWhole()
  }

  @Test("Keys of config.json that we do not know are passed on")
  func keepsForeignKeys() throws {
    let folder = try output.get().url
    let foreign: JSONValue = .object(["a": .array([.integer(1), .number(0.5), .null, .bool(true)])])
    let model = try SmallBert(["someone_elses": foreign])
    try PretrainedEncoder(folder: model.url).save(to: folder)
    #expect(try ConfigurationFile(folder: folder).values["someone_elses"] == foreign)
  }

  @Test("A folder that cannot be written is named, and nothing is half-written")
  func tellsThatTheFolderCannotBeWritten() throws {
    let file = try output.get().file("taken", containing: "x")
    let model = try SmallBert()
    let pretrained = try PretrainedEncoder(folder: model.url)
    let told = try #require(sentence { try pretrained.save(to: file) })
    #expect(told.hasPrefix("The folder \(file.path) could not be made: "))
    #expect(try String(contentsOf: file, encoding: .utf8) == "x")
  }
}
