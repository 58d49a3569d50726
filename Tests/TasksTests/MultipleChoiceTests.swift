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

/// Multiple choice beside Transformers, and what a user meets.
@Suite(.serialized) struct MultipleChoiceTests {
  private let location = RowLocation(file: "rows.jsonl", line: 4)

  private func model(_ folder: URL) throws -> MultipleChoice {
    let model = try MultipleChoiceTask().tuned(
      TunedModelRequest(
        folder: folder, tokenizer: PretrainedTokenizer(folder: folder), options: .init()))
    try model.store.setTrainable()
    return model
  }

  @Test("Scores, loss and every gradient are those of Transformers", arguments: ScoringCase.choices)
  func followsTransformers(example: ScoringCase) throws {
    let reference = try example.reference()
    let model = try model(example.folder())
    let examples = try example.rows(reference).map { row in
      ChoiceExample(
        choices: row.texts, answer: row.grades.firstIndex(of: 2), location: location)
    }
    let logits = try model.logits(examples)
    try expectClose(
      logits.reshaped([example.counts.reduce(0, +)]), to: reference.tensor("scores"), within: 1e-5,
      "scores")
    let loss = try model.loss(examples)
    let mean = try loss.sum / loss.weight
    try expectClose(mean, to: reference.tensor("loss"), within: 1e-5, "loss")
    try mean.backward()
    try expectGradients(of: model.store, reference)
    let outputs = try withoutGradients { try model.predict(examples) }
    #expect(outputs.map(\.logits.count) == example.counts)
    let (sum, weight) = try model.loss(of: outputs, examples)
    #expect(abs(sum / weight - (try reference.tensor("loss").item())) < 1e-5)
  }

  @Test func `Transformers loads what is saved, of every family`() throws {
    let target = try TemporaryFolder()
    let saved = try ScoringCase.choices.map { example in
      let folder = target.url.appending(path: example.name)
      try model(example.folder()).save(to: folder)
      return (example, folder)
    }
    let loaded = try ScoringCase.load(saved, as: "AutoModelForMultipleChoice")
    for ((example, _), report) in zip(saved, loaded) {
      #expect(report.class == example.architecture)
      #expect(report.told == [], "\(example)")
      #expect(report.difference < 1e-5, "\(example)")
    }
  }

  @Test func `a classifier of texts becomes a model for choices, which evaluates and answers`()
    throws
  {
    let small = try SmallTask()
    let task = try MultipleChoiceTask()
    let tokenizer = try PretrainedTokenizer(folder: small.folder.url)
    let model = try task.model(
      ModelRequest(
        source: .folder(small.folder.url), labels: nil, training: [], tokenizer: tokenizer,
        dropout: 0, options: .init()))
    #expect(model.pretrained.architecture == "BertForMultipleChoice")
    var rows = [
      try task.row("word1 word2\tword3\tword4 word5\tword6", at: location),
      try task.row("word1\tword3\tword4", at: location),
    ]
    rows[0].target = .choice(2)
    rows[1].target = .choice(0)
    let encoder = RowEncoder(
      tokenizer: tokenizer, options: EncodingOptions(maximumLength: 6), threads: 1)
    let encoded = try task.encode(rows, labels: nil, with: encoder, for: .evaluation)
    #expect(encoded.map(\.length) == [7, 5] && encoded.map(\.truncatedTokens) == [1, 0])
    let examples = encoded.flatMap(\.examples)
    #expect(examples[0].choices[0].ids == [2, 6, 7, 3, 8, 3])
    #expect(examples[0].choices[0].segments == [0, 0, 0, 0, 1, 1])
    #expect(examples.map(\.tokenCount) == [18, 10])
    let report = try Evaluator(model, batch: .sequences(2)).evaluate(examples)
    #expect(report.scores["accuracy"] != nil && report.kind == .choice)
    let outputs = try withoutGradients { try model.predict(examples) }
    let answer = task.answer(outputs[0], to: rows[0], of: model, AnswerOptions())
    #expect(answer.text == rows[0].others[answer.choice] && answer.expected == 2)
    #expect(abs(answer.scores.reduce(0, +) - 1) < 1e-9)
    #expect(try model.outcome(of: outputs[1], examples[1]).loss != nil)
  }

  @Test func `a family without such a head is refused by name`() throws {
    let file = LSTMConfiguration(vocabularySize: 60).file
    let small = try SmallTask()
    let told = refusal {
      try MultipleChoiceTask().model(
        ModelRequest(
          source: .scratch(file), labels: nil, training: [],
          tokenizer: PretrainedTokenizer(folder: small.folder.url), dropout: nil,
          options: .init()))
    }
    #expect(
      told?.hasPrefix("A model of the family lstm cannot be made into one for multiple") == true)
  }

  @Test func `rows without choices, or with an answer that is none of them, are refused`() throws {
    let small = try SmallTask()
    let task = try MultipleChoiceTask()
    let encoder = RowEncoder(
      tokenizer: try PretrainedTokenizer(folder: small.folder.url), options: EncodingOptions(),
      threads: 1)
    func told(_ row: TextRow) -> String? {
      refusal { try task.encode([row], labels: nil, with: encoder, for: .training) }
    }
    let one = TextRow(text: "word1", others: ["word2"], location: location)
    #expect(told(one) == "rows.jsonl, line 4: the row has 1 choices; it needs at least 2.")
    let wrong = TextRow(
      text: "word1", others: ["word2", "word3"], target: .choice(2), location: location)
    #expect(
      told(wrong)
        == "rows.jsonl, line 4: choice 2 is to be right, and the row has 2, counted from 0.")
    #expect(
      refusal { try task.row("word1\tword2", at: location) }
        == "rows.jsonl, line 4: a question and at least two choices, with tabs between them, was "
        + "expected.")
    #expect(throws: TasksError.self) { try MultipleChoiceTask(firstPlace: 2) }
    let model = try model(ScoringCase.choices[0].folder())
    let unknown = ChoiceExample(
      choices: [.init(ids: [2, 3], segments: [0, 0]), .init(ids: [2, 3], segments: [0, 0])],
      answer: nil, location: location)
    #expect(
      refusal { try model.loss([unknown]) }
        == "rows.jsonl, line 4: the row does not say which of its choices is right.")
  }
}
