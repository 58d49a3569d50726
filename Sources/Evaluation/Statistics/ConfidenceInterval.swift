/// How confidence intervals are made: by the percentile bootstrap.
///
/// Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13. The rows are drawn
/// anew, with replacement, `resamples` times; the interval holds the middle `confidence` of the
/// scores so obtained. The same seed and rows give the same interval, whatever the order of the
/// rows.
public struct BootstrapSettings: Codable, Sendable, Equatable {
  /// How often the rows are drawn anew.
  public var resamples: Int = 1000
  /// The share of the resampled scores that the interval holds, between 0 and 1.
  public var confidence: Double = 0.95
  /// The seed of the draws.
  public var seed: UInt64 = 42

  /// Makes settings; each has a default.
  public init(resamples: Int = 1000, confidence: Double = 0.95, seed: UInt64 = 42) {
    self.resamples = resamples
    self.confidence = confidence
    self.seed = seed
  }

  func check() throws(EvaluationError) {
    guard resamples >= 1 else {
      throw EvaluationError(
        .invalidSetting, "the bootstrap needs at least one resample, not \(resamples)")
    }
    guard confidence > 0, confidence < 1 else {
      throw EvaluationError(
        .invalidSetting,
        "the bootstrap's confidence must lie between 0 and 1 (0.95 is usual), not \(confidence)")
    }
  }
}

/// Where a score probably lies.
public struct ConfidenceInterval: Codable, Sendable, Equatable {
  /// The lower end.
  public var lower: Double
  /// The upper end.
  public var upper: Double

  /// Makes an interval from its ends.
  public init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// The percentile interval of resampled scores; nil where there are none.
  ///
  /// Between two scores the ends are interpolated linearly, as `numpy.percentile` does.
  init?(percentilesOf scores: [Double], confidence: Double) {
    guard !scores.isEmpty else { return nil }
    let sorted = scores.sorted()
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = Int(place.rounded(.down))
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
    self.init(lower: quantile((1 - confidence) / 2), upper: quantile((1 + confidence) / 2))
  }
}
