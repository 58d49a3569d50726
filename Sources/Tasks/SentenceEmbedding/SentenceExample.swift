public import Datasets

/// Texts as tokens that are compared: a text, its partner, and texts that it is set against.
public struct SentenceExample: TaskExample {
  /// The text, its partner where there is one, and the texts that the pair is set against.
  public let texts: [TokenSequence]
  /// How alike text and partner are, on the scale of cosines; nil when the data do not say.
  public let score: Double?
  /// Where the row comes from.
  public let location: RowLocation

  /// Makes an example.
  ///
  /// - Parameters:
  ///   - texts: The text, then its partner, then texts that the pair is set against; at least one.
  ///   - score: How alike the first two are, on the scale of cosines.
  ///   - location: Where the row comes from.
  public init(texts: [TokenSequence], score: Double? = nil, location: RowLocation) {
    self.texts = texts
    self.score = score
    self.location = location
  }

  /// The text.
  public var anchor: TokenSequence { texts[0] }
  /// Its partner.
  public var positive: TokenSequence? { texts.count > 1 ? texts[1] : nil }
  /// The texts that the pair is set against.
  public var negatives: ArraySlice<TokenSequence> { texts.dropFirst(2) }

  /// Tokens of all texts, special ones included.
  public var tokenCount: Int { texts.reduce(0) { $0 + $1.ids.count } }

  /// Adds tokens and score to a hash.
  public func feed(_ hash: inout StableHash) {
    for text in texts { text.feed(&hash) }
    hash.add(score.map { "\($0)" } ?? "")
  }

  /// Refuses an example whose text has no partner.
  func requirePartner() throws {
    guard texts.count < 2 else { return }
    throw TasksError(
      .example,
      "\(location): the row has one text. Sentence embeddings learn from pairs of texts: name the "
        + "column of the second one.")
  }

  /// The score, which losses of scored pairs cannot do without.
  func requiredScore() throws -> Double {
    guard let score else {
      throw TasksError(
        .example,
        "\(location): the row has no score, which this loss learns. Name the column of the scores, "
          + "or choose the loss multiple-negatives-ranking.")
    }
    return score
  }
}

/// The vectors of an example's texts.
public struct SentenceVectors: Sendable, Equatable {
  /// One vector a text, in the example's order.
  public let vectors: [[Float]]

  /// Wraps vectors.
  public init(vectors: [[Float]]) {
    self.vectors = vectors
  }

  /// The cosine of the first text's vector and another's.
  public func cosine(with place: Int = 1) -> Double {
    var product = 0.0, one = 0.0, other = 0.0
    for (left, right) in zip(vectors[0], vectors[place]) {
      product += Double(left) * Double(right)
      one += Double(left) * Double(left)
      other += Double(right) * Double(right)
    }
    return product / max(one * other, 1e-24).squareRoot()
  }
}
