/// What the data of a run are like, before its first step; `preflight.json` in the run folder.
public struct PreflightReport: Codable, Sendable, Equatable {
  /// How often a label occurs.
  public struct LabelCount: Codable, Sendable, Equatable {
    /// The label.
    public let label: String
    /// Rows that have it; words, for labels of words.
    public let rows: Int
  }

  /// The numbers that a regression learns towards.
  public struct ValueSummary: Codable, Sendable, Equatable {
    /// The smallest.
    public let minimum: Double
    /// The mean.
    public let mean: Double
    /// The standard deviation of the population.
    public let standardDeviation: Double
    /// The largest.
    public let maximum: Double
  }

  /// One split, as it is used.
  public struct SplitReport: Codable, Sendable, Equatable {
    /// `train`, `validation` or `test`.
    public let name: String
    /// Rows that are used.
    public let rows: Int
    /// Rows that were left out.
    public let leftOut: Int
    /// Rows found with an empty text, used or not.
    public let emptyTexts: Int
    /// Rows of each label, in the order of the label set; empty without labels.
    public let labels: [LabelCount]
    /// Rows of a multi-label task that have no label.
    public let rowsWithoutLabel: Int
    /// The numbers of a regression.
    public let values: ValueSummary?
    /// Lengths in tokens.
    public let lengths: LengthSummary
    /// Tokens that stand for text unknown to the vocabulary.
    public let unknownTokens: Int
    /// The same as a share of all tokens.
    public let unknownShare: Double
  }

  /// Rows that repeat one another within the training data.
  public struct Repeats: Codable, Sendable, Equatable {
    /// How many rows: of duplicates those after the first, of conflicts all.
    public let rows: Int
    /// Some of them, each a group of rows with the same text.
    public let examples: [[RowLocation]]
  }

  /// Texts that two splits hold.
  public struct Overlap: Codable, Sendable, Equatable {
    /// The split that should not know them.
    public let split: String
    /// The split that knows them.
    public let with: String
    /// How many rows of `split`.
    public let rows: Int
    /// Some of them, each with a row of the other split.
    public let examples: [[RowLocation]]
  }

  /// How many rows were left out for one reason.
  public struct LeftOutCount: Codable, Sendable, Equatable {
    /// The split.
    public let split: String
    /// The reason, as in `left-out.jsonl`.
    public let reason: DatasetsError.Code
    /// How many rows.
    public let rows: Int
  }

  /// Memory that a part of the run needs.
  public struct MemoryPart: Codable, Sendable, Equatable {
    /// What needs it, such as "weights".
    public let name: String
    /// How much, in bytes.
    public let bytes: Int

    /// Names a part.
    public init(name: String, bytes: Int) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// The memory that the run is expected to need.
  public struct Memory: Codable, Sendable, Equatable {
    /// At most, in bytes; less than all parts together where one comes as another goes.
    public let peak: Int
    /// What needs it.
    public let parts: [MemoryPart]
    /// The expectation as a sentence for the screen.
    public let sentence: String

    /// Names an expectation.
    public init(peak: Int, parts: [MemoryPart], sentence: String) {
      self.peak = peak
      self.parts = parts
      self.sentence = sentence
    }
  }

  /// The memory that the run is expected to need; nil until the model is known.
  public var memory: Memory?
  /// The splits, training first.
  public let splits: [SplitReport]
  /// The length that rows are cut to, in tokens with special ones.
  public let maximumLength: Int?
  /// Rows of the training data whose text and target an earlier row has, before any were left out.
  public let duplicates: Repeats
  /// Rows of the training data with one text and different targets, before any were left out.
  public let conflicts: Repeats
  /// Texts held by two splits, before any were left out for it.
  public let overlaps: [Overlap]
  /// Rows that were left out, by split and reason.
  public let leftOut: [LeftOutCount]
  /// The policy that decided.
  public let policy: DataPolicy
  /// How the files were read.
  public let notes: [String]
  /// What the user should think about; none of it stops the run.
  public let warnings: [String]
  /// What breaks the policy and stops the run; empty when all is well.
  public let refusals: [String]
}
