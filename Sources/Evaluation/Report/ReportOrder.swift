/// In which order a report shows its scores: what is asked for most comes first.
enum ReportOrder {
  /// The scores that a summary shows, whatever the kind.
  static let headlines = [
    "accuracy", "f1", "f1_macro", "f1_micro", "f1_weighted", "mcc", "roc_auc",
    "average_precision", "pearson", "spearman", "mse", "mae", "r2",
  ]

  /// The names in order: those of the kind, those that lead in general, then by the alphabet, the
  /// cutoffs of a ranking by their size.
  static func ordered(_ names: [String], _ kind: EvaluationKind) -> [String] {
    let first = kind.leadingScores + ScoreOrder.first.filter { !kind.leadingScores.contains($0) }
    let known = first.filter(names.contains)
    let rest = names.filter { !first.contains($0) }.map { name in
      let parts = name.split(separator: "@")
      return (cutoff: parts.count == 2 ? Int(parts[1]) ?? 0 : 0, name: name)
    }
    return known + rest.sorted { $0 < $1 }.map(\.name)
  }
}

extension EvaluationKind {
  /// The scores that a report of this kind begins with.
  var leadingScores: [String] {
    switch self {
    case .binary, .multiclass, .multilabel, .regression, .choice: []
    case .tokens:
      [
        "f1", "precision", "recall", "f1_strict", "precision_strict", "recall_strict",
        "f1_conlleval", "precision_conlleval", "recall_conlleval", "accuracy",
      ]
    case .relations:
      [
        "f1_macro", "precision_macro", "recall_macro", "f1_micro", "precision_micro",
        "recall_micro", "accuracy",
      ]
    case .answers:
      [
        "exact", "f1", "has_ans_exact", "has_ans_f1", "no_ans_exact", "no_ans_f1", "best_exact",
        "best_exact_thresh", "best_f1", "best_f1_thresh",
      ]
    case .similarity: ["spearman", "pearson"]
    case .retrieval, .ranking: ["ndcg@10", "mrr@10", "recall@10", "ndcg", "mrr", "map"]
    }
  }
}

extension EvaluationReport {
  /// How the table by class is headed, and its first column.
  var tableNames: (title: String, column: String) {
    switch kind {
    case .tokens:
      averages.contains { $0.name == "micro avg" } ? ("Types of entities", "type") : ("Tags", "tag")
    case .relations: ("Relations", "relation")
    default: ("Classes", "class")
    }
  }

  /// "1 row", "12 sentences".
  var countedRows: String {
    "\(rows) \(rows == 1 ? kind.rowNames.one : kind.rowNames.many)"
  }
}
