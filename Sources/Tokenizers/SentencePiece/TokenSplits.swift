/// The ways to make a token of a vocabulary of two others.
///
/// SentencePiece's models hold tokens and no merges: two neighbours merge if the vocabulary has what
/// they make.
struct TokenSplits {
  /// One such way.
  struct Split {
    /// The token that is made.
    let id: TokenID
    let left: ArraySlice<UInt8>
    let right: ArraySlice<UInt8>
    /// Their lengths in scalars.
    let leftLength: Int
    let rightLength: Int
  }

  /// All of them in the order of the tokens made, and for one token in the order of the left
  /// part's length.
  static func all(of vocabulary: Vocabulary) -> [Split] {
    var splits: [Split] = []
    for id in 0..<TokenID(vocabulary.idLimit) {
      guard let token = vocabulary.token(of: id) else { continue }
      let length = token.count { $0 & 0xC0 != 0x80 }
      var leftLength = 1
      for middle in token.indices.dropFirst() where token[middle] & 0xC0 != 0x80 {
        let (left, right) = (token[..<middle], token[middle...])
        if vocabulary.id(of: left) != nil, vocabulary.id(of: right) != nil {
          splits.append(
            Split(
              id: id, left: left, right: right, leftLength: leftLength,
              rightLength: length - leftLength))
        }
        leftLength += 1
      }
    }
    return splits
  }

  /// All of them by the made token's score, the highest first; of equal ones those with the longer
  /// left part come first, as Transformers sorts them.
  static func all(of vocabulary: Vocabulary, by scores: [Float]) -> [Split] {
    all(of: vocabulary).enumerated().sorted { one, other in
      let (left, right) = (one.element, other.element)
      let (first, second) = (scores[Int(left.id)], scores[Int(right.id)])
      if first != second { return first > second }
      if left.leftLength != right.leftLength { return left.leftLength > right.leftLength }
      if left.rightLength != right.rightLength { return left.rightLength > right.rightLength }
      return one.offset < other.offset
    }.map(\.element)
  }
}
