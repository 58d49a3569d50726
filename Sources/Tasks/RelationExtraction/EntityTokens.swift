/// Where the two entities of a sequence stand among its tokens, their markers included.
public struct EntityTokens: Sendable, Equatable {
  /// From the marker before the first entity up to and including the one after it.
  public let head: Range<Int>
  /// The same of the second entity.
  public let tail: Range<Int>

  /// Says where the entities stand.
  public init(head: Range<Int>, tail: Range<Int>) {
    self.head = head
    self.tail = tail
  }

  /// An entity without the markers around it.
  static func inside(_ entity: Range<Int>) -> Range<Int> {
    entity.lowerBound + 1..<max(entity.lowerBound + 1, entity.upperBound - 1)
  }

  /// The places of a sequence that a way of pooling reads, ascending.
  func places(_ pooling: RelationExtractionSettings.Pooling) -> [Int] {
    switch pooling {
    case .startMarkers: Set([head.lowerBound, tail.lowerBound]).sorted()
    case .mean: Set(Self.inside(head)).union(Self.inside(tail)).sorted()
    case .firstToken: [0]
    }
  }
}
