import Evaluation
import Foundation
import TestSupport
import Testing

struct AnswerTests {
  struct Case: Decodable {
    struct Row: Decodable {
      let answers: [String]
      let given: String
      let raw: [Double]
      let null: Float
    }

    let rules: AnswerRules
    let rows: [Row]
    let threshold: Double
    let expected: [String: Double?]

    static func all() throws -> [Case] {
      let data = try PythonOracle("evaluation_answers").run(["11", "500"])
      return try JSONDecoder().decode([Case].self, from: data)
    }
  }

  @Test func answersAreComparedAsByTheOfficialDefinitions() throws {
    for (number, example) in try Case.all().enumerated() {
      var evaluation = AnswerEvaluation(
        rules: example.rules, options: .init(nullThreshold: example.threshold))
      for row in example.rows {
        let (exact, f1) = example.rules.score(expected: row.answers, predicted: row.given)
        #expect(
          exact == row.raw[0] && abs(f1 - row.raw[1]) <= 1e-12,
          "\(example.rules): '\(row.given)' of \(row.answers) is \(exact), \(f1), not \(row.raw)")
        try evaluation.update(
          expected: [row.answers], predicted: [row.given], nullScores: [row.null])
      }
      let scores = try evaluation.scores()
      for (name, expected) in example.expected {
        let found = scores[name]
        #expect(
          expected == nil ? found == nil : abs((found ?? .nan) - (expected ?? 0)) <= 1e-9,
          "case \(number) (\(example.rules)): \(name) is \(found ?? .nan), not \(expected ?? .nan)")
      }
    }
  }

  @Test func mergedPartsScoreLikeTheWhole() throws {
    let expected = [["a b"], [], ["c"], ["d"]]
    let predicted = ["a", "x", "c", ""]
    let nulls: [Float] = [0.5, 0.25, -1, 2]
    func evaluation(_ range: Range<Int>) throws -> AnswerEvaluation {
      var evaluation = AnswerEvaluation(rules: .squad2)
      try evaluation.update(
        expected: Array(expected[range]), predicted: Array(predicted[range]),
        nullScores: Array(nulls[range]))
      return evaluation
    }
    var parts = try evaluation(0..<2)
    try parts.merge(evaluation(2..<4))
    #expect(try parts.report() == evaluation(0..<4).report())
  }

  @Test func theReportIsReadable() throws {
    var evaluation = AnswerEvaluation(rules: .squad2)
    try evaluation.update(expected: [["Paris"], []], predicted: ["the Paris.", "x"])
    let report = try evaluation.report()
    #expect(report.scores["has_ans_exact"] == 1)
    #expect(report.scores["no_ans_f1"] == 0)
    #expect(report.intervals["exact"] != nil)
    #expect(report.text.contains("2 questions, in brackets the 95% interval\nexact"))
    #expect(report.notes.first == "1 of 2 questions have an answer")
    #expect(report.notes.contains { $0.contains("not every question came with a null score") })
  }

  @Test func whatAQuestionContributesFollowsTheThreshold() throws {
    let evaluation = AnswerEvaluation(rules: .squad2, options: .init(nullThreshold: 0))
    let kept = try evaluation.outcome(expected: ["a cat"], predicted: "cat", nullScore: -1)
    #expect(kept.means["exact"] == 1)
    let given = try evaluation.outcome(expected: ["a cat"], predicted: "cat", nullScore: 1)
    #expect(given.means["has_ans_f1"] == 0)
    let none = try evaluation.outcome(expected: [], predicted: "cat", nullScore: 1)
    #expect(none.means["no_ans_exact"] == 1)
    #expect(none.isCorrect == true)
  }

  @Test func refusesQuestionsWithoutAnswersWhereTheRulesWantOne() throws {
    var evaluation = AnswerEvaluation(rules: .squad1)
    let error = #expect(throws: EvaluationError.self) {
      try evaluation.update(expected: [["a"], []], predicted: ["a", "b"])
    }
    #expect(
      error?.description == "question 2 has no accepted answer; only the rules squad2 allow that")
    #expect(evaluation.rows == 0)
  }

  @Test func refusesLengthsThatDifferAndScoresThatAreNoNumbers() throws {
    var evaluation = AnswerEvaluation(rules: .squad2)
    let lengths = #expect(throws: EvaluationError.self) {
      try evaluation.update(expected: [[]], predicted: ["a", "b"])
    }
    #expect(lengths?.description == "there are 2 answers for 1 questions; they must match")
    let nulls = #expect(throws: EvaluationError.self) {
      try evaluation.update(expected: [[]], predicted: ["a"], nullScores: [.nan])
    }
    #expect(nulls?.code == .nonFiniteScore)
    let empty = #expect(throws: EvaluationError.self) { try evaluation.report() }
    #expect(empty?.code == .nothingEvaluated)
  }

  @Test func nullScoresBeyondTheLimitAreDroppedAndSaid() throws {
    var evaluation = AnswerEvaluation(rules: .squad2, options: .init(keptNullScores: 1))
    try evaluation.update(expected: [[], []], predicted: ["", ""], nullScores: [1, 2])
    let report = try evaluation.report(bootstrap: nil)
    #expect(report.scores["best_f1"] == nil)
    #expect(report.notes.contains { $0.contains("more questions than the 1") })
  }
}
