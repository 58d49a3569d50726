public import Datasets

/// A sentence with two marked entities as tokens, and the relation between them.
public struct RelationExample: TaskExample {
  /// The tokens with the markers among them, the relation's place among the labels, and where the
  /// row comes from.
  public let sentence: ClassificationExample
  /// Where the entities stand among the tokens.
  public let entities: EntityTokens

  /// Makes an example.
  public init(_ sentence: ClassificationExample, _ entities: EntityTokens) {
    self.sentence = sentence
    self.entities = entities
  }

  /// Tokens, special ones and markers included.
  public var tokenCount: Int { sentence.tokenCount }
  /// Where the row comes from.
  public var location: RowLocation { sentence.location }

  /// Adds tokens, which hold the markers, and target to a hash.
  public func feed(_ hash: inout StableHash) { sentence.feed(&hash) }
}
