/// A data set cut into training, validation and test rows.
///
/// Each part lists places of rows in ascending order; together they hold every row once. Rows with
/// the same text never end up in different parts, so a split makes no leakage of its own.
public struct Split: Sendable, Equatable {
  /// The rows to learn from.
  public let train: [Int]
  /// The rows to choose the best model by; empty when none were asked for.
  public let validation: [Int]
  /// The rows to judge the chosen model by; empty when none were asked for.
  public let test: [Int]

  /// What part each row belongs to.
  public enum Method: String, Codable, Sendable, CaseIterable {
    /// Random by the seed, each label in the same proportion everywhere.
    ///
    /// Texts are shuffled label by label with ``CounterRandom`` (purpose `split`, step = the
    /// label's place among the sorted ones). Each label gives its exact share rounded down, and the
    /// labels with the largest remainders one more text each until the whole is reached; every
    /// label keeps at least one text for training. Sets of labels count as one label each; numbers
    /// are cut into ten groups of equal size by value.
    case stratified
    /// Random by the seed, regardless of labels.
    case random
    /// By the text alone: adding rows never moves another row to a different part.
    ///
    /// u = the first 8 bytes of SHA-256 of the text's UTF-8 bytes, as a big-endian number,
    /// shifted right by 11 and divided by 2⁵³. u < test is a test row, u < test + validation a
    /// validation row, all others train. In Python:
    /// `(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 11) * 2.0**-53`.
    case textHash
  }

  /// How to split.
  public struct Configuration: Codable, Sendable, Equatable {
    /// The share of rows for validation, from 0 to below 1.
    public var validation: Double
    /// The share of rows for the test, from 0 to below 1.
    public var test: Double
    /// How rows find their part.
    public var method: Method
    /// What the random methods draw from.
    public var seed: UInt64

    /// Says how to split; the default is stratified, with seed 0.
    public init(
      validation: Double = 0, test: Double = 0, method: Method = .stratified, seed: UInt64 = 0
    ) {
      self.validation = validation
      self.test = test
      self.method = method
      self.seed = seed
    }
  }

  /// Splits rows.
  ///
  /// - Throws: ``DatasetsError`` when a share is out of range, or a part that was asked for would
  ///   be empty.
  public init(_ rows: [TextRow], _ configuration: Configuration) throws {
    try Self.validate(configuration)
    let parts: [Part]
    switch configuration.method {
    case .textHash: parts = Self.byHash(rows, configuration)
    case .random: parts = Self.draw(rows, configuration, strata: [Array(rows.indices)])
    case .stratified: parts = Self.draw(rows, configuration, strata: Strata.of(rows))
    }
    func places(_ part: Part) -> [Int] { parts.indices.filter { parts[$0] == part } }
    train = places(.train)
    validation = places(.validation)
    test = places(.test)
    try Self.check("training", train, asked: true, rows.count)
    try Self.check("validation", validation, asked: configuration.validation > 0, rows.count)
    try Self.check("test", test, asked: configuration.test > 0, rows.count)
  }

  private enum Part { case train, validation, test }

  private static func validate(_ configuration: Configuration) throws {
    for (name, share) in [("validation", configuration.validation), ("test", configuration.test)]
    where !(share >= 0 && share < 1) {
      throw DatasetsError(
        .invalidSetting, "The \(name) share is \(share); it must be at least 0 and below 1.")
    }
    let together = configuration.validation + configuration.test
    guard together < 1 else {
      throw DatasetsError(
        .invalidSetting,
        "The validation and test shares add up to \(together), which leaves nothing to train on.")
    }
  }

  private static func check(_ name: String, _ places: [Int], asked: Bool, _ count: Int) throws {
    guard asked, places.isEmpty else { return }
    throw DatasetsError(
      .emptySplit,
      "The split leaves no row for the \(name) part out of \(count) rows. "
        + "Give more rows or change the shares.")
  }

  private static func byHash(_ rows: [TextRow], _ configuration: Configuration) -> [Part] {
    rows.map { row in
      let unit = Double(SHA256.leadingWord(of: row.text.utf8) >> 11) * 0x1p-53
      if unit < configuration.test { return .test }
      return unit < configuration.test + configuration.validation ? .validation : .train
    }
  }

  private static func draw(
    _ rows: [TextRow], _ configuration: Configuration, strata: [[Int]]
  ) -> [Part] {
    var parts = Array(repeating: Part.train, count: rows.count)
    let groups = Strata.groupedByText(rows, strata)
    let sizes = groups.map(\.count)
    let total = sizes.reduce(0, +)
    let test = Strata.apportion(configuration.test, of: total, among: sizes, taken: nil)
    let validation = Strata.apportion(
      configuration.validation, of: total, among: sizes, taken: test)
    for (step, stratum) in groups.enumerated() {
      var random = CounterRandom(
        seed: configuration.seed, purpose: .split, step: UInt64(step))
      var texts = stratum
      random.shuffle(&texts)
      for (turn, text) in texts.enumerated() where turn < test[step] + validation[step] {
        for row in text { parts[row] = turn < test[step] ? .test : .validation }
      }
    }
    return parts
  }
}
