public import Foundation

/// A model that cannot be built, loaded or saved as asked.
public struct LayersError: Error, Sendable, CustomStringConvertible, LocalizedError {
  /// What kind of failure it was.
  public enum Code: Sendable, Hashable {
    /// Weights that the model needs are missing, or have other shapes.
    case weights
    /// A file is not what its name says, or is damaged.
    case file
    /// A file or folder could not be read or written.
    case access
    /// A batch that the layers cannot take.
    case batch
    /// Two layers claim one parameter name.
    case name
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
