/// Everything that row outcomes show beyond the scores, collected in one pass: slices, lengths,
/// calibration, and the rows of highest loss.
///
/// ```swift
/// var analysis = OutcomeAnalysis(columns: ["topic"])
/// for row in rows { try analysis.add(row.outcome, text: row.text, length: row.tokens) }
/// analysis.describe(&report)
/// ```
///
/// Memory: bounded whatever the number of rows, but for four bytes a row with a confidence.
public struct OutcomeAnalysis: Sendable {
  private var lengths: LengthSlices
  private var labels = ValueSlices.byLabel()
  private var columns: [ValueSlices]
  private var hardest: HardestRows
  private var calibration: CalibrationEvaluation
  private var sums = OutcomeSums()
  private var labelledRows = 0
  private var judgedRows = 0
  private var measuredRows = 0

  /// Makes an empty analysis.
  ///
  /// - Parameters:
  ///   - unit: What lengths count: "tokens" or "characters".
  ///   - columns: The columns of the data whose values divide the rows.
  ///   - hardest: How many rows of highest loss are kept.
  ///   - bins: The bins of the calibration error.
  public init(
    unit: String = "tokens", columns: [String] = [], hardest: Int = 20, bins: Int = 15
  ) {
    lengths = LengthSlices(unit: unit)
    self.columns = columns.map { ValueSlices(column: $0) }
    self.hardest = HardestRows(most: hardest)
    calibration = CalibrationEvaluation(bins: bins)
  }

  /// Adds a row.
  ///
  /// - Parameters:
  ///   - outcome: What the row adds to the scores.
  ///   - text: Its text.
  ///   - length: Its length before it was cut; nil leaves it out of the lengths.
  ///   - limit: The length to which it would be cut, where there is one.
  ///   - values: The values of the columns, by name; a missing one counts as empty.
  ///   - file: The file it comes from.
  ///   - line: The line it starts on.
  ///   - isClassified: Whether the expected answer is one of a set of labels that rows can be
  ///     divided by.
  /// - Throws: ``EvaluationError`` when the confidence is no probability.
  public mutating func add(
    _ outcome: RowOutcome, text: String, length: Int? = nil, limit: Int? = nil,
    values: [String: String] = [:], file: String? = nil, line: Int? = nil,
    isClassified: Bool = true
  ) throws(EvaluationError) {
    try calibration.add(outcome)
    if outcome.confidence != nil, outcome.isCorrect != nil { judgedRows += 1 }
    sums.add(outcome)
    if let length {
      lengths.add(outcome, length: length, limit: limit)
      measuredRows += 1
    }
    if isClassified, outcome.expected != nil {
      labels.add(outcome)
      labelledRows += 1
    }
    for place in columns.indices {
      columns[place].add(outcome, value: values[columns[place].name] ?? "")
    }
    hardest.add(outcome, text: text, file: file, line: line)
  }

  /// The scores that add up over the rows.
  public var scores: [String: Double] { sums.scores }

  /// Adds the sections to a report; what no row had is left out.
  public func describe(_ report: inout EvaluationReport) {
    var tables: [SliceTable] = []
    if measuredRows > 0 {
      tables.append(lengths.table)
      report.lengths = lengths.histogram()
    }
    if labelledRows > 0 { tables.append(labels.table) }
    if sums.rows > 0 { tables += columns.map(\.table) }
    // One part alone says nothing that the whole does not, nor do parts of which nothing is scored.
    tables.removeAll { $0.slices.count < 2 || $0.whole.scores.isEmpty }
    report.slices = tables.isEmpty ? nil : tables
    if judgedRows > 0 { report.calibration = try? calibration.report() }
    let rows = hardest.rows
    report.hardest = rows.isEmpty ? nil : rows
  }
}
