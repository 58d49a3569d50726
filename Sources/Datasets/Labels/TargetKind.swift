/// What the target column of a data set holds.
public enum TargetKind: String, Codable, Sendable, CaseIterable {
  /// One label a row.
  case singleLabel
  /// Any number of labels a row.
  case multiLabel
  /// One number a row.
  case regression
  /// No target: rows are only predicted.
  case none
}
