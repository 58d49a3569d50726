public import Foundation

/// What a comparison of runs found.
public struct ComparisonReport: Codable, Sendable, Equatable {
  /// The rows that all runs were evaluated on.
  public var rows: Int
  /// The scores compared, in the order in which they are shown.
  public var names: [String]
  /// The runs; every other one is compared with the first.
  public var runs: [Run]
  /// The differences, score by score.
  public var differences: [Difference] = []
  /// How the runs were compared; resamples and permutations are those really made.
  public var settings: PairedComparison.Settings
  /// What a reader has to know.
  public var notes: [String] = []

  init(rows: Int, names: [String], runs: [Run], settings: PairedComparison.Settings) {
    self.rows = rows
    self.names = names
    self.runs = runs
    self.settings = settings
  }

  /// A run and its scores.
  public struct Run: Codable, Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its scores.
    public var scores: [String: Double]
  }

  /// What kind of test gave a p-value.
  public enum Test: String, Codable, Sendable {
    /// McNemar's exact test, for scores that are 0 or 1 in each row.
    case mcNemar
    /// Approximate randomisation: answers exchanged at random.
    case permutation
    /// Every exchange of answers.
    case exactPermutation

    /// The test in words.
    public var words: String {
      switch self {
      case .mcNemar: "exact McNemar test"
      case .permutation: "approximate randomisation"
      case .exactPermutation: "exact permutation test"
      }
    }
  }

  /// Whether a run is better than the first.
  public enum Verdict: String, Codable, Sendable {
    /// It is better.
    case better
    /// It is worse.
    case worse
    /// The difference may be chance.
    case noise
  }

  /// How far a run lies from the first one in a score.
  public struct Difference: Codable, Sendable, Equatable {
    /// The score.
    public var score: String
    /// The run.
    public var run: String
    /// The first run.
    public var against: String
    /// The run's score less the first one's.
    public var difference: Double
    /// The paired bootstrap interval of the difference.
    public var interval: ConfidenceInterval?
    /// How likely a difference as large is when both are equally good.
    public var pValue: Double
    /// The same, corrected by Holm's method for the number of runs compared.
    public var adjustedPValue: Double
    /// The test.
    public var test: Test
    /// The rows that only this run has right; nil but for McNemar's test.
    public var wins: Int?
    /// The rows that only the first run has right; nil but for McNemar's test.
    public var losses: Int?
    /// Whether it is better.
    public var verdict: Verdict = .noise

    init(
      score: String, run: String, against: String, difference: Double,
      interval: ConfidenceInterval?, pValue: Double, test: Test
    ) {
      self.score = score
      self.run = run
      self.against = against
      self.difference = difference
      self.interval = interval
      self.pValue = pValue
      adjustedPValue = pValue
      self.test = test
    }
  }

  /// The report as JSON, keys in order, for machines.
  ///
  /// - Throws: What `JSONEncoder` throws.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}

extension ComparisonReport.Difference {
  /// Judges by the corrected p-value and by the interval: both have to exclude chance.
  mutating func judge(level: Double) {
    let excludesNothing = interval.map { $0.lower > 0 || $0.upper < 0 } ?? false
    guard adjustedPValue < level, excludesNothing else {
      verdict = .noise
      return
    }
    verdict = (difference > 0) == MetricName.isHigherBetter(score) ? .better : .worse
  }

  /// The verdict as a sentence.
  public var sentence: String {
    let probability = Self.shown(probability: adjustedPValue)
    let chance = probability.hasPrefix("below") ? "p \(probability)" : "p = \(probability)"
    guard verdict == .noise else {
      // Of a fall by 1.2 the interval is told as 0.3 to 2.1.
      let ends = interval.map { [$0.lower, $0.upper].map(abs).sorted().map(shown) } ?? []
      let range = ends.isEmpty ? "" : " (\(ends[0]) to \(ends[1]))"
      return "\(run) is \(verdict.rawValue) than \(against) by \(shown(abs(difference)))\(unit)"
        + "\(range); \(chance)"
    }
    let range = interval.map { " (\(shown($0.lower)) to \(shown($0.upper)))" } ?? ""
    return "\(run) and \(against): the difference of \(shown(difference))\(unit)\(range) is within"
      + " noise; \(chance)"
  }

  /// Whether the score is told in points of a hundred.
  var isInPoints: Bool { MetricName.isHigherBetter(score) && abs(difference) <= 1 }

  var unit: String { isInPoints ? " points of \(score)" : " in \(score)" }

  func shown(_ value: Double) -> String {
    let text = isInPoints ? (value * 100).fixed(1) : value.fixed(4)
    return text.hasPrefix("-") && text.allSatisfy({ "-0.".contains($0) })
      ? String(text.dropFirst()) : text
  }

  /// A p-value with two digits that count.
  static func shown(probability: Double) -> String {
    if probability < 0.0001 { return "below 0.0001" }
    if probability < 0.001 { return probability.fixed(4) }
    return probability < 0.1 ? probability.fixed(3) : probability.fixed(2)
  }
}

extension MetricName {
  /// Whether more of a score is better, for scores that no table knows too.
  static func isHigherBetter(_ name: String) -> Bool {
    if let known = all.first(where: { $0.name == name }) { return known.direction == .higher }
    let falling = ["loss", "error", "perplexity", "distance", "mse", "mae"]
    return !falling.contains { name.contains($0) }
  }
}
