/// A value in the course of training, such as the loss of each step.
public struct Curve: Codable, Sendable, Equatable {
  /// What is measured: "loss", "f1".
  ///
  /// Curves of one name share a plot.
  public var name: String
  /// On which rows: "train", "validation".
  public var series: String
  /// The steps, ascending.
  public var steps: [Int]
  /// The value at each step.
  public var values: [Double]

  /// Makes a curve; values that are not finite are left out, since neither JSON nor a plot can
  /// hold them.
  ///
  /// - Parameters:
  ///   - name: What is measured: "loss", "f1".
  ///   - series: On which rows: "train", "validation".
  ///   - points: The steps, ascending, and their values.
  public init(name: String, series: String, points: [(step: Int, value: Double)]) {
    self.name = name
    self.series = series
    let finite = points.filter(\.value.isFinite)
    steps = finite.map(\.step)
    values = finite.map(\.value)
  }
}

/// How often each kind of mistake occurs, for tasks that tell them apart.
public struct ErrorBreakdown: Codable, Sendable, Equatable {
  /// What is counted: "entities", "answers".
  public var unit: String
  /// How many there are in all, right ones too.
  public var total: Int
  /// The kinds, in the order in which they are shown.
  public var kinds: [Kind]

  /// A kind of mistake.
  public struct Kind: Codable, Sendable, Equatable {
    /// Its name: "wrong boundary".
    public var name: String
    /// How often it occurs.
    public var count: Int
    /// What it means, in a sentence.
    public var meaning: String?
    /// Short examples.
    public var examples: [String]?

    /// Makes a kind from its parts.
    public init(name: String, count: Int, meaning: String? = nil, examples: [String]? = nil) {
      self.name = name
      self.count = count
      self.meaning = meaning
      self.examples = examples
    }
  }

  /// Makes a breakdown from its parts.
  public init(unit: String, total: Int, kinds: [Kind]) {
    self.unit = unit
    self.total = total
    self.kinds = kinds
  }

  /// The share of a kind in words: "12.5%".
  func share(_ kind: Kind) -> String {
    total == 0 ? "–" : (Double(kind.count) / Double(total) * 100).fixed(1) + "%"
  }
}
