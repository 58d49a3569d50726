public import Datasets

/// A query with each of its documents as tokens, and how well they suit.
public struct RankingExample: TaskExample {
  /// The query with each of its documents.
  public let documents: [TokenSequence]
  /// The grade of each document; nil where they are not known.
  public let grades: [Double]?
  /// Where the row comes from.
  public let location: RowLocation

  /// Makes an example.
  public init(documents: [TokenSequence], grades: [Double]?, location: RowLocation) {
    self.documents = documents
    self.grades = grades
    self.location = location
  }

  /// Tokens of all pairs, special ones included.
  public var tokenCount: Int { documents.reduce(0) { $0 + $1.ids.count } }

  /// Adds tokens and grades to a hash.
  public func feed(_ hash: inout StableHash) {
    for document in documents { document.feed(&hash) }
    hash.add("\(grades ?? [])")
  }
}
