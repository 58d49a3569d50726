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

  /// The tokens: of the whole text, or of each of a document's windows.
  public let windows: [TokenSequence]
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
    self.init(windows: [tokens], target: target, location: location)
  }

  /// Makes an example of a document that is read window by window; there is at least one.
  public init(windows: [TokenSequence], target: Target, location: RowLocation) {
    self.windows = windows
    self.target = target
    self.location = location
  }

  /// The tokens of the text, or of a document's first window.
  public var tokens: TokenSequence { windows[0] }

  /// Tokens of all windows, special ones included.
  public var tokenCount: Int { windows.reduce(0) { $0 + $1.ids.count } }

  /// Adds tokens and target to a hash.
  public func feed(_ hash: inout StableHash) {
    for window in windows { window.feed(&hash) }
    hash.add("\(target)")
  }
}
