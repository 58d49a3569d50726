/// Means, spreads and errors of pairs of numbers, updated one pair at a time and mergeable
/// (Welford 1962; Chan, Golub and LeVeque 1983).
struct Moments {
  private(set) var count = 0
  /// The first pair.
  ///
  /// Means are kept as differences from it: large values that differ little would
  /// otherwise lose the digits in which they differ.
  private var predictionOrigin = 0.0
  private var referenceOrigin = 0.0
  private var predictionMean = 0.0
  private var referenceMean = 0.0
  /// Sums of squares and of products of the differences from the means.
  private(set) var predictionSpread = 0.0
  private(set) var referenceSpread = 0.0
  private(set) var product = 0.0
  private var squaredError = WeightedMean()
  private var absoluteError = WeightedMean()

  mutating func add(prediction: Double, reference: Double, times: Int = 1) {
    guard times > 0 else { return }
    var pair = Moments()
    pair.count = times
    pair.predictionOrigin = prediction
    pair.referenceOrigin = reference
    let error = prediction - reference
    pair.squaredError.add(sum: error * error * Double(times), weight: Double(times))
    pair.absoluteError.add(sum: abs(error) * Double(times), weight: Double(times))
    add(pair)
  }

  mutating func add(_ other: Moments) {
    guard other.count > 0 else { return }
    if count == 0 {
      self = other
      return
    }
    let total = Double(count + other.count)
    let share = Double(other.count) / total
    let predictionGap =
      (other.predictionOrigin - predictionOrigin) + (other.predictionMean - predictionMean)
    let referenceGap =
      (other.referenceOrigin - referenceOrigin) + (other.referenceMean - referenceMean)
    let between = Double(count) * share
    predictionSpread += other.predictionSpread + predictionGap * predictionGap * between
    referenceSpread += other.referenceSpread + referenceGap * referenceGap * between
    product += other.product + predictionGap * referenceGap * between
    predictionMean += predictionGap * share
    referenceMean += referenceGap * share
    squaredError.add(other.squaredError)
    absoluteError.add(other.absoluteError)
    count += other.count
  }

  /// The mean squared error.
  var meanSquaredError: Double { squaredError.value ?? 0 }

  /// The mean absolute error.
  var meanAbsoluteError: Double { absoluteError.value ?? 0 }

  /// The share of the references' spread that is explained; nil with fewer than two rows.
  ///
  /// Without spread it is 1 for perfect predictions and 0 otherwise, as in scikit-learn.
  var determination: Double? {
    guard count >= 2 else { return nil }
    let residual = meanSquaredError * Double(count)
    if referenceSpread == 0 { return residual == 0 ? 1 : 0 }
    return 1 - residual / referenceSpread
  }

  /// Pearson's correlation; nil where either side does not vary.
  var correlation: Double? {
    guard count >= 2, predictionSpread > 0, referenceSpread > 0 else { return nil }
    let correlation = product / (predictionSpread.squareRoot() * referenceSpread.squareRoot())
    return min(1, max(-1, correlation))
  }
}
