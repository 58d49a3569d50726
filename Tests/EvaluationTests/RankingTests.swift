import Evaluation
import Foundation
import TestSupport
import Testing

/// What Tests/Oracles/evaluation_rankings.py prints.
struct RankingCases: Decodable, Sendable {
  struct Query: Decodable, Sendable {
    let grades: [Double]
    let missed: [Double]
    let scores: [Float]
  }

  struct Ranking: Decodable, Sendable {
    let queries: [Query]
    let without: Int
    let expected: [String: Double]
  }

  struct Similarity: Decodable, Sendable {
    let predictions: [Float]
    let references: [Double]
    let pearson: Double?
    let spearman: Double?
  }

  let rankings: [Ranking]
  let similarities: [Similarity]

  /// All cases; the reference runs once for all tests.
  static func all() throws -> RankingCases { try made.get() }

  private static let made = Result {
    let data = try PythonOracle("evaluation_rankings").run(["4", "250"])
    return try JSONDecoder().decode(RankingCases.self, from: data)
  }
}

struct RankingTests {
  @Test func scoresAreThoseOfScikitLearnAndSentenceTransformers() throws {
    for (number, example) in try RankingCases.all().rankings.enumerated() {
      var evaluation = try RankingEvaluation(kind: .retrieval)
      var rest = evaluation
      for (place, query) in example.queries.enumerated() {
        if place % 2 == 0 {
          try evaluation.update(
            scores: query.scores, relevance: query.grades, missed: query.missed)
        } else {
          try rest.update(scores: query.scores, relevance: query.grades, missed: query.missed)
        }
      }
      try evaluation.merge(rest)
      #expect(evaluation.rowsWithoutRelevant == example.without)
      let scores = try evaluation.scores()
      #expect(Set(scores.keys) == Set(example.expected.keys))
      for (name, expected) in example.expected {
        let found = scores[name] ?? .nan
        #expect(
          abs(found - expected) <= 1e-9, "case \(number): \(name) is \(found), not \(expected)")
      }
    }
  }

  @Test func equalScoresRankInTheOrderGiven() throws {
    let ranked = RankedRelevance(scores: [0.5, 1, 0.5], grades: [0, 0, 1])
    #expect(ranked.reciprocalRank() == 1.0 / 3)
    #expect(ranked.grades == [0, 0, 1])
  }

  @Test func exponentialGainsWeighTopGradesMore() {
    let ranked = RankedRelevance(grades: [1, 3])
    let linear = ranked.normalizedGain()
    let exponential = ranked.normalizedGain(gain: .exponential)
    #expect(exponential < linear)
    let second = log2(3.0)
    #expect(abs(exponential - (1 + 7 / second) / (7 + 1 / second)) < 1e-12)
  }

  @Test func theReportIsReadable() throws {
    var evaluation = try RankingEvaluation(kind: .ranking)
    try evaluation.update(ranked: [0, 1])
    try evaluation.update(ranked: [0, 0])
    let report = try evaluation.report()
    #expect(report.text.contains("2 queries, in brackets the 95% interval\nndcg@10"))
    #expect(report.notes == ["1 of 2 queries have nothing relevant and are left out of the means"])
    #expect(report.scores["mrr"] == 0.5)
    #expect(report.intervals["mrr@10"] == ConfidenceInterval(lower: 0.5, upper: 0.5))
    let outcome = evaluation.outcome(RankedRelevance(grades: [0, 1]))
    #expect(outcome.means["mrr@10"] == 0.5)
    #expect(outcome.isCorrect == false)
    #expect(evaluation.outcome(RankedRelevance(grades: [0])).means.isEmpty)
  }

  @Test func refusesWhatIsNoRanking() throws {
    let kind = #expect(throws: EvaluationError.self) { try RankingEvaluation(kind: .tokens) }
    #expect(kind?.code == .wrongKind)
    let cutoffs = #expect(throws: EvaluationError.self) {
      try RankingEvaluation(options: .init(cutoffs: [0]))
    }
    #expect(cutoffs?.code == .invalidSetting)
    var evaluation = try RankingEvaluation()
    let lengths = #expect(throws: EvaluationError.self) {
      try evaluation.update(scores: [1], relevance: [1, 0])
    }
    #expect(lengths?.description == "query 1 has 1 scores for 2 candidates; they must match")
    let grade = #expect(throws: EvaluationError.self) { try evaluation.update(ranked: [1, -1]) }
    #expect(grade?.description.hasPrefix("the grade of candidate 2 of query 1 is -1.0") == true)
    let score = #expect(throws: EvaluationError.self) {
      try evaluation.update(scores: [.nan], relevance: [1])
    }
    #expect(score?.code == .nonFiniteScore)
    let empty = #expect(throws: EvaluationError.self) { try evaluation.report() }
    #expect(empty?.code == .nothingEvaluated)
  }
}

struct ChoiceTests {
  @Test func theLargestScoreIsTheChoice() throws {
    var evaluation = ChoiceEvaluation()
    try evaluation.update(scores: [0, 1, 0], answer: 1)
    try evaluation.update(scores: [2, 2], answer: 1)
    let report = try evaluation.report()
    #expect(report.scores["accuracy"] == 0.5)
    let expected = (log(2 + exp(1.0)) - 1 + log(2.0)) / 2
    #expect(abs((report.scores["log_loss"] ?? 0) - expected) < 1e-12)
    #expect(report.intervals["accuracy"] != nil)
    #expect(report.text.contains("2 questions"))
  }

  @Test func choicesWithoutScoresHaveNoLoss() throws {
    var evaluation = ChoiceEvaluation()
    try evaluation.update(expected: [0, 1], predicted: [0, 2])
    var other = ChoiceEvaluation()
    other.merge(evaluation)
    let report = try other.report()
    #expect(report.scores == ["accuracy": 0.5])
    #expect(report.notes.count == 1)
  }

  @Test func refusesAnswersThatAreNoChoice() throws {
    var evaluation = ChoiceEvaluation()
    let range = #expect(throws: EvaluationError.self) {
      try evaluation.update(scores: [1, 2], answer: 2)
    }
    #expect(
      range?.description
        == "the answer of question 1 is number 2, but there are 2 choices, numbered from 0")
    let finite = #expect(throws: EvaluationError.self) {
      try evaluation.update(scores: [1, .infinity], answer: 0)
    }
    #expect(finite?.code == .nonFiniteScore)
    let lengths = #expect(throws: EvaluationError.self) {
      try evaluation.update(expected: [0], predicted: [])
    }
    #expect(lengths?.code == .mismatchedShapes)
    let empty = #expect(throws: EvaluationError.self) { try evaluation.report() }
    #expect(empty?.code == .nothingEvaluated)
  }
}
