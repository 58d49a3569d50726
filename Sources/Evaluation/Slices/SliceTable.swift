/// The scores of parts of the rows next to those of all rows: where a model is good, and where not.
public struct SliceTable: Codable, Sendable, Equatable {
  /// A slice with fewer rows is small: its scores are mostly chance.
  public static let smallRows = 30

  /// What the rows are divided by: "length in tokens", "label", "topic".
  public var name: String
  /// All rows.
  public var whole: Slice
  /// The parts: lengths ascending, values by their number of rows.
  public var slices: [Slice]
  /// What a reader has to know.
  public var notes: [String]

  /// A part of the rows.
  public struct Slice: Codable, Sendable, Equatable {
    /// "13–20", or the value.
    public var name: String
    /// The rows in it.
    public var rows: Int
    /// The scores by name.
    public var scores: [String: Double]
    /// The scores less those of all rows.
    public var differences: [String: Double]
    /// 95% intervals of the scores that are means or quotients of sums: Wilson's for shares.
    public var intervals: [String: ConfidenceInterval]
    /// The scores whose interval excludes the score of all rows; none for a small slice.
    public var marked: [String]
    /// Whether it has fewer than ``SliceTable/smallRows`` rows.
    public var isSmall: Bool
  }

  init(
    name: String, whole: SliceSums, parts: [(name: String, sums: SliceSums)],
    isByAnswer: Bool = false, notes: [String] = []
  ) {
    self.name = name
    self.whole = Slice("all rows", whole, of: nil, isByAnswer)
    let all = self.whole
    slices = parts.map { Slice($0.name, $0.sums, of: all, isByAnswer) }
    self.notes = notes
  }

  /// The names of the scores that a reader sees, at most four: those asked for most, then the loss.
  public var shownScores: [String] {
    let names = ScoreOrder.distinct(whole.scores.keys, in: [whole.scores] + slices.map(\.scores))
    let headline = names.filter { $0 != "loss" && !ScoreOrder.details.contains($0) }
    return headline.prefix(3) + names.filter { $0 == "loss" }
  }
}

extension SliceTable.Slice {
  init(_ name: String, _ sums: SliceSums, of whole: SliceTable.Slice?, _ isByAnswer: Bool) {
    self.name = name
    rows = sums.rows
    let scores = sums.scores(isOneClass: isByAnswer)
    self.scores = scores
    intervals = sums.intervals.filter { scores[$0.key] != nil }
    isSmall = rows < SliceTable.smallRows
    differences = [:]
    marked = []
    guard let whole else { return }
    for (name, score) in scores {
      guard let other = whole.scores[name] else { continue }
      differences[name] = score - other
      if !isSmall, let interval = intervals[name], other < interval.lower || other > interval.upper
      {
        marked.append(name)
      }
    }
    marked.sort()
  }
}

/// The order in which scores are shown: what is asked for most comes first.
package enum ScoreOrder {
  static let first = [
    "accuracy", "exact", "f1", "precision", "recall", "f1_macro", "f1_micro", "f1_weighted",
    "f1_samples", "mcc", "roc_auc", "average_precision", "pearson", "spearman", "mse", "rmse",
    "mae", "r2", "loss",
  ]

  /// Scores that only explain another one.
  static let details: Set<String> = [
    "precision", "recall", "precision_macro", "recall_macro", "precision_micro", "recall_micro",
    "precision_weighted", "recall_weighted", "f1_weighted", "mse",
  ]

  /// The names in order, without micro averages that are the accuracy once more, as they are where
  /// each row has one label.
  static func distinct(_ names: some Sequence<String>, in scores: [[String: Double]]) -> [String] {
    sorted(names).filter { name in
      name != "f1_micro"
        || scores.contains { abs(($0["accuracy"] ?? -1) - ($0[name] ?? -1)) > 1e-12 }
    }
  }

  /// The names, the known ones first, the others by the alphabet.
  package static func sorted(_ names: some Sequence<String>) -> [String] {
    let names = Set(names)
    return first.filter(names.contains) + names.subtracting(first).sorted()
  }
}
