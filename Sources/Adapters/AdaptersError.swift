public import Foundation

/// A method of tuning that cannot be attached, loaded, merged or saved as asked.
public struct AdaptersError: Error, Sendable, CustomStringConvertible, LocalizedError {
  /// What kind of failure it was.
  public enum Code: Sendable, Hashable {
    /// A setting of a method has a value that it cannot have, or two exclude each other.
    case setting
    /// A method that the model cannot take, or a target that it has not.
    case target
    /// A folder of an adapter that does not hold what it must, or belongs to another base.
    case folder
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
