/// How often each length occurs: exact below 4096, in steps of at most 6% above.
///
/// Memory: 32 KiB and some, whatever the number of rows.
struct LengthCounts: Sendable, Equatable {
  private static let exact = 4096
  private var short = [Int](repeating: 0, count: exact)
  private var long: [Int: Int] = [:]
  private(set) var rows = 0
  private(set) var shortest = Int.max
  private(set) var longest = 0
  private var sum = 0.0

  mutating func add(_ length: Int) {
    let length = max(0, length)
    rows += 1
    sum += Double(length)
    shortest = min(shortest, length)
    longest = max(longest, length)
    if length < Self.exact {
      short[length] += 1
    } else {
      long[LengthStep(of: length, exactBelow: 64).lower, default: 0] += 1
    }
  }

  var mean: Double { rows == 0 ? 0 : sum / Double(rows) }

  /// The lengths that occur, ascending, and how often.
  var entries: [(length: Int, rows: Int)] {
    let below = short.indices.lazy.filter { short[$0] > 0 }.map { (length: $0, rows: short[$0]) }
    return Array(below) + long.sorted { $0.key < $1.key }.map { (length: $0.key, rows: $0.value) }
  }

  /// The smallest length that this share of the rows does not exceed.
  func quantile(_ share: Double) -> Int {
    var seen = 0
    for (length, count) in entries {
      seen += count
      if Double(seen) >= share * Double(rows) { return length }
    }
    return longest
  }
}

/// A step of lengths: single ones first, then sixteen to each doubling.
struct LengthStep: Hashable, Sendable {
  let lower: Int
  let upper: Int

  init(of length: Int, exactBelow exact: Int) {
    guard length >= max(exact, 32) else {
      lower = length
      upper = length
      return
    }
    let octave = Int.bitWidth - 1 - length.leadingZeroBitCount
    let shift = octave - 4
    lower = (length >> shift) << shift
    upper = lower + (1 << shift) - 1
  }
}

/// The distribution of lengths, for a plot.
public struct LengthHistogram: Codable, Sendable, Equatable {
  /// "tokens" or "characters".
  public var unit: String
  /// The rows counted.
  public var rows: Int
  /// The mean length.
  public var mean: Double
  /// Half of the rows are not longer.
  public var median: Int
  /// 95% of the rows are not longer.
  public var percentile95: Int
  /// The longest row's length.
  public var longest: Int
  /// Bins of equal width; the last one holds all that is longer.
  public var bins: [Bin]
  /// The length to which rows were cut, where there was one.
  public var limit: Int?
  /// The rows that were cut.
  public var truncated: Int?

  /// A bin of the histogram.
  public struct Bin: Codable, Sendable, Equatable {
    /// The shortest length in it.
    public var lower: Int
    /// The longest length in it.
    public var upper: Int
    /// The rows in it.
    public var rows: Int
  }

  init(unit: String, _ counts: LengthCounts, bins most: Int) {
    self.unit = unit
    rows = counts.rows
    mean = counts.mean
    median = counts.quantile(0.5)
    percentile95 = counts.quantile(0.95)
    longest = counts.longest
    let start = counts.rows == 0 ? 0 : counts.shortest
    // A few very long rows would press all others into one bin.
    let end = max(counts.quantile(0.99), start)
    let width = max(1, (end - start + most) / most)
    bins = []
    for (length, count) in counts.entries {
      let place = min((length - start) / width, most - 1)
      while bins.count <= place {
        let lower = start + bins.count * width
        bins.append(Bin(lower: lower, upper: lower + width - 1, rows: 0))
      }
      bins[place].rows += count
    }
    if !bins.isEmpty { bins[bins.count - 1].upper = max(longest, bins[bins.count - 1].lower) }
  }
}
