public import Foundation

/// A model folder that cannot be understood, loaded or written.
public struct ModelsError: Error, Sendable, CustomStringConvertible, LocalizedError {
  /// What kind of failure it was.
  public enum Code: Sendable, Hashable {
    /// `config.json` is missing, damaged, or asks for something that is not supported.
    case configuration
    /// No family of models here has this architecture.
    case architecture
    /// The vocabulary does not fit the weights.
    case vocabulary
    /// A sequence is longer than the model's positions, or names a token that is not in its table.
    case input
    /// A file or folder could not be read or written.
    case access
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
