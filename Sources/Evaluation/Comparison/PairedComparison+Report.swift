import Foundation

extension PairedComparison {
  /// What was found.
  ///
  /// - Throws: ``EvaluationError`` when there are no rows, or none of the scores asked for.
  public func report() throws(EvaluationError) -> ComparisonReport {
    guard table.rows > 0 else {
      throw EvaluationError(.nothingEvaluated, "there are no rows to compare")
    }
    let scores = sums.map(\.scores)
    let names = try comparedScores(scores)
    let bootstrap = Bootstrap(
      settings: BootstrapSettings(
        resamples: settings.resamples, confidence: settings.confidence, seed: settings.seed),
      purpose: 11, rowCost: self.names.count)
    let drawn = differences(bootstrap, names)
    var report = ComparisonReport(
      rows: table.rows, names: names,
      runs: zip(self.names, scores).map { run, all in
        ComparisonReport.Run(name: run, scores: all.filter { names.contains($0.key) })
      }, settings: settings)
    report.settings.resamples = bootstrap.resamples(rows: table.rows)
    var tests: [PermutationTest.Result] = []
    for run in 1..<self.names.count {
      tests.append(
        PermutationTest(rows: table, runs: (0, run), settings: settings).result(of: names))
    }
    for score in names {
      report.differences += compared(score, scores, drawn, tests)
    }
    report.settings.permutations = tests.map(\.permutations).max() ?? settings.permutations
    report.notes = notes(report)
    return report
  }

  private func comparedScores(_ scores: [[String: Double]]) throws(EvaluationError) -> [String] {
    let common = Set(scores[0].keys).filter { name in scores.allSatisfy { $0[name] != nil } }
    guard let wanted = settings.scores else {
      guard !common.isEmpty else {
        throw EvaluationError(.cannotCompare, "the runs have no score in common")
      }
      let headline = common.subtracting(ScoreOrder.details)
      return ScoreOrder.distinct(headline.isEmpty ? common : headline, in: scores)
    }
    for name in wanted where !common.contains(name) {
      throw EvaluationError(
        .metricNotAvailable,
        "'\(name)' cannot be compared; what all runs have from row to row is"
          + " \(ScoreOrder.sorted(common).joined(separator: ", "))")
    }
    return wanted
  }

  /// For each run but the first and each score the resampled differences from the first run.
  private func differences(_ bootstrap: Bootstrap, _ names: [String]) -> [[String: [Double]]] {
    var drawn = [[String: [Double]]](repeating: [:], count: self.names.count)
    var sums = [PairedSums](repeating: table.emptySums, count: self.names.count)
    var times = [Int32](repeating: 0, count: table.rows)
    for resample in 0..<bootstrap.resamples(rows: table.rows) {
      let random = CounterRandom(
        seed: settings.seed, purpose: bootstrap.purpose, stream: resample)
      for row in times.indices { times[row] = 0 }
      for draw in times.indices { times[random.integer(below: table.rows, at: draw)] += 1 }
      let scores = sums.indices.map { run in
        sums[run].clear()
        for row in times.indices where times[row] > 0 {
          table.add(row, of: run, times: Double(times[row]), to: &sums[run])
        }
        return table.scores(sums[run])
      }
      for run in 1..<scores.count {
        for name in names {
          guard let score = scores[run][name], let other = scores[0][name] else { continue }
          drawn[run][name, default: []].append(score - other)
        }
      }
    }
    return drawn
  }

  private func compared(
    _ score: String, _ scores: [[String: Double]], _ drawn: [[String: [Double]]],
    _ tests: [PermutationTest.Result]
  ) -> [ComparisonReport.Difference] {
    var found: [ComparisonReport.Difference] = []
    for run in 1..<names.count {
      var difference = ComparisonReport.Difference(
        score: score, run: names[run], against: names[0],
        difference: (scores[run][score] ?? 0) - (scores[0][score] ?? 0),
        interval: ConfidenceInterval(
          percentilesOf: drawn[run][score] ?? [], confidence: settings.confidence),
        pValue: tests[run - 1].pValues[score] ?? 1,
        test: tests[run - 1].isExact ? .exactPermutation : .permutation)
      if let (wins, losses) = discordant(score, run) {
        difference.test = .mcNemar
        difference.pValue = ExactTests.mcNemar(wins: wins, losses: losses)
        difference.wins = wins
        difference.losses = losses
      }
      found.append(difference)
    }
    let adjusted = ExactTests.holm(found.map(\.pValue))
    for place in found.indices {
      found[place].adjustedPValue = adjusted[place]
      found[place].judge(level: 1 - settings.confidence)
    }
    return found
  }

  /// The rows that only one of a run and the first has right; nil when the score is not 0 or 1 in
  /// every row.
  private func discordant(_ score: String, _ run: Int) -> (wins: Int, losses: Int)? {
    guard let first = table.column(score, of: 0), let second = table.column(score, of: run) else {
      return nil
    }
    var wins = 0
    var losses = 0
    for (one, other) in zip(first, second) {
      guard one == 0 || one == 1, other == 0 || other == 1 else { return nil }
      if other > one { wins += 1 }
      if one > other { losses += 1 }
    }
    return (wins, losses)
  }

  private func notes(_ report: ComparisonReport) -> [String] {
    var notes: [String] = []
    if report.settings.resamples < settings.resamples {
      notes.append(
        "the intervals rest on \(report.settings.resamples) instead of \(settings.resamples)"
          + " resamples, because there are \(table.rows) rows")
    }
    if names.count > 2 {
      notes.append(
        "for each score the p-values of the \(names.count - 1) comparisons are corrected by Holm's"
          + " method")
    }
    if table.rows < 100 {
      notes.append(
        "with \(table.rows) rows only large differences can be told from noise")
    }
    return notes
  }
}

/// Exchanges two runs' answers row by row, and sees how often scores differ as much by chance.
struct PermutationTest {
  let rows: PairedRows
  let runs: (first: Int, second: Int)
  let settings: PairedComparison.Settings

  struct Result: Sendable {
    var pValues: [String: Double]
    /// How many exchanges were tried.
    var permutations: Int
    /// Whether these were all that there are.
    var isExact: Bool
  }

  func result(of names: [String]) -> Result {
    // Rows on which both agree drop out of every difference.
    let differing = (0..<rows.rows).filter { !rows.agree(runs.first, runs.second, at: $0) }
    var totals = (rows.emptySums, rows.emptySums)
    for row in 0..<rows.rows {
      rows.add(row, of: runs.first, times: 1, to: &totals.0)
      rows.add(row, of: runs.second, times: 1, to: &totals.1)
    }
    let observed = differences(totals.0, totals.1, names)
    let isExact = differing.count < 30 && 1 << differing.count <= settings.permutations
    let affordable = max(1000, Bootstrap.mostDraws / max(1, differing.count))
    let count = isExact ? 1 << differing.count : min(settings.permutations, affordable)
    var extreme = [Int](repeating: 0, count: names.count)
    var change = rows.emptySums
    for permutation in 0..<count {
      change.clear()
      exchange(differing, permutation, isExact: isExact, &change)
      var exchanged = totals
      exchanged.0.add(change, sign: 1)
      exchanged.1.add(change, sign: -1)
      let found = differences(exchanged.0, exchanged.1, names)
      for place in names.indices {
        // Sums of the same numbers in another order differ in their last digits.
        let tolerance = 1e-9 * max(1e-3, abs(observed[place]))
        if abs(found[place]) >= abs(observed[place]) - tolerance { extreme[place] += 1 }
      }
    }
    // What was observed is one of the exchanges (Phipson and Smyth 2010).
    let values = extreme.map {
      isExact ? Double($0) / Double(count) : Double($0 + 1) / Double(count + 1)
    }
    return Result(
      pValues: Dictionary(zip(names, values)) { first, _ in first }, permutations: count,
      isExact: isExact)
  }

  /// What exchanging some of the rows adds to the first run's sums and takes from the second's.
  private func exchange(
    _ differing: [Int], _ permutation: Int, isExact: Bool, _ change: inout PairedSums
  ) {
    let random = CounterRandom(seed: settings.seed, purpose: 12, stream: permutation)
    var bits: UInt64 = 0
    for (place, row) in differing.enumerated() {
      if place & 63 == 0 { bits = isExact ? UInt64(permutation) : random.bits(at: place >> 6) }
      defer { bits >>= 1 }
      guard bits & 1 == 1 else { continue }
      rows.add(row, of: runs.second, times: 1, to: &change)
      rows.add(row, of: runs.first, times: -1, to: &change)
    }
  }

  private func differences(_ first: PairedSums, _ second: PairedSums, _ names: [String])
    -> [Double]
  {
    let one = rows.scores(first)
    let other = rows.scores(second)
    return names.map { (other[$0] ?? 0) - (one[$0] ?? 0) }
  }
}
