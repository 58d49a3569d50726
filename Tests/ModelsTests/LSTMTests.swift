import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// An LSTM that plain PyTorch makes, stores and runs over a padded batch.
private struct LSTMCase: Codable, Sendable, CustomTestStringConvertible {
  let name: String
  let seed: Int
  let lengths: [Int]
  let vocab_size: Int
  let embedding_size: Int
  let hidden_size: Int
  let num_hidden_layers: Int
  let bidirectional: Bool

  var testDescription: String { name }

  init(_ name: String, lengths: [Int], hidden: Int, layers: Int, bidirectional: Bool) {
    self.name = name
    seed = lengths.count + hidden
    self.lengths = lengths
    vocab_size = 31
    embedding_size = 6
    hidden_size = hidden
    num_hidden_layers = layers
    self.bidirectional = bidirectional
  }

  static let all = [
    LSTMCase("one-way", lengths: [3, 9, 1, 9], hidden: 5, layers: 1, bidirectional: false),
    LSTMCase("both-ways", lengths: [7, 2, 12, 1, 5], hidden: 4, layers: 1, bidirectional: true),
    LSTMCase("three-layers", lengths: [4, 40, 17], hidden: 8, layers: 3, bidirectional: true),
    LSTMCase("one-text", lengths: [6], hidden: 3, layers: 2, bidirectional: false),
  ]

  static let references = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("models_lstm").run(
      ["encode", folder.url.path], input: JSONEncoder().encode(all))
    return folder
  }

  func folder() throws -> URL { try Self.references.get().url.appending(path: name) }

  func reference() throws -> SafetensorsFile {
    try SafetensorsFile(Self.references.get().url.appending(path: "\(name).safetensors"))
  }
}

@Suite struct LSTMTests {
  @Test("Virtual tokens with the vectors of words are as those words")
  func readsVirtualTokens() throws {
    let folder = try LSTMCase.all[0].folder()
    let classifier = try PretrainedModel(folder: folder, .sequenceClassification, labels: 3)
    let tagger = try PretrainedModel(folder: folder, .tokenClassification, labels: 3)
    let sequences: [[Int32]] = [[5, 6, 7], [4], [3, 6]]
    let longer = try RaggedBatch(sequences.map { [2, 3] + $0 })
    try withoutGradients {
      let logits = try classifier.model(longer)
      let tags = try tagger.model.logits(
        longer, only: longer.selection(of: sequences.map { Array(2..<$0.count + 2) }))
      for store in [classifier.store, tagger.store] {
        let table = store.modules.embeddings[0].weight.value
        store.modules.tokens[0].adapter = TestTokens(
          weight: try table.slices(Tensor([2, 3] as [Int64])), count: 2)
      }
      try expectClose(classifier.model(RaggedBatch(sequences)), to: logits, within: 1e-6)
      try expectClose(
        tagger.model.logits(RaggedBatch(sequences), only: nil), to: tags, within: 1e-6)
    }
  }

  @Test("States, logits, tags and every gradient are those of PyTorch", arguments: LSTMCase.all)
  fileprivate func followsPyTorch(example: LSTMCase) throws {
    let reference = try example.reference()
    let batch = try reference.batch()
    let encoder = try PretrainedEncoder(folder: example.folder())
    try expectClose(
      withoutGradients { try encoder.encoder(batch) }, to: reference.tensor("hidden"),
      within: 1e-5, "states")

    let classifier = try PretrainedModel(
      folder: example.folder(), .sequenceClassification, labels: 3)
    let tagger = try PretrainedModel(folder: example.folder(), .tokenClassification, labels: 3)
    try classifier.store.setTrainable()
    try tagger.store.setTrainable()
    let logits = try classifier.model(batch)
    let tags = try tagger.model.logits(batch, only: nil)
    try expectClose(logits, to: reference.tensor("logits"), within: 1e-5, "logits")
    try expectClose(tags, to: reference.tensor("tags"), within: 1e-5, "tags")

    try (logits * reference.tensor("probe")).sum().backward()
    try (tags * reference.tensor("tag_probe")).sum().backward()
    for parameter in classifier.store.parameters {
      let ofTags = try #require(try tagger.store[parameter.name]?.value.accumulatedGradient)
      let ofLogits = try #require(try parameter.value.accumulatedGradient)
      let expected = try reference.tensor("gradient.\(parameter.name)")
      let largest = try expected.absolute().maximum().item()
      try expectClose(
        ofLogits + ofTags, to: expected, within: 1e-4 * largest, "\(parameter.name)")
    }
  }

  @Test("What a text becomes does not depend on its neighbours or their order")
  func keepsTextsApart() throws {
    let model = try PretrainedModel(
      folder: LSTMCase.all[1].folder(), .sequenceClassification, labels: 3
    ).model
    let texts: [[Int32]] = [[4, 5, 6], [7], [8, 9, 10, 11, 12]]
    let together = try withoutGradients { try model(RaggedBatch(texts)) }
    for (place, text) in texts.enumerated() {
      let alone = try withoutGradients { try model(RaggedBatch([text])) }
      try expectClose(together.narrowed(0, from: place, count: 1), to: alone, within: 1e-6)
    }
  }

  @Test("A model that was made from nothing is loaded again with the same answers")
  func savesAndLoads() throws {
    var sizes = LSTMConfiguration(vocabularySize: 20)
    sizes.embeddingSize = 5
    sizes.hiddenSize = 4
    let labels = ClassificationLabels(names: ["no", "yes"], problem: .singleLabel)
    let made = try PretrainedClassifier(scratch: sizes.file, labels: labels)
    let folder = try TemporaryFolder()
    try made.save(to: folder.url)
    let loaded = try PretrainedClassifier(tuned: folder.url)
    #expect(loaded.labels == labels)
    let batch = try RaggedBatch([[1, 2, 3], [4]])
    try withoutGradients {
      try expectClose(loaded.model(batch), to: made.model(batch), within: 0)
    }
    #expect(
      made.store.report.notes() == ["No checkpoint: every weight is initialised."])
  }

  @Test("A step count that does not fit the tokens is an error, not a crash")
  func refusesStepsThatDoNotFit() throws {
    let weights = LSTMWeights(
      input: try .zeros([8, 3]), recurrent: try .zeros([8, 2]), inputBias: try .zeros([8]),
      recurrentBias: try .zeros([8]))
    #expect(throws: TorchError.self) {
      try packedLSTM(.zeros([5, 3]), stepSizes: [2, 2], directions: [weights])
    }
    #expect(throws: TorchError.self) {
      try packedLSTM(.zeros([5, 3]), stepSizes: [], directions: [weights])
    }
  }
}
