public import Foundation

/// Why a model could not be brought here, as a sentence that says what to do.
public struct HubError: Error, Sendable, CustomStringConvertible, LocalizedError, Equatable {
  /// What kind of failure it was.
  public enum Code: String, Sendable {
    /// A name of a model, a revision or a pattern that cannot be one.
    case invalidName
    /// A setting of the environment (`HF_ENDPOINT`, a proxy, a timeout) that cannot be used.
    case invalidSetting
    /// The hub has no such model, or does not show it to this user.
    case noRepository
    /// The model has no such branch, tag or commit.
    case noRevision
    /// The model has no such file, or none that is wanted.
    case noFile
    /// The user may not read the model: it is gated or private, or the token is not valid.
    case notPermitted
    /// The network is not to be used, and the files are not here.
    case offline
    /// The hub cannot be reached.
    case unreachable
    /// The hub answers with an error of its own.
    case server
    /// The hub asks to come back later than is sensible to wait for.
    case tooManyRequests
    /// The hub's answer is not what its protocol says.
    case invalidAnswer
    /// What arrived is not what the hub announced.
    case checksum
    /// The disk is full.
    case diskFull
    /// The cache cannot be read or written.
    case cache
  }

  /// What kind of failure it was.
  public let code: Code
  /// What is wrong, where, and what to do, without any token.
  public let description: String

  /// Makes an error from a code and a sentence.
  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  /// The same sentence, for Foundation's users.
  public var errorDescription: String? { description }
}

extension String {
  /// The text of somebody else as part of a sentence: one line, no control characters, not long.
  var asQuotation: String {
    let clean = unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control ? " " : Character(scalar)
    }
    return String(clean.prefix(200))
  }
}
