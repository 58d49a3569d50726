/// The tokens of one text or pair.
public struct TokenCount: Sendable, Equatable {
  /// The tokens with special ones, before anything is cut.
  public var length: Int
  /// How many of them stand for text that the vocabulary does not know.
  public var unknown: Int
  /// How many of them are cut away; nil for those beyond the maximum length.
  ///
  /// A long row that is read window by window loses none.
  public var cut: Int?

  /// Counts of one row.
  public init(length: Int, unknown: Int = 0, cut: Int? = nil) {
    self.length = length
    self.unknown = unknown
    self.cut = cut
  }
}

/// How long the rows of a split are, in tokens, and what the maximum length cuts.
public struct LengthSummary: Codable, Sendable, Equatable {
  /// Rows of between two lengths, both included.
  public struct Bin: Codable, Sendable, Equatable {
    /// The shortest length counted here.
    public let from: Int
    /// The longest length counted here.
    public let through: Int
    /// How many rows.
    public let rows: Int
  }

  /// All tokens before cutting, special ones included.
  public let tokens: Int
  /// The length of the shortest row.
  public let minimum: Int
  /// The mean length.
  public let mean: Double
  /// The length that half of the rows do not exceed.
  public let median: Int
  /// The length that 95 of 100 rows do not exceed.
  public let percentile95: Int
  /// The length of the longest row.
  public let maximum: Int
  /// Rows by length: up to 8, up to 16, and so on, doubling.
  public let histogram: [Bin]
  /// Rows that lose tokens.
  public let cutRows: Int
  /// Tokens that are lost.
  public let cutTokens: Int
  /// ``cutRows`` as a share of all rows.
  public let cutRowShare: Double
  /// ``cutTokens`` as a share of all tokens.
  public let cutTokenShare: Double

  /// Sums up rows; no rows give zeros.
  public init(_ rows: [TokenCount], maximumLength: Int?) {
    let lengths = rows.map(\.length)
    let sorted = lengths.sorted()
    /// The smallest length that at least this share of the rows does not exceed.
    func rank(_ share: Double) -> Int {
      sorted.isEmpty ? 0 : sorted[max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
    }
    let total = lengths.reduce(0, +)
    let cut = rows.map { $0.cut ?? max(0, $0.length - (maximumLength ?? .max)) }
    tokens = total
    minimum = sorted.first ?? 0
    mean = lengths.isEmpty ? 0 : Double(total) / Double(lengths.count)
    median = rank(0.5)
    percentile95 = rank(0.95)
    maximum = sorted.last ?? 0
    histogram = Self.bins(sorted)
    cutRows = cut.count { $0 > 0 }
    cutTokens = cut.reduce(0, +)
    cutRowShare = lengths.isEmpty ? 0 : Double(cutRows) / Double(lengths.count)
    cutTokenShare = total == 0 ? 0 : Double(cutTokens) / Double(total)
  }

  private static func bins(_ sorted: [Int]) -> [Bin] {
    guard let longest = sorted.last else { return [] }
    var bins: [Bin] = []
    var (from, through, start) = (0, 8, 0)
    repeat {
      let end = sorted[start...].firstIndex { $0 > through } ?? sorted.count
      bins.append(Bin(from: from, through: through, rows: end - start))
      (from, through, start) = (through + 1, through * 2, end)
    } while from <= longest
    return bins
  }
}
