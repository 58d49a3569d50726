import Evaluation
import Foundation
import TestSupport
import Testing

struct RelationTests {
  struct Case: Decodable {
    let labels: [String]
    let truth: [String]
    let predicted: [String]
    let expected: [String: Double]
  }

  @Test func scoresAreSemEvalsAndScikitLearns() throws {
    let data = try PythonOracle("evaluation_relations").run(["3", "300"])
    let cases = try JSONDecoder().decode([Case].self, from: data)
    #expect(cases.count == 300)
    for (number, example) in cases.enumerated() {
      let middle = example.truth.count / 2
      var evaluation = try RelationEvaluation(labels: example.labels)
      #expect(evaluation.noRelation == example.labels[0])
      var rest = evaluation
      try evaluation.update(
        expected: Array(example.truth[..<middle]), predicted: Array(example.predicted[..<middle]))
      try rest.update(
        expected: Array(example.truth[middle...]), predicted: Array(example.predicted[middle...]))
      try evaluation.merge(rest)
      let scores = try evaluation.scores()
      for (name, expected) in example.expected {
        let found = scores[name] ?? .nan
        #expect(
          abs(found - expected) <= 1e-9, "case \(number): \(name) is \(found), not \(expected)")
      }
    }
  }

  private let labels = ["Cause-Effect(e1,e2)", "Cause-Effect(e2,e1)", "Part-Whole(e1,e2)", "Other"]

  @Test func theTableHasOneLineForBothDirections() throws {
    var evaluation = try RelationEvaluation(labels: labels)
    try evaluation.update(
      expected: ["Cause-Effect(e1,e2)", "Cause-Effect(e2,e1)", "Other", "Part-Whole(e1,e2)"],
      predicted: ["Cause-Effect(e1,e2)", "Cause-Effect(e1,e2)", "Other", "Part-Whole(e1,e2)"])
    let report = try evaluation.report()
    #expect(report.classes.map(\.label) == ["Cause-Effect", "Part-Whole", "Other"])
    #expect(report.classes.map(\.truePositives) == [1, 1, 1])
    #expect(report.scores["f1_macro"] == 0.75)
    #expect(report.intervals["f1_macro"] != nil)
    #expect(report.confusion?.labels == labels)
    #expect(report.markdown.contains("## Relations\n\n| relation | precision"))
    #expect(report.text.contains("4 sentences, in brackets the 95% interval\nf1_macro"))
    #expect(!report.classificationText().contains("accuracy"))
    #expect(report.notes.first?.contains("leave 'Other' out") == true)
  }

  @Test func whatARowContributesIsToldWithoutNoRelation() throws {
    let evaluation = try RelationEvaluation(labels: labels)
    let wrongWay = try evaluation.outcome(
      expected: "Cause-Effect(e1,e2)", predicted: "Cause-Effect(e2,e1)")
    #expect(
      wrongWay.classes == ["Cause-Effect": MatchCounts(found: 0, predicted: 1, expected: 1)])
    #expect(wrongWay.isCorrect == false)
    let none = try evaluation.outcome(expected: "Other", predicted: "Other")
    #expect(none.classes == [:])
    #expect(none.means == ["accuracy": 1])
  }

  @Test func refusesUnknownLabelsAndLengthsThatDiffer() throws {
    var evaluation = try RelationEvaluation(labels: labels)
    let unknown = #expect(throws: EvaluationError.self) {
      try evaluation.update(expected: ["Other", "Owns"], predicted: ["Other", "Other"])
    }
    #expect(
      unknown?.description
        == "the expected label 'Owns' of row 2 is not one of the 4 labels given")
    let lengths = #expect(throws: EvaluationError.self) {
      try evaluation.update(expected: ["Other"], predicted: [String]())
    }
    #expect(lengths?.code == .mismatchedShapes)
    let range = #expect(throws: EvaluationError.self) {
      try evaluation.update(expected: [4], predicted: [0])
    }
    #expect(range?.code == .labelOutOfRange)
    let empty = #expect(throws: EvaluationError.self) { try evaluation.report() }
    #expect(empty?.code == .nothingEvaluated)
  }

  @Test func refusesLabelsThatDoNotFit() {
    for (labels, none) in [(["a"], nil), (["a", "a"], nil), (["a", "b"], "NA")] {
      let error = #expect(throws: EvaluationError.self) {
        try RelationEvaluation(labels: labels, noRelation: none)
      }
      #expect(error?.code == .invalidLabels)
    }
  }
}
