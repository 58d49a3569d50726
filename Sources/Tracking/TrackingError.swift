public import Foundation

/// Why a run cannot be recorded, as a sentence that says what to do.
public struct TrackingError: Error, CustomStringConvertible, LocalizedError, Sendable, Equatable {
  /// What kind of fault it is.
  public enum Code: String, Sendable {
    /// The disk, or the user's share of it, is full.
    case diskFull
    /// The file system is read-only.
    case readOnly
    /// The user may not do this here.
    case notPermitted
    /// The folder or file is not there.
    case notFound
    /// A folder stands where a file belongs, or the other way round.
    case wrongType
    /// Something else went wrong between the process and the disk.
    case inputOutput
    /// The folder holds another run.
    case holdsAnotherRun
    /// A record or file is not what this module writes.
    case invalidRecord
    /// The log, the file or the reporter was closed before.
    case closed
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
