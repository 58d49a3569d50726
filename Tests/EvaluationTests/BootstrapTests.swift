import Evaluation
import Foundation
import TestSupport
import Testing

struct BootstrapTests {
  struct Rows: Encodable {
    let references: [Int]
    let scores: [Double]
    let measures: [String]
    let resamples = 1000
  }

  /// Rows whose scores lean to the truth, from a fixed recurrence.
  static func rows(_ count: Int, measures: [String]) -> Rows {
    var state: UInt64 = 11
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24)
    }
    let references = (0..<count).map { _ in next() < 0.4 ? 1 : 0 }
    let scores = references.map { Double(Float(next() * 0.75 + Double($0) * 0.25)) }
    return Rows(references: references, scores: scores, measures: measures)
  }

  @Test func classificationIntervalsAreThoseOfScipyWithinTheSamplingError() throws {
    let rows = Self.rows(
      300, measures: ["accuracy", "f1", "mcc", "roc_auc", "average_precision"])
    let expected: [String: [Double]] = try PythonOracle("evaluation_bootstrap").run(rows)
    var evaluation = try ClassificationEvaluation(labels: ["no", "yes"], kind: .binary)
    try evaluation.update(
      probabilities: rows.scores.flatMap { [1 - Float($0), Float($0)] },
      references: rows.references)
    let report = try evaluation.report(bootstrap: .init(resamples: 1000, confidence: 0.9))
    try compare(report, expected)
  }

  @Test func regressionIntervalsAreThoseOfScipyWithinTheSamplingError() throws {
    let rows = Self.rows(300, measures: ["pearson", "spearman", "mse", "r2"])
    let expected: [String: [Double]] = try PythonOracle("evaluation_bootstrap").run(rows)
    var evaluation = RegressionEvaluation()
    try evaluation.update(
      predictions: rows.scores, references: rows.references.map(Double.init))
    let report = try evaluation.report(bootstrap: .init(resamples: 1000, confidence: 0.9))
    try compare(report, expected)
  }

  private func compare(_ report: EvaluationReport, _ expected: [String: [Double]]) throws {
    for (name, ends) in expected {
      let interval = try #require(report.intervals[name])
      // The end of an interval of width w has a standard error of about w / √resamples each side.
      let tolerance = (ends[1] - ends[0]) * 0.12
      #expect(abs(interval.lower - ends[0]) < tolerance, "\(name): \(interval) and \(ends)")
      #expect(abs(interval.upper - ends[1]) < tolerance, "\(name): \(interval) and \(ends)")
    }
  }

  @Test func theSameSeedGivesTheSameIntervalsInAnyOrderOfRows() throws {
    let rows = Self.rows(60, measures: [])
    func intervals(_ order: [Int], seed: UInt64) throws -> [String: ConfidenceInterval] {
      var evaluation = try ClassificationEvaluation(labels: ["no", "yes"], kind: .binary)
      for row in order {
        let score = Float(rows.scores[row])
        try evaluation.update(
          probabilities: [1 - score, score], references: [rows.references[row]])
      }
      return try evaluation.report(bootstrap: .init(seed: seed)).intervals
    }
    let ascending = try intervals(Array(0..<60), seed: 1)
    let descending = try intervals(Array((0..<60).reversed()), seed: 1)
    #expect(descending == ascending)
    let other = try intervals(Array(0..<60), seed: 2)
    #expect(other != ascending)
  }

  @Test func fewerResamplesOfManyRowsAreSaid() throws {
    var evaluation = try ClassificationEvaluation(
      labels: ["no", "yes"], kind: .binary, options: .init(keptScores: 0))
    let rows = 200_000
    try evaluation.update(
      predictions: (0..<rows).map { $0 % 2 }, references: (0..<rows).map { $0 % 3 % 2 })
    let report = try evaluation.report(bootstrap: .init(resamples: 600))
    #expect(report.bootstrap?.resamples == 500)
    #expect(report.notes.contains { $0.contains("500 instead of 600 resamples") })
  }

  @Test func refusesSettingsOutOfRange() throws {
    var evaluation = RegressionEvaluation()
    try evaluation.update(predictions: [1.0], references: [1])
    for settings in [BootstrapSettings(resamples: 0), BootstrapSettings(confidence: 95)] {
      let error = #expect(throws: EvaluationError.self) {
        try evaluation.report(bootstrap: settings)
      }
      #expect(error?.code == .invalidSetting)
    }
  }
}
