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

/// Cross-encoders beside Transformers, and what a user meets.
@Suite(.serialized) struct RankingTests {
  private let location = RowLocation(file: "rows.jsonl", line: 4)

  /// A cross-encoder to be trained, of training data whose largest grade is 2.
  private func model(_ example: ScoringCase) throws -> DocumentRanking {
    let folder = try example.folder()
    let settings = RankingSettings(loss: example.loss == "listwise" ? .listwise : .pointwise)
    let graded = RankingExample(documents: [], grades: [0, 2], location: location)
    let model = try RankingTask(settings).model(
      ModelRequest(
        source: .folder(folder), labels: nil, training: [graded],
        tokenizer: PretrainedTokenizer(folder: folder), dropout: 0, options: .init()))
    try model.store.setTrainable()
    return model
  }

  private func examples(_ example: ScoringCase) throws -> [RankingExample] {
    try example.rows(example.reference()).map {
      RankingExample(documents: $0.texts, grades: $0.grades, location: location)
    }
  }

  @Test("Scores, loss and every gradient are the reference's", arguments: ScoringCase.rankings)
  func followsTransformers(example: ScoringCase) throws {
    let reference = try example.reference()
    let model = try model(example)
    let examples = try examples(example)
    let logits = try model.logits(examples)
    try expectClose(
      logits.reshaped([example.counts.reduce(0, +)]), to: reference.tensor("scores"), within: 1e-5,
      "scores")
    let loss = try model.loss(examples)
    let mean = try loss.sum / loss.weight
    try expectClose(mean, to: reference.tensor("loss"), within: 1e-5, "loss")
    try mean.backward()
    try expectGradients(of: model.store, reference)
    let report = try Evaluator(model, batch: .sequences(3)).evaluate(examples)
    #expect(abs((report.scores["loss"] ?? .nan) - (try reference.tensor("loss").item())) < 1e-5)
    #expect(report.kind == .ranking && report.scores[model.defaultMetric] != nil)
    #expect(report.scores["mrr"] != nil && report.scores["map"] != nil)
  }

  @Test func `Transformers loads what is saved, with one result, and so do we`() throws {
    let target = try TemporaryFolder()
    let saved = try ScoringCase.rankings.map { example in
      let folder = target.url.appending(path: example.name)
      try model(example).save(to: folder)
      return (example, folder)
    }
    let loaded = try ScoringCase.load(saved, as: "AutoModelForSequenceClassification")
    for ((example, folder), report) in zip(saved, loaded) {
      #expect(report.class == example.architecture && report.labels == 1)
      #expect(report.told == [] && report.difference < 1e-5, "\(example)")
      let task = try RankingTask().settled(on: ModelDescription(folder: folder))
      #expect(task.settings.loss.rawValue == example.loss)
      let again = try task.tuned(
        TunedModelRequest(
          folder: folder, tokenizer: PretrainedTokenizer(folder: folder), options: .init()))
      let examples = try examples(example)
      let loss = try again.loss(examples)
      let mean = try loss.sum.item() / loss.weight
      #expect(abs(mean - (try example.reference().tensor("loss").item())) < 1e-5)
    }
  }

  @Test func `documents are answered best first`() throws {
    let task = RankingTask()
    var row = try task.row("word1\tword2\tword3\tword4", at: location)
    row.target = .grades([0, 1, 0])
    let output = ClassificationOutput(logits: [0, 2, 0])
    let answer = task.answer(
      output, to: row, of: try model(ScoringCase.rankings[0]), AnswerOptions())
    #expect(answer.ranking.map(\.document) == [1, 0, 2])
    #expect(answer.ranking.map(\.text) == ["word3", "word2", "word4"])
    #expect(answer.ranking.map(\.expected) == [1, 0, 0])
    #expect(answer.ranking[1].score == 0.5)
  }

  @Test func `a row's outcome has the loss and the scores of its own documents`() throws {
    let example = ScoringCase.rankings[0]
    let model = try model(example)
    let examples = try examples(example)
    let outputs = try withoutGradients { try model.predict(examples) }
    let outcome = try model.outcome(of: outputs[0], examples[0])
    let own = try model.loss([examples[0]])
    #expect(abs((outcome.loss ?? .nan) - (try own.sum.item()) / 3) < 1e-5)
    #expect(outcome.means["mrr"] != nil)
  }

  @Test func `rows without documents, and grades that are none, are refused`() throws {
    let small = try SmallTask()
    let task = RankingTask()
    let encoder = RowEncoder(
      tokenizer: try PretrainedTokenizer(folder: small.folder.url), options: EncodingOptions(),
      threads: 1)
    func told(_ others: [String], _ grades: [Double]) -> String? {
      let row = TextRow(
        text: "word1", others: others, target: .grades(grades), location: location)
      return refusal { try task.encode([row], labels: nil, with: encoder, for: .training) }
    }
    #expect(told([], []) == "rows.jsonl, line 4: the row has no document to rank.")
    #expect(
      told(["word2"], [1, 0]) == "rows.jsonl, line 4: the row has 1 documents and 2 grades.")
    #expect(
      told(["word2"], [-1])
        == "rows.jsonl, line 4: the grade -1.0 is none: grades are numbers from 0 up.")
    let model = try model(ScoringCase.rankings[0])
    let unknown = RankingExample(
      documents: [.init(ids: [2, 3], segments: [0, 0])], grades: nil, location: location)
    #expect(
      refusal { try model.loss([unknown]) }
        == "rows.jsonl, line 4: the row does not say how well its documents suit.")
    #expect(refusal { try task.row("word1", at: location) } != nil)
  }

  @Test func `a classifier of several labels does not rank`() throws {
    let small = try SmallTask()
    let told = refusal {
      try RankingTask().tuned(
        TunedModelRequest(
          folder: small.folder.url, tokenizer: PretrainedTokenizer(folder: small.folder.url),
          options: .init()))
    }
    #expect(
      told
        == "The model gives 3 numbers a text; a cross-encoder that ranks gives one.")
  }
}
