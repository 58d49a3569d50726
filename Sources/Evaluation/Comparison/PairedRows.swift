/// The rows of several runs, side by side and compact, so that they can be drawn anew.
///
/// Memory for each row and run: four bytes a mean (the loss is one), twelve for the counts where
/// there are any, and sixteen for each class that occurs in the row.
struct PairedRows: Sendable {
  let runs: Int
  private(set) var rows = 0
  private(set) var means: [String] = []
  private(set) var hasCounts = false
  private(set) var classes: [String: Int32] = [:]
  private var isLaidOut = false
  /// For each run the values of each row, row after row; NaN where a row has no value.
  private var values: [[Float]]
  private var entries: [[ClassEntry]]
  /// For each run where each row's classes begin; one more than there are rows.
  private var starts: [[Int]]

  struct ClassEntry: Sendable, Equatable {
    var label: Int32
    var found: Float
    var predicted: Float
    var expected: Float
  }

  init(runs: Int) {
    self.runs = runs
    values = [[Float]](repeating: [], count: runs)
    entries = [[ClassEntry]](repeating: [], count: runs)
    starts = [[Int]](repeating: [0], count: runs)
  }

  /// The values of a row: its means and its counts.
  var width: Int { means.count + (hasCounts ? 3 : 0) }

  /// Adds what each run made of one row.
  ///
  /// - Throws: ``EvaluationError`` when a score appears that the first row did not have.
  mutating func add(_ outcomes: [RowOutcome]) throws(EvaluationError) {
    if !isLaidOut { layOut(outcomes) }
    for outcome in outcomes {
      var names = Array(outcome.means.keys)
      if outcome.loss != nil { names.append("loss") }
      if outcome.counts != nil, !hasCounts { names.append("f1") }
      for name in names.sorted() where !knows(name) {
        throw EvaluationError(
          .cannotCompare,
          "row \(rows + 1) has the score '\(name)', which no run has in row 1: the files do not come"
            + " from one task")
      }
    }
    for (run, outcome) in outcomes.enumerated() { append(outcome, run) }
    rows += 1
  }

  private func knows(_ name: String) -> Bool {
    means.contains(name) || (name == "f1" && hasCounts)
  }

  private mutating func layOut(_ outcomes: [RowOutcome]) {
    var names: Set<String> = []
    for outcome in outcomes { names.formUnion(outcome.means.keys) }
    if outcomes.contains(where: { $0.loss != nil }) { names.insert("loss") }
    means = names.sorted()
    hasCounts = outcomes.contains { $0.counts != nil }
    isLaidOut = true
  }

  private mutating func append(_ outcome: RowOutcome, _ run: Int) {
    for name in means {
      let value = (name == "loss" ? outcome.loss : nil) ?? outcome.means[name] ?? .nan
      values[run].append(value.isFinite ? Float(value) : .nan)
    }
    if hasCounts {
      let counts = outcome.counts ?? MatchCounts()
      values[run] += [Float(counts.found), Float(counts.predicted), Float(counts.expected)]
    }
    for (label, counts) in (outcome.classes ?? [:]).sorted(by: { $0.key < $1.key }) {
      let number = classes[label] ?? Int32(classes.count)
      classes[label] = number
      entries[run].append(
        ClassEntry(
          label: number, found: Float(counts.found), predicted: Float(counts.predicted),
          expected: Float(counts.expected)))
    }
    starts[run].append(entries[run].count)
  }

  /// Whether two runs agree in all values of a row, so that exchanging them changes nothing.
  func agree(_ first: Int, _ second: Int, at row: Int) -> Bool {
    for place in row * width..<(row + 1) * width {
      let one = values[first][place]
      let other = values[second][place]
      if one != other, !(one.isNaN && other.isNaN) { return false }
    }
    return entries[first][starts[first][row]..<starts[first][row + 1]]
      .elementsEqual(entries[second][starts[second][row]..<starts[second][row + 1]])
  }

  /// A mean's value in each row; NaN where there is none.
  func column(_ name: String, of run: Int) -> [Float]? {
    guard let place = means.firstIndex(of: name) else { return nil }
    return (0..<rows).map { values[run][$0 * width + place] }
  }

  /// Adds a row of a run to sums, so many times.
  func add(_ row: Int, of run: Int, times: Double, to sums: inout PairedSums) {
    let first = row * width
    for place in means.indices {
      let value = values[run][first + place]
      guard value == value else { continue }
      sums.values[2 * place] += Double(value) * times
      sums.values[2 * place + 1] += times
    }
    for place in means.count..<width {
      sums.values[means.count + place] += Double(values[run][first + place]) * times
    }
    for entry in entries[run][starts[run][row]..<starts[run][row + 1]] {
      let place = Int(entry.label) * 3
      sums.classes[place] += Double(entry.found) * times
      sums.classes[place + 1] += Double(entry.predicted) * times
      sums.classes[place + 2] += Double(entry.expected) * times
    }
  }

  /// Sums of nothing.
  var emptySums: PairedSums {
    PairedSums(
      values: [Double](repeating: 0, count: 2 * means.count + (hasCounts ? 3 : 0)),
      classes: [Double](repeating: 0, count: 3 * classes.count))
  }

  /// The scores that follow from sums, by name.
  func scores(_ sums: PairedSums) -> [String: Double] {
    var scores: [String: Double] = [:]
    for (place, name) in means.enumerated() where sums.values[2 * place + 1] > 0 {
      scores[name] = sums.values[2 * place] / sums.values[2 * place + 1]
    }
    if let mse = scores["mse"] { scores["rmse"] = max(0, mse).squareRoot() }
    if hasCounts {
      let counts = sums.values[(2 * means.count)...]
      let first = counts.startIndex
      let found = WeightedCounts(
        found: counts[first], predicted: counts[first + 1], expected: counts[first + 2])
      scores.merge(found.named("")) { $1 }
    }
    guard !classes.isEmpty else { return scores }
    let found = (0..<classes.count).map {
      WeightedCounts(
        found: sums.classes[3 * $0], predicted: sums.classes[3 * $0 + 1],
        expected: sums.classes[3 * $0 + 2])
    }
    scores.merge(WeightedCounts.averages(found)) { $1 }
    return scores
  }
}

/// Sums over rows of one run: of each mean the sum and the number of values, the counts, and the
/// counts of each class.
struct PairedSums: Sendable {
  var values: [Double]
  var classes: [Double]

  mutating func clear() {
    for place in values.indices { values[place] = 0 }
    for place in classes.indices { classes[place] = 0 }
  }

  /// Adds other sums, or takes them away.
  mutating func add(_ other: PairedSums, sign: Double) {
    for place in values.indices { values[place] += sign * other.values[place] }
    for place in classes.indices { classes[place] += sign * other.classes[place] }
  }
}
