/// Puts the pre-flight report together, split by split.
struct ReportBuilder {
  private static let muchUnknown = 0.05

  let sieve: RowSieve
  let labels: LabelSet?
  let maximumLength: Int?
  private var splits: [PreflightReport.SplitReport] = []

  init(sieve: RowSieve, labels: LabelSet?, maximumLength: Int?) {
    self.sieve = sieve
    self.labels = labels
    self.maximumLength = maximumLength
  }

  mutating func add(_ name: String, _ rows: [TextRow], _ counts: [TokenCount]) {
    let lengths = LengthSummary(counts, maximumLength: maximumLength)
    let unknown = counts.reduce(0) { $0 + $1.unknown }
    splits.append(
      PreflightReport.SplitReport(
        name: name, rows: rows.count, leftOut: sieve.leftOut.count { $0.split == name },
        emptyTexts: sieve.emptyTexts[name] ?? 0, labels: labelCounts(rows),
        rowsWithoutLabel: rows.count { $0.target == .labels([]) }, values: values(rows),
        lengths: lengths, unknownTokens: unknown,
        unknownShare: lengths.tokens == 0 ? 0 : Double(unknown) / Double(lengths.tokens)))
  }

  func report() -> PreflightReport {
    PreflightReport(
      splits: splits, maximumLength: maximumLength, duplicates: sieve.duplicates,
      conflicts: sieve.conflicts, overlaps: sieve.overlaps, leftOut: leftOutCounts(),
      policy: sieve.policy, notes: notes(), warnings: warnings(), refusals: refusals())
  }

  private func labelCounts(_ rows: [TextRow]) -> [PreflightReport.LabelCount] {
    guard let labels else { return [] }
    var counts = Array(repeating: 0, count: labels.names.count)
    for row in rows {
      for label in row.target.labels {
        if let place = labels.index(of: label) { counts[place] += 1 }
      }
    }
    return zip(labels.names, counts).map { PreflightReport.LabelCount(label: $0, rows: $1) }
  }

  private func values(_ rows: [TextRow]) -> PreflightReport.ValueSummary? {
    let values = rows.compactMap { row in
      if case .value(let value) = row.target { value } else { nil }
    }
    guard let minimum = values.min(), let maximum = values.max() else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return PreflightReport.ValueSummary(
      minimum: minimum, mean: mean,
      standardDeviation: (squares / Double(values.count)).squareRoot(), maximum: maximum)
  }

  private func leftOutCounts() -> [PreflightReport.LeftOutCount] {
    var counts: [(split: String, reason: DatasetsError.Code, rows: Int)] = []
    for row in sieve.leftOut {
      let split = row.split ?? "train"
      if let place = counts.firstIndex(where: { $0.split == split && $0.reason == row.reason }) {
        counts[place].rows += 1
      } else {
        counts.append((split, row.reason, 1))
      }
    }
    return counts.map {
      PreflightReport.LeftOutCount(split: $0.split, reason: $0.reason, rows: $0.rows)
    }
  }

  private func notes() -> [String] {
    sieve.splits.named.flatMap(\.table.notes)
  }

  private func warnings() -> [String] {
    var warnings: [String] = []
    if let labels { warnings += LikeLabels.warnings(labels.names) }
    for split in splits where split.unknownShare > Self.muchUnknown {
      warnings.append(
        "\(percent(split.unknownShare)) of the \(split.name) tokens are unknown to the vocabulary. "
          + "Is this the right model for the language?")
    }
    let overlaps = sieve.overlaps.filter { $0.rows > 0 && $0.with == "train" }
    for overlap in overlaps where sieve.policy.shared == .report {
      warnings.append(
        "The training data hold the text of \(rows(overlap.rows, overlap.split)): results "
          + "on them say little (data policy 'shared').")
    }
    if sieve.conflicts.rows > 0, sieve.policy.conflicts == .report {
      warnings.append(
        "Training rows with the text of another row and a different target: "
          + "\(grouped(sieve.conflicts.rows)) (data policy 'conflicts').")
    }
    if let values = splits.first?.values, values.minimum == values.maximum {
      warnings.append("All training rows have the same number, so there is nothing to learn.")
    }
    return warnings
  }

  private func refusals() -> [String] {
    let policy = sieve.policy
    var refusals: [String] = []
    for split in splits where split.lengths.cutRowShare > policy.maximumCutShare {
      let lengths = split.lengths
      refusals.append(
        "The maximum length of \(maximumLength ?? 0) tokens cuts \(grouped(lengths.cutRows)) of "
          + "\(grouped(split.rows)) \(split.name) rows (\(percent(lengths.cutRowShare)); "
          + "\(percent(lengths.cutTokenShare)) of the tokens), and the data policy allows "
          + "\(percent(policy.maximumCutShare)). Raise the maximum length (95 of 100 rows have at "
          + "most \(lengths.percentile95) tokens) or the policy's maximumCutShare.")
    }
    func refuse(_ what: String, _ rows: Int, _ example: [RowLocation]?, _ key: String) {
      guard rows > 0 else { return }
      let places = example.map { " (such as \($0.map(\.description).joined(separator: " and ")))" }
      refusals.append(
        "\(what): \(grouped(rows))\(places ?? ""), and the data policy '\(key)' is 'stop'.")
    }
    if policy.emptyText == .stop {
      for split in splits {
        refuse("Empty texts in the \(split.name) data", split.emptyTexts, nil, "emptyText")
      }
    }
    if policy.duplicates == .stop {
      let found = sieve.duplicates
      refuse("Duplicates in the training data", found.rows, found.examples.first, "duplicates")
    }
    if policy.conflicts == .stop {
      let found = sieve.conflicts
      refuse(
        "Training rows with one text and different targets", found.rows, found.examples.first,
        "conflicts")
    }
    if policy.shared == .stop {
      for found in sieve.overlaps where found.with == "train" {
        refuse(
          "Texts of the \(found.split) data that training holds", found.rows,
          found.examples.first, "shared")
      }
    }
    return refusals
  }
}
