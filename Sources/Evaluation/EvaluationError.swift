public import Foundation

/// Why predictions cannot be evaluated, as a sentence that says what to do.
public struct EvaluationError: Error, CustomStringConvertible, LocalizedError, Sendable, Equatable {
  /// What kind of fault it is.
  public enum Code: String, Sendable {
    /// The label names are empty, doubled or too few.
    case invalidLabels
    /// Two inputs do not have the same number of rows, or a row has the wrong width.
    case mismatchedShapes
    /// A label's number is not one of the classes.
    case labelOutOfRange
    /// A score or a value is NaN or infinite.
    case nonFiniteScore
    /// Values given as probabilities are not.
    case notProbabilities
    /// The call does not fit the kind of evaluation.
    case wrongKind
    /// There are no rows.
    case nothingEvaluated
    /// No metric has this name.
    case unknownMetric
    /// The metric exists, but this evaluation did not yield it.
    case metricNotAvailable
    /// Two accumulators differ in labels, kind or options.
    case cannotMerge
    /// A tag is empty, unknown, or none of its scheme.
    case invalidTag
    /// A setting is outside its range.
    case invalidSetting
    /// A file of predictions is missing or is none.
    case unreadablePredictions
    /// Runs cannot be compared: their rows or scores differ.
    case cannotCompare
  }

  /// What kind of fault it is.
  public let code: Code
  /// What is wrong, where, and what to do.
  public let description: String

  /// Makes an error from its kind and its sentence.
  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  /// The same sentence, for Foundation's users.
  public var errorDescription: String? { description }
}
