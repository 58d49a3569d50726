import Evaluation
import Foundation
import TestSupport
import Testing

/// A case of Tests/Oracles/evaluation_classification.py.
struct ClassificationCase: Decodable, Sendable {
  let kind: EvaluationKind
  let classes: Int
  let probabilities: [Float]
  let references: [[Int]]
  let expected: [String: Double?]
  let precision: [Double]
  let recall: [Double]
  let f1: [Double]
  let support: [Int]
  let confusion: [[Int]]?
  let text: String?

  /// All cases; the reference runs once for all tests.
  static func all() throws -> [ClassificationCase] { try made.get() }

  private static let made = Result {
    let data = try PythonOracle("evaluation_classification").run(["1", "480"])
    return try JSONDecoder().decode([ClassificationCase].self, from: data)
  }

  var labels: [String] {
    (0..<classes).map { "class \($0)" + String(repeating: "x", count: $0 * 7 % 5) }
  }

  /// An evaluation of the rows of a range.
  func evaluation(of range: Range<Int>? = nil) throws -> ClassificationEvaluation {
    var evaluation = try ClassificationEvaluation(labels: labels, kind: kind)
    let range = range ?? references.indices
    let scores = Array(probabilities[range.lowerBound * classes..<range.upperBound * classes])
    if kind == .multilabel {
      try evaluation.update(probabilities: scores, references: Array(references[range]))
    } else {
      try evaluation.update(
        probabilities: scores, references: references[range].compactMap(\.first))
    }
    return evaluation
  }
}

struct ClassificationOracleTests {
  @Test func scoresAreThoseOfScikitLearn() throws {
    let cases = try ClassificationCase.all()
    #expect(cases.count == 480)
    for (number, example) in cases.enumerated() {
      let report = try example.evaluation().report(bootstrap: nil)
      for (name, expected) in example.expected {
        let found = report.scores[name]
        guard let expected else {
          #expect(found == nil, "case \(number): \(name) is undefined, found \(found ?? 0)")
          continue
        }
        let difference = abs((found ?? .nan) - expected)
        #expect(
          difference <= 1e-9,
          "case \(number) (\(example.kind)): \(name) is \(found ?? .nan), not \(expected)")
      }
      let finite = report.scores.values.allSatisfy { $0.isFinite }
      #expect(finite)
    }
  }

  @Test func classTableAndConfusionMatrixAreThoseOfScikitLearn() throws {
    for example in try ClassificationCase.all() {
      let report = try example.evaluation().report(bootstrap: nil)
      #expect(report.classes.map(\.support) == example.support)
      #expect(report.confusion?.rows == example.confusion)
      for (label, row) in report.classes.enumerated() {
        #expect(abs((row.precision ?? 0) - example.precision[label]) <= 1e-9)
        #expect(abs((row.recall ?? 0) - example.recall[label]) <= 1e-9)
        #expect(abs((row.f1 ?? 0) - example.f1[label]) <= 1e-9)
      }
    }
  }

  @Test func classificationReportIsThatOfScikitLearnCharacterForCharacter() throws {
    let cases = try ClassificationCase.all().filter { $0.text != nil }
    #expect(cases.count > 60)
    for example in cases {
      let report = try example.evaluation().report(bootstrap: nil)
      #expect(report.classificationText() == example.text)
    }
  }

  @Test func batchesAndMergedPartsScoreLikeTheWhole() throws {
    for example in try ClassificationCase.all()
    where example.references.count > 2 {
      let middle = example.references.count / 3
      var parts = try example.evaluation(of: 0..<middle)
      try parts.merge(example.evaluation(of: middle..<example.references.count))
      let whole = try example.evaluation().report()
      let merged = try parts.report()
      #expect(merged.intervals == whole.intervals)
      #expect(merged.notes == whole.notes)
      #expect(merged.classes == whole.classes)
      for (name, score) in whole.scores {
        #expect(abs((merged.scores[name] ?? .nan) - score) <= 1e-12)
      }
    }
  }

  @Test func logitsScoreLikeTheirProbabilities() throws {
    for example in try ClassificationCase.all() {
      let tiny: Float = 1e-30
      // A softmax has no zeros; the sigmoid takes the logarithm of the odds.
      let logits = example.probabilities.map { probability in
        example.kind == .multilabel
          ? log(max(probability, tiny) / max(1 - probability, tiny)) : log(max(probability, tiny))
      }
      var evaluation = try ClassificationEvaluation(labels: example.labels, kind: example.kind)
      if example.kind == .multilabel {
        try evaluation.update(logits: logits, references: example.references)
      } else {
        try evaluation.update(
          logits: logits, references: example.references.compactMap(\.first))
      }
      let scores = try evaluation.scores()
      for name in ["accuracy", "f1_macro", "f1_micro", "mcc"] {
        guard let expected = example.expected[name] ?? nil else { continue }
        #expect(abs((scores[name] ?? .nan) - expected) <= 1e-9)
      }
    }
  }
}
