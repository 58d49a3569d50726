public import Foundation

/// The examination of a run's data before its first step.
///
/// ```swift
/// let preflight = try Preflight(of: splits, hasLabels: true, policy: policy,
///   maximumLength: 256) { split, rows, labels in try tokenCounts(of: rows) }
/// try preflight.write(to: runFolder)   // preflight.json, left-out.jsonl
/// try preflight.enforce()              // throws when the data break the policy
/// ```
public struct Preflight: Sendable {
  /// The data to use: what the policy leaves out is gone.
  public let splits: DataSplits
  /// The labels, for tasks that have them.
  public let labels: LabelSet?
  /// What the data are like.
  public var report: PreflightReport
  /// Every row that is not used, with its reason: those that reading left out first.
  public let leftOut: [LeftOutRow]

  /// Examines the data and takes out what the policy leaves out.
  ///
  /// - Parameters:
  ///   - splits: The data as they were read.
  ///   - hasLabels: Whether rows have labels, or tags, that the model gives scores to.
  ///   - policy: What happens to doubtful rows.
  ///   - labels: The labels of a model that has some already; nil builds them from the training
  ///     data.
  ///   - maximumLength: The length that rows will be cut to, in tokens with special ones.
  ///   - countTokens: Counts the tokens of rows, in their order, once for each split (its name is
  ///     `train`, `validation` or `test`), after rows were left out; the labels are known by then.
  /// - Throws: ``DatasetsError`` for labels that cannot be learned or that training never saw, for
  ///   a split without rows, and what `countTokens` throws. Limits of the policy throw only in
  ///   ``enforce()``, so that the report can be written before.
  public init(
    of splits: DataSplits, hasLabels: Bool, policy: DataPolicy = DataPolicy(),
    labels: LabelSet? = nil, maximumLength: Int? = nil,
    countTokens: (_ split: String, _ rows: [TextRow], _ labels: LabelSet?) throws -> [TokenCount]
  ) throws {
    try policy.validate()
    var sieve = RowSieve(splits, policy: policy)
    sieve.takeOutEmptyTexts()
    sieve.takeOutRepeats()
    sieve.takeOutOverlaps()
    for (name, table) in sieve.splits.named where table.rows.isEmpty {
      throw DatasetsError(
        .noRows, "No row of the \(name) data is left. \(sieve.leftOutSentence(of: name))")
    }
    var known = labels
    if hasLabels {
      let set = try labels ?? LabelSet(from: sieve.splits.train)
      for (name, table) in sieve.splits.named { try set.check(table.rows, split: name) }
      known = set
    }
    var builder = ReportBuilder(
      sieve: sieve, labels: known, maximumLength: maximumLength)
    for (name, table) in sieve.splits.named {
      let counts = try countTokens(name, table.rows, known)
      precondition(counts.count == table.rows.count, "one token count for each row")
      builder.add(name, table.rows, counts)
    }
    self.splits = sieve.splits
    self.labels = known
    self.leftOut = sieve.leftOut
    report = builder.report()
  }

  /// Stops a run whose data break the policy.
  ///
  /// - Throws: ``DatasetsError`` with the code `policy` that names everything that breaks it.
  public func enforce() throws {
    guard !report.refusals.isEmpty else { return }
    throw DatasetsError(.policy, report.refusals.joined(separator: "\n"))
  }

  /// Writes `preflight.json`, and `left-out.jsonl` with one row a line (no line: none left out).
  ///
  /// - Throws: ``DatasetsError`` when the folder cannot be written to; a file is whole or not
  ///   there.
  public func write(to folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(
      try encoder.encode(report) + Data("\n".utf8), to: folder.appending(path: "preflight.json"))
    try LeftOutRow.write(leftOut, to: folder.appending(path: "left-out.jsonl"))
  }
}

extension LeftOutRow {
  /// Writes rows as JSON Lines, whole or not at all.
  ///
  /// - Throws: ``DatasetsError`` when the place cannot be written to.
  public static func write(_ rows: [LeftOutRow], to url: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var lines = Data()
    for row in rows {
      lines.append(try encoder.encode(row))
      lines.append(.lineFeed)
    }
    try AtomicFile.write(lines, to: url)
  }
}
