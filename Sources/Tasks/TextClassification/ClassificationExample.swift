public import Datasets

/// A text as tokens, and its class, classes or numbers.
public struct ClassificationExample: TaskExample {
  /// What the example is to be learned towards.
  public enum Target: Sendable, Equatable {
    /// One class, by its place among the labels.
    case label(Int)
    /// Any number of classes, by their places.
    case labels([Int])
    /// A number.
    case value(Double)
    /// Nothing: the example is only predicted.
    case none
  }

  /// The tokens.
  public let tokens: TokenSequence
  /// What the example is to be learned towards.
  public let target: Target
  /// Where the row comes from.
  public let location: RowLocation

  /// Makes an example.
  public init(ids: [Int32], segments: [Int32], target: Target, location: RowLocation) {
    self.init(
      tokens: TokenSequence(ids: ids, segments: segments), target: target, location: location)
  }

  /// Makes an example of tokens that are joined already.
  public init(tokens: TokenSequence, target: Target, location: RowLocation) {
    self.tokens = tokens
    self.target = target
    self.location = location
  }

  /// Tokens, special ones included.
  public var tokenCount: Int { tokens.ids.count }

  /// Adds tokens and target to a hash.
  public func feed(_ hash: inout StableHash) {
    tokens.feed(&hash)
    hash.add("\(target)")
  }
}
