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

  /// Token ids.
  public let ids: [Int32]
  /// Token types.
  public let segments: [Int32]
  /// What the example is to be learned towards.
  public let target: Target
  /// Where the row comes from.
  public let location: RowLocation

  /// Makes an example.
  public init(ids: [Int32], segments: [Int32], target: Target, location: RowLocation) {
    self.ids = ids
    self.segments = segments
    self.target = target
    self.location = location
  }

  /// Tokens, special ones included.
  public var tokenCount: Int { ids.count }
}
