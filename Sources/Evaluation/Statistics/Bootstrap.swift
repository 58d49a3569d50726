/// Draws rows anew and collects what each score became.
struct Bootstrap {
  /// More draws than this would take longer than some seconds; the resamples are then fewer.
  static let mostDraws = 100_000_000

  let settings: BootstrapSettings
  /// Keeps the draws of different scores apart.
  let purpose: UInt64
  /// How much dearer a row is than a draw.
  var rowCost = 1

  /// How many resamples of `rows` rows are affordable, at least 100.
  func resamples(rows: Int) -> Int {
    min(settings.resamples, max(100, Self.mostDraws / max(1, rows * rowCost)))
  }

  /// Intervals of scores that depend only on how often each outcome occurred.
  ///
  /// Drawing rows with replacement is drawing outcomes with the probabilities of their counts, so
  /// no row has to be kept.
  func intervals(
    outcomes counts: [Int], score: (_ resampled: [Int]) -> [String: Double]
  ) -> [String: ConfidenceInterval] {
    var outcomeOfRow: [Int32] = []
    for (outcome, count) in counts.enumerated() {
      outcomeOfRow.append(contentsOf: repeatElement(Int32(outcome), count: count))
    }
    let rows = outcomeOfRow.count
    guard rows > 0 else { return [:] }
    var values: [String: [Double]] = [:]
    var resampled = [Int](repeating: 0, count: counts.count)
    for resample in 0..<resamples(rows: rows) {
      let random = CounterRandom(seed: settings.seed, purpose: purpose, stream: resample)
      for outcome in resampled.indices { resampled[outcome] = 0 }
      for draw in 0..<rows {
        resampled[Int(outcomeOfRow[random.integer(below: rows, at: draw)])] += 1
      }
      for (name, value) in score(resampled) { values[name, default: []].append(value) }
    }
    return values.compactMapValues {
      ConfidenceInterval(percentilesOf: $0, confidence: settings.confidence)
    }
  }

  /// Intervals of scores that need the rows: `score` gets how often each row was drawn.
  ///
  /// A resample in which a score is undefined adds nothing to that score's interval.
  func intervals(
    rows: Int, score: (_ timesDrawn: [Int]) -> [String: Double]
  ) -> [String: ConfidenceInterval] {
    intervals(outcomes: [Int](repeating: 1, count: rows), score: score)
  }
}
