import Evaluation
import Testing

struct TokenEvaluationTests {
  private let tags = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]

  @Test func partsOfSpeechAreScoredByWord() throws {
    var evaluation = try TokenEvaluation(tags: ["NOUN", "VERB", "DET"])
    try evaluation.update(expected: ["DET", "NOUN", "VERB"], predicted: ["DET", "NOUN", "NOUN"])
    let report = try evaluation.report()
    #expect(evaluation.scheme == nil)
    #expect(report.scores["accuracy"] == 2.0 / 3)
    #expect(report.scores["f1"] == nil)
    #expect(report.classes.map(\.label) == ["NOUN", "VERB", "DET"])
    #expect(report.notes.contains { $0.contains("mark no entities") })
    #expect(report.text.contains("    accuracy                           0.67         3\n"))
    #expect(report.markdown.contains("## Tags"))
  }

  @Test func tagsThatMarkNoEntitiesAreScoredByWordWhateverTheirLetters() throws {
    var evaluation = try TokenEvaluation(tags: tags, readsEntities: false)
    try evaluation.update(
      expected: ["B-PER", "I-PER", "O", "B-LOC"], predicted: ["B-PER", "I-PER", "B-LOC", "O"])
    let report = try evaluation.report()
    #expect(evaluation.scheme == nil)
    #expect(report.scores["accuracy"] == 0.5)
    #expect(report.scores["f1"] == nil)
    #expect(report.classes.map(\.label) == ["O", "B-PER", "I-PER", "B-LOC"])
  }

  @Test func theReportIsReadable() throws {
    var evaluation = try TokenEvaluation(tags: tags)
    try evaluation.update(
      expected: ["B-PER", "I-PER", "O", "B-LOC"], predicted: ["B-PER", "I-PER", "B-LOC", "O"])
    evaluation.addLoss(sum: 2, weight: 4)
    let report = try evaluation.report()
    #expect(report.kind == .tokens)
    #expect(report.scores["loss"] == 0.5)
    #expect(report.text.contains("1 sentence, in brackets the 95% interval\nf1   "))
    #expect(report.text.contains("   micro avg       0.50      0.50      0.50         2\n"))
    #expect(report.markdown.contains("## Types of entities\n\n| type | precision"))
    #expect(report.notes.first?.contains("in the scheme IOB2") == true)
    #expect(try EvaluationReport(json: report.json()) == report)
  }

  @Test(arguments: [
    (["B-PER", "O"], ["B-PER"], "sentence 2 has 2 expected tags and 1 predicted ones"),
    ([], [], "sentence 2 has no words"),
    (
      ["O"], ["B-ORG"], "the predicted tag 'B-ORG' of word 1 in sentence 2 is not one of the 5 tags"
    ),
  ])
  func refusesWhatDoesNotFitBySentence(
    _ expected: [String], _ predicted: [String], _ message: String
  ) throws {
    var evaluation = try TokenEvaluation(tags: tags)
    try evaluation.update(expected: ["O"], predicted: ["O"])
    let error = #expect(throws: EvaluationError.self) {
      try evaluation.update(expected: expected, predicted: predicted)
    }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    #expect(evaluation.rows == 1)
  }

  @Test(arguments: [([], "at least one tag"), (["O", "O"], "'O' is named twice"), ([""], "empty")])
  func refusesTagsThatCannotBe(_ tags: [String], _ message: String) {
    let error = #expect(throws: EvaluationError.self) { try TokenEvaluation(tags: tags) }
    #expect(error?.description.contains(message) == true)
  }

  @Test func refusesTagsOfAnotherScheme() {
    let error = #expect(throws: EvaluationError.self) {
      try TokenEvaluation(tags: ["O", "S-PER"], scheme: .iob2)
    }
    #expect(error?.description == "the tag 'S-PER' is none of the scheme IOB2")
  }

  @Test func nothingEvaluatedIsRefused() throws {
    let error = #expect(throws: EvaluationError.self) {
      try TokenEvaluation(tags: tags).report()
    }
    #expect(error?.code == .nothingEvaluated)
  }

  @Test func intervalsThatWouldNeedTooMuchMemoryAreLeftOutAndSaid() throws {
    var evaluation = try TokenEvaluation(tags: tags, keptSums: 10)
    try evaluation.update(expected: ["B-PER", "O"], predicted: ["B-PER", "O"])
    let report = try evaluation.report()
    #expect(report.intervals.isEmpty)
    #expect(report.notes.contains { $0.contains("more numbers than the 10") })
    #expect(report.scores["f1"] == 1)
  }
}
