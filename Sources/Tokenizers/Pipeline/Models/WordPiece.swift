/// WordPiece: a word becomes the longest tokens of the vocabulary that spell it, from the left.
///
/// All but the first carry a prefix (`##`). A word that cannot be spelt is unknown as a whole.
///
/// Schuster and Nakajima, "Japanese and Korean voice search" (2012); Devlin et al., BERT (2018).
struct WordPiece: Sendable {
  let vocabulary: Vocabulary
  let unknown: SpecialTokens.Token
  /// What marks a token that continues a word.
  let prefix: [UInt8]
  /// Longer words, in Unicode scalars, are unknown without a look.
  let longestWord: Int
  private let prefixHash: UInt64

  init(
    vocabulary: Vocabulary, unknown: SpecialTokens.Token, prefix: String, longestWord: Int
  ) {
    self.vocabulary = vocabulary
    self.unknown = unknown
    self.prefix = Array(prefix.utf8)
    self.longestWord = longestWord
    prefixHash = self.prefix.reduce(Vocabulary.emptyHash, Vocabulary.extended)
  }

  /// A model without tokens, where another kind of model is at work.
  static let none = WordPiece(
    vocabulary: Vocabulary(over: [], expecting: 0), unknown: .init(content: "", id: 0),
    prefix: "", longestWord: 0)

  /// Room for the hashes of a word's beginnings.
  func makeHashes() -> [UInt64] {
    [UInt64](repeating: 0, count: vocabulary.longestToken + 1)
  }

  /// Spells a word that is no token itself; false if it is unknown.
  func spell(
    _ word: Span<UInt8>, _ lower: Int, _ upper: Int, hashes: inout [UInt64],
    into pieces: inout [Piece]
  ) -> Bool {
    pieces.removeAll(keepingCapacity: true)
    var start = lower
    while start < upper {
      let isFirst = start == lower
      let length = min(upper - start, hashes.count - 1)
      hashes[0] = isFirst ? Vocabulary.emptyHash : prefixHash
      for offset in 0..<length {
        hashes[offset + 1] = Vocabulary.extended(hashes[offset], by: word[start + offset])
      }
      guard let piece = longestPiece(word, start, length, upper, isFirst, hashes) else {
        return false
      }
      pieces.append(piece)
      start = piece.end
    }
    return true
  }

  private func longestPiece(
    _ word: Span<UInt8>, _ start: Int, _ length: Int, _ upper: Int, _ isFirst: Bool,
    _ hashes: [UInt64]
  ) -> Piece? {
    var end = start + length
    while end > start {
      // A token ends where a scalar does.
      if end == upper || word[end] & 0xC0 != 0x80 {
        let hash = hashes[end - start]
        let id =
          isFirst
          ? vocabulary.find(word, start, end, hash: hash)
          : vocabulary.find(word, start, end, after: prefix, hash: hash)
        if id >= 0 { return Piece(id: id, end: end) }
      }
      end -= 1
    }
    return nil
  }
}
