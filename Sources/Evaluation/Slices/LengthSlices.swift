/// Divides rows by their length into parts of about equal size, and counts the lengths.
///
/// ```swift
/// var lengths = LengthSlices(unit: "tokens")
/// for row in rows { lengths.add(row.outcome, length: row.tokens) }
/// report.slices = [lengths.table]
/// report.lengths = lengths.histogram()
/// ```
///
/// Rows stream through: what is kept is the sums of each step of lengths (every length below 64,
/// then sixteen steps to each doubling), which are joined to parts at the end.
public struct LengthSlices: Sendable {
  /// What the lengths count: "tokens" or "characters".
  public let unit: String
  /// How many parts there are at most.
  public let parts: Int
  private var steps: [LengthStep: SliceSums] = [:]
  private var counts = LengthCounts()
  private var truncated = 0
  private var limit: Int?

  /// Makes an empty division.
  ///
  /// - Parameters:
  ///   - unit: What the lengths count: "tokens" or "characters".
  ///   - parts: How many parts there are at most.
  public init(unit: String = "tokens", parts: Int = 5) {
    self.unit = unit
    self.parts = max(1, parts)
  }

  /// Adds a row.
  ///
  /// - Parameters:
  ///   - outcome: What the row adds to the scores.
  ///   - length: Its length before it was cut.
  ///   - limit: The length to which it would be cut, where there is one.
  public mutating func add(_ outcome: RowOutcome, length: Int, limit: Int? = nil) {
    counts.add(length)
    let step = LengthStep(of: max(0, length), exactBelow: 64)
    steps[step, default: SliceSums()].add(outcome)
    guard let limit else { return }
    self.limit = limit
    if length > limit { truncated += 1 }
  }

  /// The scores by length.
  public var table: SliceTable {
    let ordered = steps.sorted { $0.key.lower < $1.key.lower }
    var whole = SliceSums()
    for (_, sums) in ordered { whole.add(sums) }
    var found: [(name: String, sums: SliceSums)] = []
    var current = SliceSums()
    var lower: Int?
    var done = 0
    for (place, (step, sums)) in ordered.enumerated() {
      current.add(sums)
      lower = lower ?? step.lower
      let isLast = place == ordered.count - 1
      let wanted = whole.rows * (found.count + 1)
      guard isLast || (done + current.rows) * parts >= wanted else { continue }
      let first = max(lower ?? 0, counts.shortest)
      let last = min(step.upper, counts.longest)
      found.append((first == last ? "\(first)" : "\(first)–\(last)", current))
      done += current.rows
      current = SliceSums()
      lower = nil
    }
    return SliceTable(name: "length in \(unit)", whole: whole, parts: found)
  }

  /// How often lengths occur, in so many bins.
  public func histogram(bins: Int = 24) -> LengthHistogram {
    var histogram = LengthHistogram(unit: unit, counts, bins: max(1, bins))
    histogram.limit = limit
    histogram.truncated = limit == nil ? nil : truncated
    return histogram
  }
}
