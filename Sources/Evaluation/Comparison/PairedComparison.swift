public import Foundation

/// Compares runs on the same rows, and tells a better one from noise.
///
/// ```swift
/// let report = try PairedComparison.compare(
///   predictions: [first, second], names: ["baseline", "larger"])
/// print(report.text)
/// // larger is better than baseline by 1.2 points of accuracy (0.3 to 2.1); p = 0.012
/// ```
///
/// The rows are drawn anew in pairs for the interval of a difference (paired bootstrap), and the
/// two runs' answers are exchanged at random for its p-value (approximate randomisation, Noreen
/// 1989; every exchange is tried where there are few). A score that is right or wrong in each row
/// has McNemar's exact test instead. Memory: see ``ComparisonReport/notes``; some twenty bytes a
/// row and run.
public struct PairedComparison: Sendable {
  /// How runs are compared.
  public struct Settings: Codable, Sendable, Equatable {
    /// The scores compared; nil compares those that are asked for most.
    public var scores: [String]?
    /// How often the rows are drawn anew.
    public var resamples: Int
    /// How often answers are exchanged.
    public var permutations: Int
    /// The share of the resampled differences that the interval holds; a difference counts as
    /// found when its p-value is below one less this.
    public var confidence: Double
    /// The seed of the draws.
    public var seed: UInt64

    /// Makes settings; each has a default.
    public init(
      scores: [String]? = nil, resamples: Int = 2000, permutations: Int = 10000,
      confidence: Double = 0.95, seed: UInt64 = 42
    ) {
      self.scores = scores
      self.resamples = resamples
      self.permutations = permutations
      self.confidence = confidence
      self.seed = seed
    }
  }

  /// The runs' names; every other one is compared with the first.
  public let names: [String]
  /// How they are compared.
  public let settings: Settings
  var sums: [OutcomeSums]
  var table: PairedRows

  /// Makes an empty comparison.
  ///
  /// - Parameters:
  ///   - names: The runs' names, two or more; every other one is compared with the first.
  ///   - settings: How they are compared.
  /// - Throws: ``EvaluationError`` for fewer than two names, one that comes twice, or settings out
  ///   of range.
  public init(names: [String], settings: Settings = Settings()) throws(EvaluationError) {
    guard names.count >= 2 else {
      throw EvaluationError(
        .cannotCompare, "a comparison needs two runs or more, not \(names.count)")
    }
    for (place, name) in names.enumerated() where names[..<place].contains(name) {
      throw EvaluationError(.cannotCompare, "two runs are named '\(name)'")
    }
    try BootstrapSettings(resamples: settings.resamples, confidence: settings.confidence).check()
    guard settings.permutations >= 1 else {
      throw EvaluationError(
        .invalidSetting,
        "a permutation test needs at least one permutation, not \(settings.permutations)")
    }
    self.names = names
    self.settings = settings
    sums = [OutcomeSums](repeating: OutcomeSums(), count: names.count)
    table = PairedRows(runs: names.count)
  }

  /// Adds what each run made of one row.
  ///
  /// - Parameter outcomes: One for each run, in the order of the names.
  /// - Throws: ``EvaluationError`` when there are more or fewer, or the row has a score that the
  ///   first one did not have.
  public mutating func add(_ outcomes: [RowOutcome]) throws(EvaluationError) {
    guard outcomes.count == names.count else {
      throw EvaluationError(
        .cannotCompare, "there are \(outcomes.count) outcomes for \(names.count) runs")
    }
    try table.add(outcomes)
    for (run, outcome) in outcomes.enumerated() { sums[run].add(outcome) }
  }

  /// Compares the `predictions.jsonl` files of runs, read in step.
  ///
  /// - Parameters:
  ///   - files: The files, two or more.
  ///   - names: The runs' names.
  ///   - settings: How they are compared.
  /// - Returns: What was found.
  /// - Throws: ``EvaluationError`` that names the first line on which the rows differ.
  public static func compare(
    predictions files: [URL], names: [String], settings: Settings = Settings()
  ) throws(EvaluationError) -> ComparisonReport {
    var comparison = try PairedComparison(names: names, settings: settings)
    guard files.count == names.count else {
      throw EvaluationError(
        .cannotCompare, "there are \(files.count) files for \(names.count) runs")
    }
    var readers: [PredictionOutcomes] = []
    for file in files { readers.append(try PredictionOutcomes(at: file)) }
    while true {
      var rows: [PredictionOutcomes.Row?] = []
      for reader in readers { rows.append(try reader.next()) }
      guard try isSameRow(rows, readers) else { break }
      try comparison.add(rows.compactMap(\.?.outcome))
    }
    return try comparison.report()
  }

  /// Whether all readers stand on the same row; false when all are at their end.
  private static func isSameRow(_ rows: [PredictionOutcomes.Row?], _ readers: [PredictionOutcomes])
    throws(EvaluationError) -> Bool
  {
    guard let first = rows[0] else {
      guard let longer = rows.firstIndex(where: { $0 != nil }) else { return false }
      throw endsEarlier(readers[0], readers[longer])
    }
    for (place, row) in rows.enumerated().dropFirst() {
      guard let row else { throw endsEarlier(readers[place], readers[0]) }
      guard let difference = first.difference(from: row) else { continue }
      throw EvaluationError(
        .cannotCompare,
        "the runs were not evaluated on the same rows: line \(readers[0].lineNumber) of"
          + " \(readers[0].url.path) and line \(readers[place].lineNumber) of"
          + " \(readers[place].url.path) differ in \(difference); evaluate both on the same file")
    }
    return true
  }

  private static func endsEarlier(_ shorter: PredictionOutcomes, _ longer: PredictionOutcomes)
    -> EvaluationError
  {
    EvaluationError(
      .cannotCompare,
      "the runs were not evaluated on the same rows: \(shorter.url.path) ends where"
        + " \(longer.url.path) has line \(longer.lineNumber); evaluate both on the same file")
  }
}

extension PredictionOutcomes.Row {
  /// In what two rows differ that should be the same one, as words; nil when in nothing.
  func difference(from other: PredictionOutcomes.Row) -> String? {
    func differ<Value: Equatable>(_ one: Value?, _ two: Value?) -> Bool {
      guard let one, let two else { return false }
      return one != two
    }
    if differ(text, other.text) {
      let texts = [text, other.text].map { "'\(($0 ?? "").excerpt(60))'" }
      return "their text (\(texts.joined(separator: " and ")))"
    }
    if differ(pair, other.pair) { return "the second text of the pair" }
    if differ(outcome.expected, other.outcome.expected) {
      let answers = [outcome.expected, other.outcome.expected].map {
        "'\(($0 ?? "").excerpt(60))'"
      }
      return "their expected answer (\(answers.joined(separator: " and ")))"
    }
    // Folders may differ from run to run; names and lines may not.
    let names = [file, other.file].map { $0.map { URL(filePath: $0).lastPathComponent } }
    if differ(names[0], names[1]) || differ(line, other.line) {
      let places = [self, other].map { "\($0.file ?? "?"):\($0.line ?? 0)" }
      return "where they come from (\(places.joined(separator: " and ")))"
    }
    return nil
  }
}
