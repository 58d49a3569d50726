/// The sums of row outcomes, from which the scores follow; one row more or less is one addition.
///
/// Memory: a number a score and three a class, whatever the number of rows.
public struct OutcomeSums: Sendable, Equatable {
  /// The rows added, each as often as it weighs.
  public private(set) var rows = 0.0
  private var loss = Sum()
  private var means: [String: Sum] = [:]
  private var counts: WeightedCounts?
  private var classes: [String: WeightedCounts] = [:]

  /// Makes empty sums.
  public init() {}

  /// Adds a row.
  ///
  /// - Parameters:
  ///   - outcome: What the row adds; values that are not finite add nothing.
  ///   - weight: How often the row counts, as in a bootstrap resample.
  public mutating func add(_ outcome: RowOutcome, weight: Double = 1) {
    rows += weight
    if let value = outcome.loss { loss.add(value, weight) }
    for (name, value) in outcome.means { means[name, default: Sum()].add(value, weight) }
    if let more = outcome.counts { counts = (counts ?? WeightedCounts()).adding(more, weight) }
    for (label, more) in outcome.classes ?? [:] {
      classes[label] = (classes[label] ?? WeightedCounts()).adding(more, weight)
    }
  }

  /// Takes a row away that was added before.
  public mutating func subtract(_ outcome: RowOutcome, weight: Double = 1) {
    add(outcome, weight: -weight)
  }

  /// Adds other sums.
  public mutating func add(_ other: OutcomeSums) { merge(other, sign: 1) }

  /// Takes other sums away: what is left of the whole without a slice.
  public mutating func subtract(_ other: OutcomeSums) { merge(other, sign: -1) }

  /// Every score by its name: the means, `loss`, `rmse` where there is `mse`, `precision`,
  /// `recall` and `f1` of the counts, and the averages over classes.
  ///
  /// As in scikit-learn, a quotient whose divisor is 0 is 0, and classes that occur neither in the
  /// expected nor in the predicted answers enter no average.
  public var scores: [String: Double] {
    var scores = means.compactMapValues(\.mean)
    scores["loss"] = loss.mean
    if let mse = scores["mse"], mse >= 0 { scores["rmse"] = mse.squareRoot() }
    if let counts { scores.merge(counts.named("")) { $1 } }
    guard !classes.isEmpty else { return scores }
    scores.merge(WeightedCounts.averages(Array(classes.values))) { $1 }
    return scores
  }

  private mutating func merge(_ other: OutcomeSums, sign: Double) {
    rows += sign * other.rows
    loss.add(other.loss, sign)
    for (name, sum) in other.means { means[name, default: Sum()].add(sum, sign) }
    if let more = other.counts { counts = (counts ?? WeightedCounts()).adding(more, sign) }
    for (label, more) in other.classes {
      classes[label] = (classes[label] ?? WeightedCounts()).adding(more, sign)
    }
  }

  /// A sum and the weight behind it.
  private struct Sum: Equatable {
    var sum = 0.0
    var weight = 0.0

    mutating func add(_ value: Double, _ times: Double) {
      guard value.isFinite else { return }
      sum += value * times
      weight += times
    }

    mutating func add(_ other: Sum, _ sign: Double) {
      sum += sign * other.sum
      weight += sign * other.weight
    }

    var mean: Double? { weight > 0 ? sum / weight : nil }
  }
}

/// Counts of answers, each row as often as it weighs.
struct WeightedCounts: Sendable, Equatable {
  var found = 0.0
  var predicted = 0.0
  var expected = 0.0

  func adding(_ counts: MatchCounts, _ weight: Double) -> WeightedCounts {
    WeightedCounts(
      found: found + Double(counts.found) * weight,
      predicted: predicted + Double(counts.predicted) * weight,
      expected: expected + Double(counts.expected) * weight)
  }

  func adding(_ other: WeightedCounts, _ sign: Double) -> WeightedCounts {
    WeightedCounts(
      found: found + sign * other.found, predicted: predicted + sign * other.predicted,
      expected: expected + sign * other.expected)
  }

  var precision: Double { Self.share(found, predicted) }
  var recall: Double { Self.share(found, expected) }
  var f1: Double { Self.share(2 * found, predicted + expected) }

  /// The three scores by name, with a suffix such as `_macro`.
  func named(_ suffix: String) -> [String: Double] {
    ["precision\(suffix)": precision, "recall\(suffix)": recall, "f1\(suffix)": f1]
  }

  /// The macro, micro and weighted averages over classes.
  static func averages(_ classes: [WeightedCounts]) -> [String: Double] {
    var micro = WeightedCounts()
    var macro = [0.0, 0.0, 0.0]
    var weighted = [0.0, 0.0, 0.0]
    var occurring = 0.0
    for counts in classes where counts.predicted + counts.expected > 0 {
      occurring += 1
      micro = micro.adding(counts, 1)
      for (place, score) in [counts.precision, counts.recall, counts.f1].enumerated() {
        macro[place] += score
        weighted[place] += score * counts.expected
      }
    }
    var scores = micro.named("_micro")
    for (place, name) in ["precision", "recall", "f1"].enumerated() {
      scores["\(name)_macro"] = share(macro[place], occurring)
      scores["\(name)_weighted"] = share(weighted[place], micro.expected)
    }
    return scores
  }

  static func share(_ part: Double, _ whole: Double) -> Double { whole > 0 ? part / whole : 0 }
}
