/// What a tagger gives for the words of one row.
public struct TaggingOutput: Sendable, Equatable {
  /// The words that were read, ascending; a word without tokens is none of them.
  public let words: [Int]
  /// The scores of their tags before softmax, `[words, labels]`.
  public let logits: [Float]
  /// The tag of every word of the row, by its place among the labels.
  public let tags: [Int]

  /// Joins scores and what was made of them.
  public init(words: [Int], logits: [Float], tags: [Int]) {
    self.words = words
    self.logits = logits
    self.tags = tags
  }
}
