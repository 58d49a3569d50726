/// Sums from which a score that is a quotient of sums gets its interval, in constant memory.
///
/// Every score that adds up is such a quotient: a mean is Σ value / Σ 1, precision is
/// Σ found / Σ predicted, F1 is Σ 2 found / Σ (predicted + expected). Its variance is that of the
/// linearised quotient (Cochran, Sampling Techniques, 1977, section 2.11).
struct RatioMoments: Sendable, Equatable {
  private var numerator = 0.0
  private var denominator = 0.0
  private var numeratorSquares = 0.0
  private var products = 0.0
  private var denominatorSquares = 0.0
  private var rows = 0.0
  /// Whether the quotient lies between 0 and 1 whatever the rows.
  private var isShare = true

  mutating func add(_ part: Double, of whole: Double) {
    guard part.isFinite, whole.isFinite else { return }
    numerator += part
    denominator += whole
    numeratorSquares += part * part
    products += part * whole
    denominatorSquares += whole * whole
    rows += 1
    if part < 0 || part > whole { isShare = false }
  }

  mutating func add(_ other: RatioMoments) {
    numerator += other.numerator
    denominator += other.denominator
    numeratorSquares += other.numeratorSquares
    products += other.products
    denominatorSquares += other.denominatorSquares
    rows += other.rows
    isShare = isShare && other.isShare
  }

  /// The 95% interval: Wilson's (1927) with the effective number of rows for shares, the normal
  /// one otherwise; nil where the rows do not vary enough to tell.
  ///
  /// For a mean of zeros and ones it is Wilson's interval itself.
  var interval: ConfidenceInterval? {
    guard rows > 1, denominator > 0 else { return nil }
    let ratio = numerator / denominator
    let squares =
      numeratorSquares - 2 * ratio * products + ratio * ratio * denominatorSquares
    let variance = max(0, squares) / (denominator * denominator)
    if isShare {
      let effective = variance > 0 ? ratio * (1 - ratio) / variance : rows
      return Self.wilson(share: ratio, rows: effective > 0 ? effective : rows)
    }
    guard variance > 0 else { return nil }
    let width = Self.normalQuantile * (variance * rows / (rows - 1)).squareRoot()
    return ConfidenceInterval(lower: ratio - width, upper: ratio + width)
  }

  /// Wilson's score interval of a share.
  static func wilson(share: Double, rows: Double) -> ConfidenceInterval {
    let square = normalQuantile * normalQuantile
    let middle = share + square / (2 * rows)
    let width =
      normalQuantile
      * (share * (1 - share) / rows + square / (4 * rows * rows)).squareRoot()
    let scale = 1 + square / rows
    return ConfidenceInterval(
      lower: max(0, (middle - width) / scale), upper: min(1, (middle + width) / scale))
  }

  /// The 97.5% quantile of the normal distribution.
  private static let normalQuantile = 1.959963984540054
}

/// What is kept of a slice: its sums, and the moments of each score for its interval.
struct SliceSums: Sendable, Equatable {
  private(set) var rows = 0
  private var sums = OutcomeSums()
  private var moments: [String: RatioMoments] = [:]

  mutating func add(_ outcome: RowOutcome) {
    rows += 1
    sums.add(outcome)
    if let loss = outcome.loss { moments["loss", default: RatioMoments()].add(loss, of: 1) }
    for (name, value) in outcome.means {
      moments[name, default: RatioMoments()].add(value, of: 1)
    }
    guard let counts = outcome.counts else { return }
    let found = Double(counts.found)
    let predicted = Double(counts.predicted)
    let expected = Double(counts.expected)
    moments["precision", default: RatioMoments()].add(found, of: predicted)
    moments["recall", default: RatioMoments()].add(found, of: expected)
    moments["f1", default: RatioMoments()].add(2 * found, of: predicted + expected)
  }

  mutating func add(_ other: SliceSums) {
    rows += other.rows
    sums.add(other.sums)
    for (name, more) in other.moments { moments[name, default: RatioMoments()].add(more) }
  }

  /// The slice's scores.
  ///
  /// - Parameter isOneClass: Whether all rows have the same answer, so that only means are told:
  ///   a precision within one true class says nothing.
  /// - Returns: The scores by name.
  func scores(isOneClass: Bool) -> [String: Double] {
    let averages = ["precision", "recall", "f1"]
    return sums.scores.filter { name, _ in
      !isOneClass || !averages.contains { name == $0 || name.hasPrefix($0 + "_") }
    }
  }

  var intervals: [String: ConfidenceInterval] { moments.compactMapValues(\.interval) }
}
