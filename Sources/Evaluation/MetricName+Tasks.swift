extension MetricName {
  /// The scores of tokens, answers and rankings that classification and regression do not have.
  static let tasks: [MetricName] = {
    var metrics: [MetricName] = []
    for rules in ["strict", "conlleval"] {
      for score in ["f1", "precision", "recall"] {
        metrics.append(MetricName("\(score)_\(rules)", .higher, [.tokens]))
      }
    }
    for side in ["", "has_ans_", "no_ans_", "best_"] {
      metrics.append(MetricName("\(side)exact", .higher, [.answers]))
      if !side.isEmpty { metrics.append(MetricName("\(side)f1", .higher, [.answers])) }
    }
    for name in wholeRankings { metrics.append(MetricName(name, .higher, rankings)) }
    for cutoff in [1, 3, 5, 10] {
      for name in cutRankings {
        metrics.append(MetricName("\(name)@\(cutoff)", .higher, rankings))
      }
    }
    return metrics
  }()

  /// The score of a ranking cut at a place, such as `ndcg@25`; nil for other names.
  static func cut(_ name: String) -> MetricName? {
    let parts = name.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, cutRankings.contains(String(parts[0])), let cutoff = Int(parts[1]),
      cutoff >= 1, String(cutoff) == parts[1]
    else { return nil }
    return MetricName(name, .higher, rankings)
  }

  /// The name as it is spelled here: `cosine_ndcg@10` and `ndcg_at_10` are `ndcg@10`.
  static func spelled(_ name: String) -> String {
    var plain = name
    for prefix in ["cosine_", "dot_"] where plain.hasPrefix(prefix) && plain.contains("@") {
      plain.removeFirst(prefix.count)
    }
    let parts = plain.split(separator: "_")
    guard parts.count == 3, parts[1] == "at", cutRankings.contains(String(parts[0])) else {
      return plain
    }
    return "\(parts[0])@\(parts[2])"
  }

  private static let rankings: [EvaluationKind] = [.retrieval, .ranking]
  private static let wholeRankings = ["mrr", "map", "ndcg"]
  private static let cutRankings = ["accuracy", "precision", "recall", "mrr", "map", "ndcg"]
}
