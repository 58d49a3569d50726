/// What one row adds to the scores that can be added up, whatever the task.
///
/// It stands in each line of `predictions.jsonl` under the key `outcome`, so that slices, the
/// hardest rows, calibration and the comparison of two runs are computed from the file alone:
///
/// ```swift
/// var outcome = RowOutcome(loss: 0.31, expected: "pos", predicted: "pos", confidence: 0.73)
/// outcome.means["reciprocal_rank"] = 0.5
/// ```
public struct RowOutcome: Sendable, Equatable {
  /// The row's loss.
  public var loss: Double?
  /// Values by the score's name of which the mean over the rows is the score: accuracy (0 or 1),
  /// exact match, squared error (`mse`), reciprocal rank and the like.
  public var means: [String: Double]
  /// The answers of this row; over all rows they give `precision`, `recall` and `f1` (of a binary
  /// task: those of the positive class).
  public var counts: MatchCounts?
  /// The answers of this row by class; over all rows they give the scores ending in `_macro`,
  /// `_micro` and `_weighted`.
  public var classes: [String: MatchCounts]?
  /// The probability of the predicted answer.
  public var confidence: Double?
  /// Whether the predicted answer is right.
  public var isCorrect: Bool?
  /// The expected answer, short.
  public var expected: String?
  /// The predicted answer, short.
  public var predicted: String?

  /// Makes an outcome from its parts.
  public init(
    loss: Double? = nil, means: [String: Double] = [:], counts: MatchCounts? = nil,
    classes: [String: MatchCounts]? = nil, confidence: Double? = nil, isCorrect: Bool? = nil,
    expected: String? = nil, predicted: String? = nil
  ) {
    self.loss = loss
    self.means = means
    self.counts = counts
    self.classes = classes
    self.confidence = confidence
    self.isCorrect = isCorrect
    self.expected = expected
    self.predicted = predicted
  }

  /// Makes the outcome of a row with one label.
  ///
  /// - Parameters:
  ///   - loss: The row's loss.
  ///   - expected: The true label.
  ///   - predicted: The predicted label.
  ///   - confidence: The probability of the predicted label.
  ///   - positive: The positive class of a binary task, which ``counts`` then describe.
  public init(
    loss: Double? = nil, expected: String, predicted: String, confidence: Double?,
    positive: String? = nil
  ) {
    let isCorrect = expected == predicted
    self.init(
      loss: loss, means: ["accuracy": isCorrect ? 1 : 0], confidence: confidence,
      isCorrect: isCorrect, expected: expected, predicted: predicted)
    classes = Self.classes(expected: [expected], predicted: [predicted])
    if let positive { counts = classes?[positive] ?? MatchCounts() }
  }

  /// Makes the outcome of a row with any number of labels.
  ///
  /// - Parameters:
  ///   - loss: The row's loss.
  ///   - expected: The true labels.
  ///   - predicted: The predicted labels.
  public init(loss: Double? = nil, expected: [String], predicted: [String]) {
    let isCorrect = Set(expected) == Set(predicted)
    self.init(
      loss: loss, means: ["accuracy": isCorrect ? 1 : 0],
      classes: Self.classes(expected: expected, predicted: predicted), isCorrect: isCorrect,
      expected: expected.joined(separator: ", "), predicted: predicted.joined(separator: ", "))
  }

  /// Makes the outcome of a row whose answer is a number; the scores are `mse`, `rmse` and `mae`.
  ///
  /// - Parameters:
  ///   - loss: The row's loss.
  ///   - expected: The true number.
  ///   - predicted: The predicted number.
  public init(loss: Double? = nil, expected: Double, predicted: Double) {
    let error = predicted - expected
    self.init(
      loss: loss, means: ["mse": error * error, "mae": abs(error)], expected: "\(expected)",
      predicted: "\(predicted)")
  }

  private static func classes(expected: [String], predicted: [String]) -> [String: MatchCounts] {
    let expected = Set(expected)
    let predicted = Set(predicted)
    var classes: [String: MatchCounts] = [:]
    for label in expected.union(predicted) {
      let isExpected = expected.contains(label)
      let isPredicted = predicted.contains(label)
      classes[label] = MatchCounts(
        found: isExpected && isPredicted ? 1 : 0, predicted: isPredicted ? 1 : 0,
        expected: isExpected ? 1 : 0)
    }
    return classes
  }
}

extension RowOutcome: Codable {
  private enum Key: String, CodingKey {
    case loss, means, counts, classes, confidence, isCorrect, expected, predicted
  }

  /// Reads an outcome; everything may be missing.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    self.init(
      loss: try container.decodeIfPresent(Double.self, forKey: .loss),
      means: try container.decodeIfPresent([String: Double].self, forKey: .means) ?? [:],
      counts: try container.decodeIfPresent(MatchCounts.self, forKey: .counts),
      classes: try container.decodeIfPresent([String: MatchCounts].self, forKey: .classes),
      confidence: try container.decodeIfPresent(Double.self, forKey: .confidence),
      isCorrect: try container.decodeIfPresent(Bool.self, forKey: .isCorrect),
      expected: try container.decodeIfPresent(String.self, forKey: .expected),
      predicted: try container.decodeIfPresent(String.self, forKey: .predicted))
  }

  /// Writes what there is; numbers that JSON cannot hold (NaN, infinity) are left out.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(Self.finite(loss), forKey: .loss)
    let means = means.filter { $0.value.isFinite }
    if !means.isEmpty { try container.encode(means, forKey: .means) }
    try container.encodeIfPresent(counts, forKey: .counts)
    try container.encodeIfPresent(classes, forKey: .classes)
    try container.encodeIfPresent(Self.finite(confidence), forKey: .confidence)
    try container.encodeIfPresent(isCorrect, forKey: .isCorrect)
    try container.encodeIfPresent(expected, forKey: .expected)
    try container.encodeIfPresent(predicted, forKey: .predicted)
  }

  private static func finite(_ value: Double?) -> Double? {
    value.flatMap { $0.isFinite ? $0 : nil }
  }
}
