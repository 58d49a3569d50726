public import Foundation

/// A run that cannot be made as the recipe asks, beyond what a single layer refuses.
public struct RunError: Error, Sendable, CustomStringConvertible, LocalizedError {
  /// What kind of failure it was.
  public enum Code: Sendable, Hashable {
    /// The output folder cannot be used.
    case output
    /// A setting that does not fit the model or the data.
    case setting
    /// A folder that is no tuned model.
    case model
    /// Input that cannot be predicted.
    case input
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
