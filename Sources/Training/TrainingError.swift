public import Foundation

/// A run that cannot start, go on or be resumed.
public struct TrainingError: Error, Sendable, CustomStringConvertible, LocalizedError {
  /// What kind of failure it was.
  public enum Code: Sendable, Hashable {
    /// A loss or a gradient is not finite.
    case notFinite
    /// Nothing to train, or no steps to make.
    case nothingToDo
    /// The stored state does not belong to this run.
    case resume
    /// A file or folder could not be read or written.
    case access
    /// A setting that does not fit the data.
    case setting
  }

  /// What kind of failure it was.
  public let code: Code
  /// A sentence: what is wrong, where, and what to do.
  public let description: String

  /// The description.
  public var errorDescription: String? { description }

  /// Makes an error from a code and a sentence.
  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
