/// What rows contributed to the scores, each distinct contribution once and how often it occurred:
/// enough to draw the rows anew without keeping them.
struct RowTally: Sendable {
  /// The most numbers to keep, four bytes each.
  let limit: Int
  /// Nil where there were more numbers than the limit.
  private var counts: [[Float]: Int]?
  private var numbers = 0

  init(limit: Int) {
    self.limit = limit
    counts = limit > 0 ? [:] : nil
  }

  mutating func add(_ row: [Float], times: Int = 1) {
    let before = counts?.count
    counts?[row, default: 0] += times
    guard counts?.count != before else { return }
    numbers += row.count
    if numbers > limit { counts = nil }
  }

  mutating func add(_ other: RowTally) {
    guard let more = other.counts else {
      counts = nil
      return
    }
    for (row, times) in more { add(row, times: times) }
  }

  /// The contributions in a fixed order, so that resampling does not depend on the rows' order; nil
  /// where they were not kept.
  func table() -> (rows: [[Float]], counts: [Int])? {
    guard let counts else { return nil }
    let sorted = counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    return (sorted.map(\.key), sorted.map(\.value))
  }

  /// Why there are no intervals; nil where the contributions were kept.
  var note: String? {
    guard counts == nil else { return nil }
    return limit > 0
      ? "the intervals are left out: they need more numbers than the \(limit) that may be kept"
      : "the intervals are left out: they are turned off"
  }
}

extension EvaluationReport {
  /// Adds the intervals of scores that follow from what the rows contributed.
  mutating func addIntervals(
    of tally: RowTally, _ settings: BootstrapSettings, purpose: UInt64,
    score: (_ rows: [[Float]], _ times: [Int]) -> [String: Double]
  ) {
    guard let table = tally.table() else {
      if let note = tally.note { notes.append(note) }
      return
    }
    let bootstrap = Bootstrap(settings: settings, purpose: purpose)
    intervals = bootstrap.intervals(outcomes: table.counts) { score(table.rows, $0) }
    intervals = intervals.filter { scores[$0.key] != nil }
    record(settings, made: bootstrap.resamples(rows: table.counts.reduce(0, +)))
  }

  /// Takes the loss in, or says why not.
  mutating func setLoss(_ loss: Double?) {
    guard let loss else { return }
    if loss.isFinite {
      scores["loss"] = loss
    } else {
      notes.append("the loss is left out: it is \(loss)")
    }
  }
}
