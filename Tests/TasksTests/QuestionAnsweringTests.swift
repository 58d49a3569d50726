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

private let location = RowLocation(file: "rows.json", line: 3)

private func row(
  _ context: String?, _ target: RowTarget = .none, question: String = "who sold what"
) -> TextRow {
  TextRow(text: question, pair: context, target: target, location: location)
}

/// Extractive question answering beside what Transformers says of it.
struct QuestionAnsweringTests {
  private let example: QuestionCase

  init() throws { example = try QuestionCase("bert") }

  private func sentence<Value>(_ body: () throws -> Value) -> String? {
    do {
      _ = try body()
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func settled(_ rows: [TextRow], _ settings: QuestionAnsweringSettings = .init()) throws
    -> QuestionAnsweringSettings?
  {
    try QuestionAnsweringTask(settings).settled(on: TextTable(rows: rows))?.settings
  }

  @Test func `the training rows show whose scores count`() throws {
    let english = row("She sold shells.", .answers([4..<8]))
    let chinese = row("北京是中国的首都", .answers([0..<6]))
    let none = row("北京是中国的首都", .answers([]))
    let found = try #require(try settled([english]))
    #expect(found.normalization == .squad && found.unanswerable == false)
    #expect(try settled([chinese])?.normalization == .cmrc)
    let withNone = try #require(try settled([chinese, none]))
    #expect(withNone.normalization == .squad && withNone.unanswerable == true)
    // What is known already is read once.
    #expect(try settled([english], found) == nil)
    #expect(
      sentence { try settled([none], .init(normalization: .cmrc)) }
        == "CMRC's scores know no question without an answer: choose the normalization squad, or "
        + "leave such questions out.")
  }

  @Test func `a question that a user types is JSON`() throws {
    let task = QuestionAnsweringTask()
    let found = try task.row(
      #"{"question": "Wer?", "context": "Er.", "more": 1}"#, at: location)
    #expect(found.text == "Wer?" && found.pair == "Er." && found.location == location)
    for text in ["Who?", "{\"question\": \"Who?\"}", "[]", ""] {
      #expect(
        sentence { try task.row(text, at: location) }
          == "rows.json, line 3: a question is written with the text that answers it, as JSON: "
          + "{\"question\": \"Who …?\", \"context\": \"…\"}.")
    }
  }

  @Test(arguments: [
    (QuestionAnsweringSettings(maximumLength: 64, overlap: 64), "Windows of 64 tokens share 64"),
    (QuestionAnsweringSettings(maximumAnswerLength: 0), "The longest answer has 0 tokens"),
    (QuestionAnsweringSettings(candidates: 0), "The number of candidates is 0"),
    (QuestionAnsweringSettings(nullThreshold: .infinity), "The null threshold is inf"),
    (
      QuestionAnsweringSettings(windowsWithoutAnswer: 1.5), "The share of windows without an answer"
    ),
    (
      QuestionAnsweringSettings(windowsWithoutAnswer: .nan),
      "The share of windows without an answer"
    ),
  ])
  func `settings out of range are refused`(_ settings: QuestionAnsweringSettings, _ told: String)
    throws
  {
    let found = try #require(sentence { try settings.validate() })
    #expect(found.hasPrefix(told))
    #expect(
      sentence {
        try QuestionAnsweringTask(settings).encode(
          [], labels: nil, with: example.encoder(), for: .training)
      } == found)
  }

  @Test func `rows that cannot be answered or scored are refused with their place`() throws {
    let task = QuestionAnsweringTask(example.settings)
    #expect(
      sentence {
        try task.encode([row(nil)], labels: nil, with: example.encoder(), for: .prediction)
      }
        == "rows.json, line 3: the row has a question and no text that may answer it.")
    var settings = example.settings
    settings.unanswerable = false
    let model = try example.model(QuestionAnsweringTask(settings))
    for (target, told) in [
      (RowTarget.none, "the row does not say what the answer is."),
      (
        .answers([]),
        "the question has no answer, and the model was tuned for questions that all have one. "
          + "Leave such rows out, or tune the model on some of them."
      ),
    ] {
      let examples = try task.encode(
        [row("She sold 12", target)], labels: nil, with: example.encoder(), for: .evaluation
      ).flatMap(\.examples)
      #expect(
        sentence { try Evaluator(model, batch: .sequences(4)).evaluate(examples) }
          == "rows.json, line 3: \(told)")
    }
  }

  @Test func `scores that are no numbers name the row`() throws {
    let task = QuestionAnsweringTask(example.settings)
    let model = try example.model(task)
    try #require(model.store["qa_outputs.bias"]).assign(Tensor([Float.nan, 0]))
    let examples = try task.encode(
      [row("She sold 12")], labels: nil, with: example.encoder(), for: .prediction
    ).flatMap(\.examples)
    let told = try #require(sentence { try model.predict(examples) })
    #expect(told.hasPrefix("rows.json, line 3: the model gave scores for this text"))
  }

  @Test func `a share of the windows without the answer is learned from`() throws {
    let long = Array(repeating: QuestionCase.texts[0], count: 20).joined(separator: " ")
    let rows = [row(long, .answers([4..<9])), row(long, .answers([])), row("a", .answers([0..<1]))]
    func windows(_ share: Double) throws -> [[QuestionExample]] {
      var settings = example.settings
      settings.windowsWithoutAnswer = share
      return try QuestionAnsweringTask(settings).encode(
        rows, labels: nil, with: example.encoder(), for: .training
      ).map(\.examples)
    }
    let all = try windows(1)
    #expect(all[0].count == all[1].count && all[0].count > 6 && all[2].count == 1)
    let none = try windows(0)
    #expect(none.map(\.count) == [1, all[1].count, 1])
    #expect(none[0][0].windows[0].holdsAnswer)
    let half = try windows(0.5)
    #expect(half[0].count > 1 && half[0].count < all[0].count)
    #expect(try windows(0.5).map(\.count) == half.map(\.count))
  }

  @Test func `a text of many windows is answered as each of them is`() throws {
    let long = Array(repeating: QuestionCase.texts[2], count: 700).joined(separator: " ")
    let task = QuestionAnsweringTask(example.settings)
    let model = try example.model(task)
    let whole = try task.encode(
      [row(long)], labels: nil, with: example.encoder(), for: .prediction)[0].examples
    #expect(whole.count == 1 && whole[0].windows.count > 200)
    let single = whole[0].windows.map {
      QuestionExample(windows: [$0], context: long, answers: nil, location: location)
    }
    let (together, apart) = try withoutGradients {
      (try model.predict(whole), try model.predict(single))
    }
    let scores = apart.compactMap { $0.best?.score }
    let best = try #require(scores.max())
    let found = try #require(together[0].best)
    #expect(abs(found.score - best) < 1e-4)
    #expect(together[0].candidates.count <= 7)
  }

  @Test func `the null threshold is chosen on validation rows and kept with the model`() throws {
    let task = QuestionAnsweringTask(example.settings)
    let model = try example.model(task)
    #expect(model.nullThreshold == 0)
    let answered = row("She sold 12", .answers([4..<8]))
    let examples = try task.encode(
      [answered, answered, row("She sold 12", .answers([]))], labels: nil,
      with: example.encoder(), for: .evaluation
    ).flatMap(\.examples)
    let outputs = [Float(1.5), 2, 3].map { null in
      AnswerOutput(
        candidates: [
          .init(bytes: 4..<8, text: "sold", score: 1, probability: 0.75)
        ], nullScore: null, nullProbability: 0.25, loss: 0.5)
    }
    func report() throws -> EvaluationReport {
      var scoring = model.makeScoring()
      try model.score(outputs, examples, into: &scoring)
      return try model.report(scoring, bootstrap: nil)
    }
    // Of test rows nothing is chosen.
    #expect(try report().scores["f1"] == 1.0 / 3)
    #expect(model.nullThreshold == 0)
    model.store.forwardState.isTraining = true
    let scores = try report().scores
    model.store.forwardState.isTraining = false
    #expect(scores["f1"] == 1 && scores["exact"] == 1 && scores["loss"] == 0.5)
    #expect(model.nullThreshold == 2)
    #expect(try report().scores["f1"] == 1)
    let outcomes = try zip(outputs, examples).map { try model.outcome(of: $0, $1) }
    #expect(outcomes.map(\.predicted) == ["sold", "sold", ""])
    #expect(outcomes.map { $0.means["f1"] } == [1, 1, 1])
    #expect(outcomes.map(\.confidence) == [0.75, 0.75, 0.25])
    #expect(outcomes[0].loss == 0.5 && outcomes[0].means["has_ans_exact"] == 1)

    let output = try TemporaryFolder()
    try model.save(to: output.url)
    let stored = try QuestionAnsweringTask().settled(on: ModelDescription(folder: output.url))
    #expect(stored.settings.nullThreshold == 2 && stored.settings.maximumLength == 56)
    let tuned = try stored.tuned(
      TunedModelRequest(
        folder: output.url, tokenizer: PretrainedTokenizer(folder: output.url), options: .init()))
    #expect(tuned.nullThreshold == 2)
    #expect(
      stored.answer(outputs[2], to: answered, of: tuned, AnswerOptions())
        == QuestionAnswer(outputs[2], context: "She sold 12", threshold: 2, expected: ["sold"]))
    let fresh = try example.model(task)
    try fresh.reload(from: output.url)
    #expect(fresh.nullThreshold == 2)
  }

  @Test func `a model of Chinese questions is scored by CMRC's rules`() throws {
    var settings = example.settings
    settings.unanswerable = false
    settings.normalization = .cmrc
    let task = QuestionAnsweringTask(settings)
    let model = try example.model(task)
    let context = "北京是中国的首都，有很多人。"
    let examples = try task.encode(
      [row(context, .answers([0..<6]), question: "哪")], labels: nil, with: example.encoder(),
      for: .evaluation
    ).flatMap(\.examples)
    let output = AnswerOutput(
      candidates: [.init(bytes: 0..<9, text: "北京是", score: 1, probability: 1)], nullScore: nil,
      nullProbability: nil, loss: 0)
    var scoring = model.makeScoring()
    try model.score([output], examples, into: &scoring)
    let scores = try model.report(scoring, bootstrap: nil).scores
    #expect(abs((scores["f1"] ?? 0) - 0.8) < 1e-12 && scores["exact"] == 0)
    #expect(model.evaluationKind == .answers && model.defaultMetric == "f1")
  }

  @Test func `labels of an earlier task do not stay in the configuration`() throws {
    let folder = try TemporaryFolder()
    for name in try FileManager.default.contentsOfDirectory(atPath: example.folder.path) {
      try FileManager.default.copyItem(
        at: example.folder.appending(path: name), to: folder.url.appending(path: name))
    }
    var file = try ConfigurationFile(folder: folder.url)
    file.values["id2label"] = .object(["0": .string("a"), "1": .string("b"), "2": .string("c")])
    try file.encoded().write(to: folder.url.appending(path: "config.json"))
    let model = try QuestionAnsweringTask(example.settings).model(
      ModelRequest(
        source: .folder(folder.url), labels: nil, training: [],
        tokenizer: PretrainedTokenizer(folder: folder.url), dropout: 0.1, options: .init()))
    let output = try TemporaryFolder()
    try model.save(to: output.url)
    let saved = try ConfigurationFile(folder: output.url)
    #expect(saved.values["id2label"] == nil)
    #expect(saved.values["hidden_dropout_prob"] == .number(0.1))
    #expect(saved.values["architectures"] == .array([.string("BertForQuestionAnswering")]))
  }
}

extension QuestionAnswer {
  /// An answer with what the row expects.
  fileprivate init(
    _ output: AnswerOutput, context: String, threshold: Double, expected: [String]
  ) {
    self.init(output, context: context, threshold: threshold)
    self.expected = expected
  }
}
