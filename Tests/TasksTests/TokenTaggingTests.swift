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

/// What a tagger scores, tells and refuses.
@Suite(.serialized) struct TokenTaggingTests {
  private func examples(_ family: String = "bert") throws -> [TaggingExample] {
    try TaggingCase.encode(TaggingCase.rows, family, for: .evaluation).flatMap(\.examples)
  }

  @Test("An evaluation counts all words, and says which ones were not read")
  func evaluates() throws {
    let task = try TaggingCase.tagger("bert")
    #expect(task.evaluationKind == .tokens && task.defaultMetric == "f1")
    let examples = try examples()
    let report = try Evaluator(task, batch: .sequences(4)).evaluate(examples)
    #expect(report.rows == examples.count)
    #expect(report.scores["f1"] != nil && report.scores["f1_strict"] != nil)
    #expect(report.scores["loss"]?.isFinite == true)
    let unread = examples.reduce(0) { $0 + $1.wordCount - $1.readTokens }
    #expect(unread > 0)
    #expect(
      report.notes.contains { $0.hasPrefix("\(unread) word") && $0.hasSuffix("counted as O") })
  }

  @Test("Tags that are said to have no scheme are scored by word, whatever they look like")
  func scoresTagsWithoutAScheme() throws {
    let settings = TokenClassificationSettings(scheme: .none)
    let task = try TaggingCase.tagger("bert", settings)
    #expect(task.scheme == nil && task.defaultMetric == "accuracy")
    let report = try Evaluator(task, batch: .sequences(4)).evaluate(examples())
    #expect(report.scores["f1"] == nil && report.scores["accuracy"] != nil)
    #expect(report.classes.contains { $0.label == "B-PER" })
  }

  @Test("The outcomes of rows add up to the report's entities")
  func outcomesAddUp() throws {
    let task = try TaggingCase.tagger("bert")
    let examples = try examples()
    let outputs = try withoutGradients { try task.predict(examples) }
    var scoring = try task.makeScoring()
    try task.score(outputs, examples, into: &scoring)
    let report = try task.report(scoring, bootstrap: nil)
    var counts = MatchCounts()
    for (output, example) in zip(outputs, examples) {
      let outcome = try task.outcome(of: output, example)
      counts.found += outcome.counts?.found ?? 0
      counts.predicted += outcome.counts?.predicted ?? 0
      counts.expected += outcome.counts?.expected ?? 0
      let confidence = try #require(outcome.confidence)
      #expect((0...1).contains(confidence))
      #expect((0...1).contains(outcome.means["accuracy"] ?? -1))
      #expect(outcome.loss?.isFinite == true)
    }
    let f1 = 2 * Double(counts.found) / Double(counts.predicted + counts.expected)
    #expect(abs((report.scores["f1"] ?? -1) - f1) < 1e-9)
  }

  @Test("Answers give entities with offsets in characters, texts and scores")
  func answers() throws {
    let task = try TaggingCase.tagger("bert")
    let row = TaggingCase.row(
      ["😀", "Angela", "Merkel", "北", "京"], .tags(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]))
    let place = { (tag: String) in TaggingCase.labels.firstIndex(of: tag) ?? 0 }
    let tags = ["O", "B-PER", "I-PER", "O", "B-LOC"].map(place)
    var logits = [Float](repeating: 0, count: 25)
    for (word, tag) in tags.enumerated() { logits[word * 5 + tag] = 3 }
    let output = TaggingOutput(words: Array(0..<5), logits: logits, tags: tags)
    let declared = TokenClassificationTask()
    let answer = try declared.answer(output, to: row, of: task, AnswerOptions())
    let entities = try #require(answer.entities)
    #expect(entities.map(\.type) == ["PER", "LOC"])
    #expect(entities.map(\.text) == ["Angela Merkel", "京"])
    #expect(entities.map(\.start) == [2, 17] && entities.map(\.end) == [15, 18])
    // One logit of 3 and one of 0 of the type, three of 0 of others.
    let expected = (exp(3.0) + 1) / (exp(3.0) + 4)
    for entity in entities { #expect(abs((entity.score ?? 0) - expected) < 1e-6) }
    #expect(answer.tags == nil && answer.words == nil)
    #expect(
      answer.expected
        == .entities([
          .init(type: "PER", text: "Angela Merkel", start: 2, end: 15),
          .init(type: "LOC", text: "北京", start: 16, end: 18),
        ]))
    let all = try declared.answer(output, to: row, of: task, AnswerOptions(allScores: true))
    #expect(all.tags == ["O", "B-PER", "I-PER", "O", "B-LOC"])
    #expect(all.words == ["😀", "Angela", "Merkel", "北", "京"])
    #expect(all.scores?.count == 5)
    let text = try JSONEncoder().encode(all)
    #expect(try JSONDecoder().decode(TaggedText.self, from: text) == all)
  }

  @Test("A row without words is answered with nothing")
  func answersARowWithoutWords() throws {
    let task = try TaggingCase.tagger("bert")
    let declared = TokenClassificationTask()
    let rows = [try declared.row(" ", at: RowLocation(file: "input", line: 1))]
    let encoded = try declared.encode(
      rows, labels: nil, with: TaggingCase.encoder("bert"), for: .prediction)
    let outputs = try withoutGradients { try task.predict(encoded.flatMap(\.examples)) }
    let answer = try declared.answer(outputs[0], to: rows[0], of: task, AnswerOptions())
    #expect(answer.entities == [])
  }

  @Test("Rows that a tagger cannot learn or score are named")
  func namesBadRows() throws {
    let short = TaggingCase.row(["Angela", "x"], .tags(["O"]), line: 7)
    #expect(
      told { try TaggingCase.encode([short], "bert", for: .training) }
        == "rows.conll, line 7: the row has 2 words and 1 tags; one tag for each word was expected."
    )
    let foreign = TaggingCase.row(["Angela"], .tags(["B-ORG"]), line: 3)
    #expect(
      told { try TaggingCase.encode([foreign], "bert", for: .evaluation) }
        == "rows.conll, line 3: the label 'B-ORG' is none of the model's: "
        + "B-LOC, B-PER, I-LOC, I-PER, O.")
    let task = try TaggingCase.tagger("bert")
    let bare = try TokenClassificationTask().encode(
      [TaggingCase.row(["Angela"], line: 5)], labels: nil, with: TaggingCase.encoder("bert"),
      for: .prediction
    ).flatMap(\.examples)
    #expect(told { try task.loss(bare) } == "rows.conll, line 5: the row has no tags to learn.")
    let outside = TextRow(
      text: "ab", spans: [0..<5], location: RowLocation(file: "rows.conll", line: 2))
    #expect(
      told {
        try TokenClassificationTask().encode(
          [outside], labels: nil, with: TaggingCase.encoder("bert"), for: .prediction)
      } == "rows.conll, line 2: the bytes 0..<5 are no word of a text of 2.")
  }

  @Test("A row for which the model has no number is named")
  func namesTheRowWithoutANumber() throws {
    let task = try TaggingCase.tagger("bert")
    let bias = try #require(task.store["classifier.bias"])
    try bias.assign(Tensor([Float(0), .nan, 0, 0, 0]))
    let message = try #require(told { try task.predict(examples()) })
    #expect(message.hasPrefix("rows.conll, line 1: the model gave the score"))
    #expect(message.contains("try --precision fp32"))
  }

  @Test("An LSTM from scratch learns to tag, with a CRF and without", arguments: [false, true])
  func trainsAnLSTM(crf: Bool) throws {
    var configuration = ConfigurationFile(values: [
      "model_type": .string("lstm"), "vocab_size": .integer(90), "hidden_size": .integer(16),
      "embedding_size": .integer(16), "num_hidden_layers": .integer(1),
    ])
    configuration.values["dropout"] = .number(0)
    let task = try TokenClassificationTask(.init(crf: crf)).model(
      ModelRequest(
        source: .scratch(configuration), labels: LabelSet(names: TaggingCase.labels), training: [],
        tokenizer: PretrainedTokenizer(folder: TaggingCase.folder("bert")), dropout: 0,
        options: .init()))
    try task.store.setTrainable()
    let examples = try TaggingCase.encode(TaggingCase.rows, "bert", for: .training)
      .flatMap(\.examples)
    var losses: [Double] = []
    for _ in 0..<12 {
      let loss = try task.loss(examples)
      losses.append(try loss.sum.item() / loss.weight)
      try (loss.sum / loss.weight).backward()
      for parameter in task.store.parameters {
        guard let gradient = parameter.value.gradient else { continue }
        try withoutGradients {
          try parameter.assign(parameter.master - gradient * 2)
        }
        try parameter.value.setGradient(nil)
      }
    }
    #expect(losses[11] < losses[0])
  }
}
