/// What kind of answer is evaluated.
public enum EvaluationKind: String, Codable, Sendable, CaseIterable {
  /// One of two classes; the second one is the positive class, as in scikit-learn.
  case binary
  /// One of several classes.
  case multiclass
  /// Any number of classes a row.
  case multilabel
  /// A number.
  case regression
}
