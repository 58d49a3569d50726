/// The name of a score, as scikit-learn's and Hugging Face's users know it.
///
/// ```swift
/// let metric = try MetricName("f1_macro", for: .multiclass)
/// if metric.isBetter(0.91, than: 0.90) { keep() }
/// ```
public struct MetricName: Hashable, Sendable, CustomStringConvertible {
  /// Whether a larger or a smaller value is the better one.
  public enum Direction: String, Sendable, Codable {
    /// Larger is better.
    case higher
    /// Smaller is better.
    case lower
  }

  /// The key of ``EvaluationReport/scores``.
  public let name: String
  /// Whether a larger or a smaller value is the better one.
  public let direction: Direction
  /// The kinds of evaluation that yield it.
  public let kinds: [EvaluationKind]

  /// The name.
  public var description: String { name }

  /// Finds a metric by its name.
  ///
  /// Hugging Face's prefix `eval_` and its other spellings (`matthews_correlation`, `spearmanr`,
  /// `auc` …) are understood.
  ///
  /// - Throws: ``EvaluationError`` that names the nearest known metric, or the metrics of `kind`
  ///   when the one asked for belongs to another kind.
  public init(_ name: String, for kind: EvaluationKind? = nil) throws(EvaluationError) {
    let plain = name.lowercased().hasPrefix("eval_") ? String(name.dropFirst(5)) : name
    let asked = Self.otherSpellings[plain.lowercased()] ?? Self.spelled(plain.lowercased())
    let known = Self.all + (Self.cut(asked).map { [$0] } ?? [])
    let offered = known.filter { metric in kind.map(metric.kinds.contains) ?? true }
    if let found = offered.first(where: { $0.name == asked }) {
      self = found
      return
    }
    let nearest = Self.nearest(to: asked, among: offered)
    if let kind, known.contains(where: { $0.name == asked }) {
      throw EvaluationError(
        .unknownMetric,
        "the metric '\(name)' is not defined for \(kind.rawValue) evaluation;"
          + " the nearest one that is: '\(nearest)'")
    }
    throw EvaluationError(
      .unknownMetric, "there is no metric '\(name)'; the nearest known one is '\(nearest)'")
  }

  /// Whether a value is strictly better than another one; a value that is not a number never is.
  public func isBetter(_ value: Double, than other: Double) -> Bool {
    guard !value.isNaN else { return false }
    guard !other.isNaN else { return true }
    return direction == .higher ? value > other : value < other
  }

  /// The score of a report.
  ///
  /// - Throws: ``EvaluationError`` with the report's notes when the report does not hold it.
  public func value(in scores: [String: Double], notes: [String] = []) throws(EvaluationError)
    -> Double
  {
    if let value = scores[name] { return value }
    let why = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
    throw EvaluationError(
      .metricNotAvailable,
      "this evaluation did not yield '\(name)'; it has \(scores.keys.sorted().joined(separator: ", "))"
        + why)
  }
}

extension MetricName {
  /// Every metric that an evaluation can yield.
  public static let all: [MetricName] = classification + regression + tasks

  private static let classification: [MetricName] = {
    let single: [EvaluationKind] = [.binary, .multiclass]
    let every: [EvaluationKind] = [.binary, .multiclass, .multilabel]
    var metrics = [
      MetricName("loss", .lower, EvaluationKind.allCases),
      MetricName("log_loss", .lower, every + [.choice]),
      MetricName("accuracy", .higher, every + [.tokens, .relations, .choice]),
      MetricName("balanced_accuracy", .higher, single),
      MetricName("mcc", .higher, single),
      MetricName("cohen_kappa", .higher, single),
      MetricName("hamming_loss", .lower, [.multilabel]),
    ]
    for score in ["f1", "precision", "recall"] {
      let answers: [EvaluationKind] = score == "f1" ? [.answers] : []
      metrics.append(MetricName(score, .higher, [.binary, .tokens] + answers))
      metrics.append(MetricName("\(score)_macro", .higher, every + [.tokens, .relations]))
      metrics.append(MetricName("\(score)_micro", .higher, every + [.relations]))
      metrics.append(MetricName("\(score)_weighted", .higher, every + [.tokens]))
      metrics.append(MetricName("\(score)_samples", .higher, [.multilabel]))
    }
    for ranking in ["roc_auc", "average_precision"] {
      metrics.append(MetricName(ranking, .higher, every))
      for average in ["micro", "weighted"] {
        metrics.append(MetricName("\(ranking)_\(average)", .higher, [.multiclass, .multilabel]))
      }
    }
    for name in ["roc_auc_ovo", "roc_auc_ovo_weighted"] {
      metrics.append(MetricName(name, .higher, [.multiclass]))
    }
    return metrics
  }()

  private static let regression: [MetricName] = [
    MetricName("mse", .lower, [.regression]),
    MetricName("rmse", .lower, [.regression]),
    MetricName("mae", .lower, [.regression]),
    MetricName("r2", .higher, [.regression]),
    MetricName("pearson", .higher, [.regression, .similarity]),
    MetricName("spearman", .higher, [.regression, .similarity]),
  ]

  private static let otherSpellings = [
    "matthews_correlation": "mcc", "matthews_corrcoef": "mcc", "matthews": "mcc",
    "auc": "roc_auc", "rocauc": "roc_auc", "roc_auc_ovr": "roc_auc", "roc_auc_macro": "roc_auc",
    "roc_auc_ovr_weighted": "roc_auc_weighted", "roc_auc_ovo_macro": "roc_auc_ovo",
    "ap": "average_precision", "average_precision_macro": "average_precision",
    "macro_f1": "f1_macro", "micro_f1": "f1_micro", "weighted_f1": "f1_weighted",
    "pearsonr": "pearson", "spearmanr": "spearman",
    "mean_squared_error": "mse", "mean_absolute_error": "mae",
    "root_mean_squared_error": "rmse", "r2_score": "r2", "kappa": "cohen_kappa",
    "balanced_accuracy_score": "balanced_accuracy", "accuracy_score": "accuracy",
    "exact_match": "exact", "em": "exact", "hasans_exact": "has_ans_exact",
    "hasans_f1": "has_ans_f1", "noans_exact": "no_ans_exact", "noans_f1": "no_ans_f1",
    "strict_f1": "f1_strict", "conlleval_f1": "f1_conlleval", "overall_f1": "f1",
    "overall_precision": "precision", "overall_recall": "recall", "overall_accuracy": "accuracy",
    "pearson_cosine": "pearson", "spearman_cosine": "spearman",
    "cosine_pearson": "pearson", "cosine_spearman": "spearman",
  ]

  init(_ name: String, _ direction: Direction, _ kinds: [EvaluationKind]) {
    self.name = name
    self.direction = direction
    self.kinds = kinds
  }

  private static func nearest(to asked: String, among metrics: [MetricName]) -> String {
    let ranked = metrics.map { (name: $0.name, distance: editDistance(asked, $0.name)) }
    // A name that only adds the average ("f1" to "f1_macro") is nearer than any misspelling.
    let extended = metrics.first { $0.name.hasPrefix(asked + "_") }?.name
    return extended ?? ranked.min { $0.distance < $1.distance }?.name ?? "accuracy"
  }
}

/// The number of characters to insert, delete or replace to get from one text to the other.
func editDistance(_ first: String, _ second: String) -> Int {
  let target = Array(second)
  var row = Array(0...target.count)
  for (line, character) in first.enumerated() {
    var diagonal = row[0]
    row[0] = line + 1
    for column in target.indices {
      let replaced = diagonal + (character == target[column] ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
    }
  }
  return row[target.count]
}
