import Evaluation
import Foundation
import TestSupport
import Testing

struct RegressionTests {
  struct Case: Decodable {
    let predictions: [Double]
    let references: [Double]
    let expected: [String: Double?]
  }

  @Test func scoresAreThoseOfScikitLearnAndScipy() throws {
    let data = try PythonOracle("evaluation_regression").run(["7", "400"])
    let cases = try JSONDecoder().decode([Case].self, from: data)
    for (number, example) in cases.enumerated() {
      var evaluation = RegressionEvaluation()
      let middle = example.references.count / 2
      try evaluation.update(
        predictions: Array(example.predictions[..<middle]),
        references: Array(example.references[..<middle]))
      var rest = RegressionEvaluation()
      try rest.update(
        predictions: Array(example.predictions[middle...]),
        references: Array(example.references[middle...]))
      try evaluation.merge(rest)
      let scores = try evaluation.scores()
      for (name, expected) in example.expected {
        guard let expected else {
          #expect(scores[name] == nil, "case \(number): \(name) is \(scores[name] ?? 0)")
          continue
        }
        let found = scores[name] ?? .nan
        #expect(
          abs(found - expected) <= 1e-9 * max(1, abs(expected)),
          "case \(number): \(name) is \(found), not \(expected)")
      }
    }
  }

  @Test func sayWhatIsUndefined() throws {
    var evaluation = RegressionEvaluation()
    try evaluation.update(predictions: [2.0, 2.0, 2.0], references: [1, 2, 3])
    let report = try evaluation.report()
    #expect(report.scores["pearson"] == nil)
    #expect(report.notes == ["the correlations are not defined: all predictions are equal"])
  }

  @Test func refusesAValueThatIsNotFiniteByItsRow() throws {
    var evaluation = RegressionEvaluation()
    try evaluation.update(predictions: [1.0], references: [1])
    let error = #expect(throws: EvaluationError.self) {
      try evaluation.update(predictions: [1, Double.nan], references: [1, 2])
    }
    #expect(error?.code == .nonFiniteScore)
    #expect(error?.description == "the prediction of row 3 is nan, not a finite number")
    #expect(evaluation.rows == 1)
  }

  @Test func pairsBeyondTheLimitAreNotKept() throws {
    var evaluation = RegressionEvaluation(options: .init(keptPairs: 3))
    try evaluation.update(predictions: [1.0, 2.0, 3.0, 4.5], references: [1, 2, 3, 4])
    let report = try evaluation.report()
    #expect(report.scores["spearman"] == nil)
    #expect(report.scores["pearson"] != nil)
    #expect(report.notes.first?.contains("more rows than the 3 that may be kept") == true)
  }
}
