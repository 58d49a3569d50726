public import Foundation

/// A task that cannot be done with this model or these data.
public struct TasksError: Error, Sendable, CustomStringConvertible, LocalizedError {
  /// What kind of failure it was.
  public enum Code: Sendable, Hashable {
    /// The vocabulary and the embedding table do not belong together.
    case vocabulary
    /// A maximum length that the model cannot take.
    case maximumLength
    /// An example lacks what the task needs.
    case example
    /// A setting of the task that does not fit the data.
    case setting
    /// The model gave a number that is not finite.
    case notFinite
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
