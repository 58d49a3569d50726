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

private func sentence<Value>(_ body: () throws -> Value) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return "\(error)"
  }
}

private func row(_ text: String, _ target: RowTarget = .none, line: Int = 2) -> TextRow {
  TextRow(text: text, target: target, location: RowLocation(file: "rows.csv", line: line))
}

struct TextClassificationTests {
  @Test func refusesAVocabularyLargerThanTheTable() throws {
    let small = try SmallTask()
    let words = SmallTask.tokens + ["one", "more"]
    _ = try small.folder.file("vocab.txt", containing: words.joined(separator: "\n") + "\n")
    #expect(
      sentence { try small.load() }
        == "The tokenizer has 62 tokens, the model's embedding table 60 rows: they do not belong "
        + "together. Check tokenizer.json or vocab.txt and vocab_size in config.json.")
  }

  @Test func namesTheRowThatTheModelHasNoNumberFor() throws {
    let small = try SmallTask()
    let task = try small.load()
    let bias = try #require(task.store["classifier.bias"])
    try bias.assign(Tensor([Float(0), .nan, 0]))
    let told = try #require(sentence { try task.predict(small.examples(3)) })
    #expect(told.hasPrefix("train.csv, line 2: the model gave ["))
    #expect(told.contains("try --precision fp32"))
  }

  @Test func refusesARowWithoutTheLabelThatItLearns() throws {
    let small = try SmallTask()
    let task = try small.load()
    let example = ClassificationExample(
      ids: [2, 7, 3], segments: [0, 0, 0], target: .value(1),
      location: RowLocation(file: "rows.csv", line: 9))
    #expect(
      sentence { try task.loss([example]) }
        == "rows.csv, line 9: the row has no label of the kind that this task learns.")
  }

  @Test func refusesALabelThatTheModelDoesNotHave() throws {
    let small = try SmallTask()
    let labels = try LabelSet(names: ["good", "坏"])
    let encoder = RowEncoder(
      tokenizer: try PretrainedTokenizer(folder: small.folder.url), options: EncodingOptions(),
      threads: 1)
    let rows = [row("word1 word2", .label("坏")), row("word3", .label("ugly"), line: 3)]
    #expect(
      sentence {
        try TextClassificationTask().encode(rows, labels: labels, with: encoder, for: .evaluation)
      }
        == "rows.csv, line 3: the label 'ugly' is none of the model's: good, 坏.")
  }

  @Test func encodesRowsInOrder() throws {
    let small = try SmallTask()
    let labels = try LabelSet(names: ["a", "b", "c"])
    let encoder = RowEncoder(
      tokenizer: try PretrainedTokenizer(folder: small.folder.url), options: EncodingOptions(),
      threads: 2)
    var rows = (0..<50).map { row("word\($0) nothing", .labels(["c", "a"])) }
    rows[3].pair = "word5"
    let encoded = try TextClassificationTask(.multiLabel).encode(
      rows, labels: labels, with: encoder, for: .training)
    let examples = encoded.flatMap(\.examples)
    #expect(examples.map { $0.tokens.ids[1] } == (0..<50).map { Int32(5 + $0) })
    #expect(examples[3].tokens.ids == [2, 8, 1, 3, 10, 3])
    #expect(examples[3].tokens.segments == [0, 0, 0, 0, 1, 1])
    #expect(examples[0].target == .labels([0, 2]))
    #expect(encoded[3].length == 6 && encoded[3].unknownTokens == 1)
  }

  @Test("The second text of a pair counts: its token types reach the model")
  func usesTokenTypes() throws {
    let small = try SmallTask()
    let task = try small.load()
    let location = RowLocation(file: "rows.csv", line: 2)
    let one = ClassificationExample(
      ids: [2, 8, 3, 10, 3], segments: [0, 0, 0, 0, 0], target: .none, location: location)
    let pair = ClassificationExample(
      ids: [2, 8, 3, 10, 3], segments: [0, 0, 0, 1, 1], target: .none, location: location)
    let alone = try withoutGradients { try task.predict([one]) + task.predict([pair]) }
    #expect(alone[0] != alone[1])
    // A batch in which only some rows have a second text gives the same.
    let together = try withoutGradients { try task.predict([one, pair]) }
    for (left, right) in zip(alone, together) {
      for (a, b) in zip(left.logits, right.logits) { #expect(abs(a - b) < 1e-5) }
    }
  }

  @Test(
    "Each problem has its own kind of evaluation and its own score of the best",
    arguments: [
      (ClassificationLabels.Problem.singleLabel, 2, "binary", "accuracy"),
      (.singleLabel, 3, "multiclass", "accuracy"), (.multiLabel, 3, "multilabel", "f1_micro"),
      (.regression, 1, "regression", "mse"),
    ])
  func knowsItsEvaluation(
    problem: ClassificationLabels.Problem, labels: Int, kind: String, metric: String
  ) throws {
    let small = try SmallTask(problem, labels: labels)
    let task = try small.load()
    #expect("\(task.evaluationKind)" == kind)
    #expect(task.defaultMetric == metric)
    let report = try Evaluator(task, batch: .sequences(8)).evaluate(small.examples(30))
    #expect(report.rows == 30)
    #expect(report.scores[metric] != nil && report.scores["loss"]?.isFinite == true)
  }

  @Test func answersWithLabelsAndProbabilities() {
    let output = ClassificationOutput(logits: [1, 3, -2])
    let single = TextPrediction(
      output, labels: .init(names: ["a", "b", "c"], problem: .singleLabel), allScores: true)
    #expect(single.label == "b")
    #expect(abs((single.score ?? 0) - 0.8756) < 1e-4)
    #expect(abs((single.scores?.values.reduce(0, +) ?? 0) - 1) < 1e-12)
    let several = TextPrediction(
      output, labels: .init(names: ["a", "b", "c"], problem: .multiLabel), threshold: 0.7)
    #expect(several.labels == ["a", "b"])
    let number = TextPrediction(
      ClassificationOutput(logits: [0.25]), labels: .init(names: ["s"], problem: .regression))
    #expect(number.value == 0.25)
  }

  @Test(
    "Probabilities of large logits are numbers",
    arguments: [
      [Float(1000), 0, -1000], [-1000, -1000, -1000], [3e38, 3e38, 0],
    ])
  func survivesLargeLogits(logits: [Float]) {
    let output = ClassificationOutput(logits: logits)
    #expect(output.exclusiveProbabilities.allSatisfy { (0...1).contains($0) })
    #expect(output.independentProbabilities.allSatisfy { (0...1).contains($0) })
    #expect(output.best == 0)
  }

  @Test func savesEverythingThatLoadingNeeds() throws {
    let small = try SmallTask(.multiLabel)
    let output = try TemporaryFolder()
    let task = try small.load()
    try task.save(to: output.url)
    let again = try TextClassification(
      PretrainedClassifier(tuned: output.url), tokenizer: PretrainedTokenizer(folder: output.url))
    let examples = small.examples(5)
    let (before, after) = try withoutGradients {
      (try task.predict(examples), try again.predict(examples))
    }
    #expect(before == after)
    #expect(again.tokenizer.vocabularySize == task.tokenizer.vocabularySize)
    #expect(again.labels == task.labels)
  }

  @Test func refusesARegressionOfSeveralNumbers() throws {
    let small = try SmallTask(.regression, labels: 2)
    #expect(
      sentence { try PretrainedClassifier(tuned: small.folder.url) }
        == "\(small.folder.url.appending(path: "config.json").path): this regression gives 2 "
        + "numbers a text; only one is supported.")
  }
}
