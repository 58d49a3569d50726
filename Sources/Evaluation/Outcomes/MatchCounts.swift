/// How many answers were predicted, expected, and right: all that precision, recall and F1 need.
///
/// In JSON it is a list of three numbers, `[found, predicted, expected]`.
public struct MatchCounts: Sendable, Equatable {
  /// The answers that were both predicted and expected: the true positives.
  public var found: Int
  /// The answers predicted.
  public var predicted: Int
  /// The answers expected.
  public var expected: Int

  /// Makes counts; each is 0 where it is not given.
  public init(found: Int = 0, predicted: Int = 0, expected: Int = 0) {
    self.found = found
    self.predicted = predicted
    self.expected = expected
  }
}

extension MatchCounts: Codable {
  /// Reads a list of three numbers.
  public init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    found = try list.decode(Int.self)
    predicted = try list.decode(Int.self)
    expected = try list.decode(Int.self)
  }

  /// Writes a list of three numbers.
  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    try list.encode(found)
    try list.encode(predicted)
    try list.encode(expected)
  }
}
