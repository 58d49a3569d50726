/// An entity in a sentence: its type and its words.
public struct EntitySpan: Hashable, Codable, Sendable, Comparable {
  /// The type, such as "PER"; "_" for tags without a type.
  public var type: String
  /// The numbers of its words, from 0.
  public var words: Range<Int>

  /// Makes an entity.
  public init(type: String, words: Range<Int>) {
    self.type = type
    self.words = words
  }

  /// In the order of the words, then of the types.
  public static func < (left: EntitySpan, right: EntitySpan) -> Bool {
    (left.words.lowerBound, left.words.upperBound, left.type)
      < (right.words.lowerBound, right.words.upperBound, right.type)
  }
}

extension MatchCounts {
  /// Counts two lists of entities, each of which names an entity once.
  init(expected: [EntitySpan], predicted: [EntitySpan]) {
    let wanted = Set(expected)
    self.init(
      found: predicted.count { wanted.contains($0) }, predicted: predicted.count,
      expected: expected.count)
  }

  mutating func add(_ other: MatchCounts, times: Int = 1) {
    found += other.found * times
    predicted += other.predicted * times
    expected += other.expected * times
  }

  var scores: PrecisionRecall {
    PrecisionRecall(agreed: found, predicted: predicted, support: expected)
  }
}
