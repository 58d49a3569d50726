/// Tells whether probabilities mean what they say: whether 80% of the answers given with 80% are
/// right.
///
/// ```swift
/// var calibration = CalibrationEvaluation()
/// for outcome in outcomes { calibration.add(outcome) }
/// let report = try calibration.report()
/// report.expectedError        // 0.042: on average 4.2 points too sure or too unsure
/// ```
///
/// The bins of equal width take constant memory; the adaptive ones need every confidence, four
/// bytes each.
public struct CalibrationEvaluation: Sendable {
  /// How many bins there are.
  public let bins: Int
  /// The most confidences that are kept for the adaptive bins.
  public let keptRows: Int
  private var counts: [BinSums]
  private var brier = WeightedMean()
  /// The confidences; the sign is set where the answer was wrong.
  private var kept: [Float]? = []
  private var rows = 0

  struct BinSums: Sendable {
    var rows = 0
    var confidence = 0.0
    var correct = 0
  }

  /// Makes an empty evaluation.
  ///
  /// - Parameters:
  ///   - bins: How many bins there are; 15 is usual.
  ///   - keptRows: The most confidences that are kept for the adaptive bins, four bytes each.
  public init(bins: Int = 15, keptRows: Int = 50_000_000) {
    self.bins = max(1, bins)
    self.keptRows = max(0, keptRows)
    counts = [BinSums](repeating: BinSums(), count: self.bins)
  }

  /// Adds an answer.
  ///
  /// - Parameters:
  ///   - confidence: The probability that the model gave to its answer.
  ///   - isCorrect: Whether the answer is right.
  /// - Throws: ``EvaluationError`` when the confidence is no probability.
  public mutating func add(confidence: Double, isCorrect: Bool) throws(EvaluationError) {
    guard confidence >= 0, confidence <= 1 else {
      throw EvaluationError(
        .notProbabilities,
        "the confidence of row \(rows + 1) is \(confidence), which is no probability")
    }
    rows += 1
    // Bins are open below and closed above, as Guo et al. have them; 0 belongs to the first.
    let bin = max(0, min(bins, Int((confidence * Double(bins)).rounded(.up))) - 1)
    counts[bin].rows += 1
    counts[bin].confidence += confidence
    counts[bin].correct += isCorrect ? 1 : 0
    let error = confidence - (isCorrect ? 1 : 0)
    brier.add(sum: error * error, weight: 1)
    if let known = kept?.count, known < keptRows {
      kept?.append(isCorrect ? Float(confidence) : -Float(confidence))
    } else {
      kept = nil
    }
  }

  /// Adds a row's answer; a row without confidence or without a known answer is left out.
  ///
  /// - Throws: ``EvaluationError`` when the confidence is no probability.
  public mutating func add(_ outcome: RowOutcome) throws(EvaluationError) {
    guard let confidence = outcome.confidence, let isCorrect = outcome.isCorrect else { return }
    try add(confidence: confidence, isCorrect: isCorrect)
  }

  /// What the answers show.
  ///
  /// - Throws: ``EvaluationError`` when no answer was added.
  public func report() throws(EvaluationError) -> CalibrationReport {
    guard rows > 0 else {
      throw EvaluationError(
        .nothingEvaluated, "there are no answers with a confidence to judge calibration by")
    }
    let found = counts.enumerated().map { place, sums in
      CalibrationReport.Bin(
        lower: Double(place) / Double(bins), upper: Double(place + 1) / Double(bins),
        rows: sums.rows, confidence: sums.rows == 0 ? nil : sums.confidence / Double(sums.rows),
        accuracy: sums.rows == 0 ? nil : Double(sums.correct) / Double(sums.rows))
    }
    let gaps = counts.filter { $0.rows > 0 }.map { (rows: $0.rows, gap: $0.gap) }
    return CalibrationReport(
      rows: rows, accuracy: Double(counts.reduce(0) { $0 + $1.correct }) / Double(rows),
      confidence: counts.reduce(0) { $0 + $1.confidence } / Double(rows),
      expectedError: gaps.reduce(0) { $0 + Double($1.rows) * $1.gap } / Double(rows),
      adaptiveError: adaptiveError, maximumError: gaps.map(\.gap).max() ?? 0,
      brier: brier.value ?? 0, bins: found)
  }

  /// The expected error over bins of equally many rows (Nguyen and O'Connor 2015); nil when the
  /// confidences were not kept.
  private var adaptiveError: Double? {
    guard let kept else { return nil }
    // Wrong answers come first among equals, so that the order of the rows does not matter.
    let sorted = kept.sorted { ($0.magnitude, -$0.signBit) < ($1.magnitude, -$1.signBit) }
    var sum = 0.0
    var start = 0
    for bin in 0..<bins {
      let end = start + sorted.count / bins + (bin < sorted.count % bins ? 1 : 0)
      guard end > start else { continue }
      var bin = BinSums()
      for value in sorted[start..<end] {
        bin.rows += 1
        bin.confidence += Double(value.magnitude)
        bin.correct += value.sign == .plus ? 1 : 0
      }
      sum += Double(bin.rows) * bin.gap
      start = end
    }
    return sum / Double(sorted.count)
  }
}

extension CalibrationEvaluation.BinSums {
  /// How far the mean confidence lies from the share of right answers.
  fileprivate var gap: Double { abs(confidence - Double(correct)) / Double(rows) }
}

extension Float {
  fileprivate var signBit: Int { sign == .minus ? 1 : 0 }
}

/// How well probabilities fit what happened.
public struct CalibrationReport: Codable, Sendable, Equatable {
  /// The answers judged.
  public var rows: Int
  /// The share of right answers.
  public var accuracy: Double
  /// The mean confidence.
  public var confidence: Double
  /// The expected calibration error (ECE): the mean distance of confidence and accuracy over bins
  /// of equal width.
  ///
  /// Naeini, Cooper and Hauskrecht (2015); Guo et al. (2017).
  public var expectedError: Double
  /// The same over bins of equally many rows; nil when there were too many rows to keep.
  public var adaptiveError: Double?
  /// The largest distance of any bin (MCE).
  public var maximumError: Double
  /// The mean squared distance of confidence and rightness (Brier 1950), of the predicted answer.
  public var brier: Double
  /// The bins of equal width: the reliability diagram.
  public var bins: [Bin]
  /// The temperature that fits best, where it was asked for.
  public var temperature: TemperatureFit?

  /// A bin of the reliability diagram.
  public struct Bin: Codable, Sendable, Equatable {
    /// Confidences above this one are in it (the first bin holds 0 too).
    public var lower: Double
    /// Confidences up to this one are in it.
    public var upper: Double
    /// The answers in it.
    public var rows: Int
    /// Their mean confidence; nil where there are none.
    public var confidence: Double?
    /// The share of them that is right; nil where there are none.
    public var accuracy: Double?
  }
}
