/// A model that knows whole words only: a word is a token of the vocabulary, or unknown.
struct WordLevel: Sendable {
  let vocabulary: Vocabulary
  /// How the file writes the unknown token, which the vocabulary may lack.
  let unknownContent: String
  /// Stands for words that the vocabulary lacks; nil where it lacks this token too.
  let unknown: SpecialTokens.Token?

  init(vocabulary: Vocabulary, unknown: String) {
    self.vocabulary = vocabulary
    unknownContent = unknown
    self.unknown = vocabulary.id(of: unknown.utf8).map { .init(content: unknown, id: $0) }
  }
}

/// Looks words up.
final class WordLevelSpeller: WordSpeller {
  private let model: WordLevel
  private(set) var lacksUnknownToken = false

  init(_ model: WordLevel) {
    self.model = model
  }

  func spell(_ word: Span<UInt8>, _ range: Range<Int>, into pieces: inout [Piece]) {
    var id = model.vocabulary.find(word, range.lowerBound, range.upperBound)
    if id < 0 { id = model.unknown?.id ?? -1 }
    lacksUnknownToken = id < 0
    if id >= 0 { pieces.append(Piece(id: id, end: range.count)) }
  }
}
