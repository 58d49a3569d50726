import Evaluation
import Foundation
import Testing

struct ClassificationInputTests {
  private func binary() throws -> ClassificationEvaluation {
    try ClassificationEvaluation(labels: ["negative", "positive"], kind: .binary)
  }

  @Test func refusesAScoreThatIsNotFiniteByRowAndLabel() throws {
    var evaluation = try binary()
    try evaluation.update(logits: [0, 1], references: [1])
    let error = #expect(throws: EvaluationError.self) {
      try evaluation.update(logits: [0, 1, .nan, 0], references: [1, 0])
    }
    #expect(error?.code == .nonFiniteScore)
    #expect(
      error?.description.hasPrefix("the score of row 3 for the label 'negative' is nan") == true)
    #expect(evaluation.rows == 1, "nothing of a refused batch is counted")
  }

  @Test(arguments: [
    (["a"], EvaluationKind.binary), (["a", "b", "c"], .binary), (["a"], .multiclass),
    ([], .multilabel), (["a", "a"], .multiclass),
  ])
  func refusesLabelsThatDoNotFit(_ labels: [String], _ kind: EvaluationKind) {
    let error = #expect(throws: EvaluationError.self) {
      try ClassificationEvaluation(labels: labels, kind: kind)
    }
    #expect(error?.code == .invalidLabels)
  }

  @Test func refusesWrongShapesAndNumbers() throws {
    var evaluation = try binary()
    func code(_ body: () throws -> Void) -> EvaluationError.Code? {
      do {
        try body()
        return nil
      } catch { return (error as? EvaluationError)?.code }
    }
    #expect(
      code { try evaluation.update(logits: [0, 1, 2], references: [1, 0]) } == .mismatchedShapes)
    #expect(code { try evaluation.update(logits: [0, 1], references: [2]) } == .labelOutOfRange)
    #expect(
      code { try evaluation.update(predictions: [-1], references: [0]) } == .labelOutOfRange)
    #expect(
      code { try evaluation.update(predictions: [0, 1], references: [0]) } == .mismatchedShapes)
    #expect(
      code { try evaluation.update(probabilities: [2, -1], references: [0]) } == .notProbabilities)
    #expect(
      code { try evaluation.update(probabilities: [0.9, 0.9], references: [0]) }
        == .notProbabilities)
    #expect(code { try evaluation.update(logits: [0, 1], references: [[1]]) } == .wrongKind)
    #expect(code { _ = try evaluation.report() } == .nothingEvaluated)
    #expect(evaluation.rows == 0)
  }

  @Test func refusesToMergeOtherLabels() throws {
    var evaluation = try binary()
    let other = try ClassificationEvaluation(labels: ["positive", "negative"], kind: .binary)
    let error = #expect(throws: EvaluationError.self) { try evaluation.merge(other) }
    #expect(error?.code == .cannotMerge)
  }

  @Test func confidentPredictionsAreStillRanked() throws {
    // Both probabilities of the positive class round to 1 in single precision.
    var evaluation = try binary()
    try evaluation.update(logits: [0, 30, 0, 40, 0, 20], references: [0, 1, 0])
    #expect(try evaluation.scores()["roc_auc"] == 1)
  }

  @Test func aCertainMistakeHasAFiniteLoss() throws {
    var evaluation = try binary()
    try evaluation.update(logits: [0, 1000], references: [0])
    #expect(try evaluation.scores()["log_loss"] == 1000)
  }

  @Test func aGivenLossTakesThePlaceOfTheLogLoss() throws {
    var evaluation = try binary()
    try evaluation.update(logits: [0, 0], references: [0])
    #expect(try evaluation.scores()["loss"] == log(2))
    evaluation.addLoss(sum: 3, weight: 2)
    evaluation.addLoss(sum: 3, weight: 2)
    #expect(try evaluation.scores()["loss"] == 1.5)
  }

  @Test func scoresBeyondTheLimitAreDroppedAndSaid() throws {
    var evaluation = try ClassificationEvaluation(
      labels: ["a", "b"], kind: .binary, options: .init(keptScores: 2))
    try evaluation.update(logits: [0, 1, 1, 0, 0, 2], references: [1, 0, 1])
    let report = try evaluation.report()
    #expect(report.scores["roc_auc"] == nil)
    #expect(report.notes.contains { $0.contains("more scores than the 2") })
  }

  @Test func predictionsWithoutScoresLeaveRankingsOut() throws {
    var evaluation = try binary()
    try evaluation.update(predictions: [0, 1], references: [0, 1])
    let report = try evaluation.report()
    #expect(report.scores["accuracy"] == 1)
    #expect(report.scores["roc_auc"] == nil)
    #expect(report.scores["loss"] == nil)
    #expect(report.notes.count == 2)
  }
}
