import Evaluation
import Testing

struct TaskMetricNameTests {
  @Test(arguments: [
    ("exact_match", "exact"), ("HasAns_f1", "has_ans_f1"), ("eval_overall_f1", "f1"),
    ("cosine_ndcg@10", "ndcg@10"), ("spearman_cosine", "spearman"), ("mrr_at_25", "mrr@25"),
    ("recall@7", "recall@7"), ("f1_strict", "f1_strict"),
  ])
  func understandsOtherSpellings(_ asked: String, _ found: String) throws {
    #expect(try MetricName(asked).name == found)
  }

  @Test(arguments: ["recall@0", "recall@x", "loss@3", "recall@", "@3", "recall@07"])
  func refusesCutoffsThatAreNone(_ asked: String) {
    #expect(throws: EvaluationError.self) { try MetricName(asked) }
  }

  @Test func refusesAMetricOfAnotherKind() {
    let error = #expect(throws: EvaluationError.self) { try MetricName("ndcg@25", for: .tokens) }
    #expect(
      error?.description.hasPrefix("the metric 'ndcg@25' is not defined for tokens evaluation")
        == true)
  }

  /// Reports with everything that each kind yields.
  private func reports() throws -> [EvaluationReport] {
    var tokens = try TokenEvaluation(tags: ["O", "B-A", "I-A"])
    try tokens.update(expected: ["B-A", "O"], predicted: ["B-A", "I-A"])
    tokens.addLoss(sum: 1, weight: 1)
    var relations = try RelationEvaluation(labels: ["a", "b", "NA"])
    try relations.update(expected: ["a", "NA"], predicted: ["b", "NA"])
    relations.addLoss(sum: 1, weight: 1)
    var answers = AnswerEvaluation(rules: .squad2)
    try answers.update(expected: [["a b"], []], predicted: ["b", ""], nullScores: [0, 1])
    answers.addLoss(sum: 1, weight: 1)
    var ranking = try RankingEvaluation()
    try ranking.update(ranked: [0, 1])
    ranking.addLoss(sum: 1, weight: 1)
    var retrieval = try RankingEvaluation(kind: .retrieval)
    try retrieval.update(ranked: [0, 1])
    retrieval.addLoss(sum: 1, weight: 1)
    var pairs = SimilarityEvaluation()
    try pairs.update(predictions: [1, 2, 3], references: [1, 3, 2])
    pairs.addLoss(sum: 1, weight: 1)
    var choice = ChoiceEvaluation()
    try choice.update(scores: [1, 2], answer: 1)
    return [
      try tokens.report(), try relations.report(), try answers.report(), try ranking.report(),
      try retrieval.report(), try pairs.report(), try choice.report(),
    ]
  }

  @Test func everyScoreOfATaskHasANameAndEveryNameAScore() throws {
    for report in try reports() {
      let known = Set(MetricName.all.filter { $0.kinds.contains(report.kind) }.map(\.name))
      // Thresholds are no measure of how good anything is.
      let scores = Set(report.scores.keys.filter { !$0.hasSuffix("_thresh") })
      #expect(known == scores, "\(report.kind): \(known.symmetricDifference(scores).sorted())")
    }
  }

  @Test func namesAreNamedOnce() {
    #expect(Set(MetricName.all.map(\.name)).count == MetricName.all.count)
  }
}
