public import Foundation
internal import Tracking

/// How much was answered, and how long each part of it took.
public struct PredictionSummary: Codable, Sendable, Equatable {
  /// Texts, or pairs of texts, that were answered.
  public var rows = 0
  /// Their tokens as the model saw them: special ones included, those that were cut away not.
  public var tokens = 0
  /// Where the time went; reading rows and loading the model are not part of it.
  public var seconds = Seconds()

  /// Seconds of each part.
  public struct Seconds: Codable, Sendable, Equatable {
    /// From texts to token ids.
    public var tokenizing = 0.0
    /// From token ids to logits: sorting by length, packing and the model.
    public var computing = 0.0
    /// From logits to answers, and what takes them.
    public var writing = 0.0

    /// No time at all.
    public init() {}
  }

  /// Nothing answered yet.
  public init() {}

  /// Tokens of one second of computing; 0 before anything was computed.
  public var tokensPerSecond: Double {
    seconds.computing > 0 ? Double(tokens) / seconds.computing : 0
  }

  /// Adds what another call did.
  public static func += (sum: inout PredictionSummary, part: PredictionSummary) {
    sum.rows += part.rows
    sum.tokens += part.tokens
    sum.seconds.tokenizing += part.seconds.tokenizing
    sum.seconds.computing += part.seconds.computing
    sum.seconds.writing += part.seconds.writing
  }

  /// The summary as JSON for a file: with ``tokensPerSecond`` and the process's peak memory in bytes
  /// (left out where the system does not tell).
  public func json() throws -> Data {
    let document = Document(
      rows: rows, tokens: tokens, seconds: seconds, tokensPerSecond: tokensPerSecond,
      peakMemoryBytes: ProcessMemory.now()?.peak)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return try encoder.encode(document) + Data("\n".utf8)
  }

  private struct Document: Encodable {
    let rows: Int
    let tokens: Int
    let seconds: Seconds
    let tokensPerSecond: Double
    let peakMemoryBytes: Int?
  }
}

extension ContinuousClock {
  /// What an action gives, and the seconds it took.
  static func timed<Result>(_ action: () throws -> Result) rethrows -> (Result, seconds: Double) {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try action()
    return (result, start.duration(to: clock.now) / .seconds(1))
  }
}
