import Evaluation
import Testing

struct MetricNameTests {
  @Test(arguments: [
    ("f1_macro", "f1_macro"), ("eval_f1_macro", "f1_macro"), ("matthews_correlation", "mcc"),
    ("AUC", "roc_auc"), ("spearmanr", "spearman"), ("eval_loss", "loss"),
  ])
  func understandsOtherSpellings(_ asked: String, _ found: String) throws {
    #expect(try MetricName(asked).name == found)
  }

  @Test func refusesAnUnknownNameWithTheNearestKnownOne() {
    let error = #expect(throws: EvaluationError.self) { try MetricName("acuracy") }
    #expect(error?.code == .unknownMetric)
    #expect(
      error?.description == "there is no metric 'acuracy'; the nearest known one is 'accuracy'")
  }

  @Test func refusesAMetricOfAnotherKind() {
    let error = #expect(throws: EvaluationError.self) {
      try MetricName("f1", for: .multiclass)
    }
    #expect(
      error?.description
        == "the metric 'f1' is not defined for multiclass evaluation; the nearest one that is:"
        + " 'f1_macro'")
  }

  @Test func knowsWhichDirectionIsBetter() throws {
    let loss = try MetricName("loss")
    let accuracy = try MetricName("accuracy")
    #expect(loss.isBetter(0.1, than: 0.2))
    #expect(accuracy.isBetter(0.2, than: 0.1))
    #expect(!accuracy.isBetter(0.2, than: 0.2))
    #expect(!accuracy.isBetter(.nan, than: 0.1))
    #expect(loss.isBetter(0.1, than: .nan))
  }

  @Test func everyScoreOfAnEvaluationHasAName() throws {
    var binary = try ClassificationEvaluation(labels: ["a", "b"], kind: .binary)
    try binary.update(logits: [0, 1, 1, 0, 1, 0], references: [1, 0, 1])
    var several = try ClassificationEvaluation(labels: ["a", "b", "c"], kind: .multiclass)
    try several.update(logits: [0, 1, 2, 1, 0, 0, 0, 2, 1], references: [1, 0, 2])
    var multiple = try ClassificationEvaluation(labels: ["a", "b"], kind: .multilabel)
    try multiple.update(logits: [0, 1, 1, -2], references: [[1], [0]])
    var numbers = RegressionEvaluation()
    try numbers.update(predictions: [1.0, 2.5, 3.0], references: [1, 2, 3])
    for report in try [
      binary.report(), several.report(), multiple.report(), numbers.report(),
    ] {
      let known = MetricName.all.filter { $0.kinds.contains(report.kind) }.map(\.name)
      #expect(Set(known) == Set(report.scores.keys), "\(report.kind)")
    }
  }

  @Test func aMissingScoreIsRefusedWithTheReason() throws {
    var evaluation = try ClassificationEvaluation(labels: ["no", "yes"], kind: .binary)
    try evaluation.update(logits: [0, 1], references: [1])
    let report = try evaluation.report()
    let error = #expect(throws: EvaluationError.self) {
      try MetricName("roc_auc").value(in: report.scores, notes: report.notes)
    }
    #expect(error?.code == .metricNotAvailable)
    #expect(error?.description.contains("every row is 'yes'") == true)
  }
}
