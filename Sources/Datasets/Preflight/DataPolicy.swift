/// What happens to rows that are not as they should be.
///
/// Nothing is ever left out without being counted in the pre-flight report and written, with its
/// reason and content, to `left-out.jsonl`.
public struct DataPolicy: Codable, Sendable, Equatable {
  /// What to do about a row that cannot be read.
  public enum BadRow: String, Codable, Sendable, CaseIterable {
    /// The run ends with an error that names file and line.
    case stop
    /// The row is recorded as left out, and reading goes on.
    ///
    /// A quote that is never closed stops the reading all the same: what follows it cannot be told
    /// apart.
    case leaveOut
  }

  /// What to do about rows that can be read and are still doubtful.
  public enum Action: String, Codable, Sendable, CaseIterable {
    /// They are counted in the report, and used.
    case report
    /// They are counted in the report, recorded as left out, and not used.
    case leaveOut
    /// The run ends after the report.
    case stop
  }

  /// What to do about texts that both the training data and an evaluation set hold.
  public enum Shared: String, Codable, Sendable, CaseIterable {
    /// They are counted in the report, and used.
    case report
    /// They are left out of the training data, so that the evaluation stays comparable.
    case leaveOutOfTraining
    /// They are left out of the evaluation sets.
    case leaveOutOfEvaluation
    /// The run ends after the report.
    case stop
  }

  /// Rows that cannot be read: wrong number of fields, not UTF-8, not JSON, no label.
  ///
  /// Default: stop.
  public var onBadRow: BadRow
  /// Texts, or second texts, of nothing but white space.
  ///
  /// Default: leave out.
  public var emptyText: Action
  /// Rows of the training data whose text and target an earlier row has.
  ///
  /// Default: report. Leaving out keeps the first of them.
  public var duplicates: Action
  /// Rows of the training data with the same text and different targets.
  ///
  /// Default: report. Leaving out takes out all of them.
  public var conflicts: Action
  /// Texts of validation or test data that the training data hold too.
  ///
  /// Default: report.
  public var shared: Shared
  /// The largest share of a split's rows, from 0 to 1, that the maximum length may cut.
  ///
  /// Default: 0.25. More stops the run.
  public var maximumCutShare: Double

  /// Makes a policy; each default is named at its property.
  public init(
    onBadRow: BadRow = .stop, emptyText: Action = .leaveOut, duplicates: Action = .report,
    conflicts: Action = .report, shared: Shared = .report, maximumCutShare: Double = 0.25
  ) {
    self.onBadRow = onBadRow
    self.emptyText = emptyText
    self.duplicates = duplicates
    self.conflicts = conflicts
    self.shared = shared
    self.maximumCutShare = maximumCutShare
  }

  /// Decodes a policy; what is not said has its default.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let standard = DataPolicy()
    func value<Value: Decodable>(_ key: CodingKeys, or other: Value) throws -> Value {
      try container.decodeIfPresent(Value.self, forKey: key) ?? other
    }
    self.init(
      onBadRow: try value(.onBadRow, or: standard.onBadRow),
      emptyText: try value(.emptyText, or: standard.emptyText),
      duplicates: try value(.duplicates, or: standard.duplicates),
      conflicts: try value(.conflicts, or: standard.conflicts),
      shared: try value(.shared, or: standard.shared),
      maximumCutShare: try value(.maximumCutShare, or: standard.maximumCutShare))
  }

  private enum CodingKeys: String, CodingKey {
    case onBadRow, emptyText, duplicates, conflicts, shared, maximumCutShare
  }

  /// Refuses settings outside what they may be.
  public func validate() throws {
    guard maximumCutShare >= 0, maximumCutShare <= 1 else {
      throw DatasetsError(
        .invalidSetting,
        "The share of rows that may be cut is \(maximumCutShare); it must lie between 0 and 1.")
    }
  }
}
