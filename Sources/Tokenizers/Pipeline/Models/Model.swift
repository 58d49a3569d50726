/// The model of a tokeniser: the stage that spells a word in tokens of its vocabulary.
enum Model: Sendable {
  case wordPiece(WordPiece)

  /// The tokens and their ids.
  var vocabulary: Vocabulary {
    switch self {
    case .wordPiece(let model): model.vocabulary
    }
  }

  /// What stands for a word that cannot be spelt; nil where the model has no such token.
  var unknown: SpecialTokens.Token? {
    switch self {
    case .wordPiece(let model): model.unknown
    }
  }

  /// What spells words for one thread; nil for WordPiece, which ``TokenStream`` spells itself.
  func makeSpeller() -> (any WordSpeller)? {
    switch self {
    case .wordPiece: nil
    }
  }
}

/// A token of a word and where in the word it ends; it starts where the one before it ends.
struct Piece {
  let id: TokenID
  /// In bytes of the word's UTF-8.
  let end: Int
}

/// A model at work on one thread, with its scratch memory and what it remembers of earlier words.
protocol WordSpeller: AnyObject {
  /// Appends the tokens of a word, `word[range]`; the pieces' ends count from the range's start.
  ///
  /// A model that leaves out what it cannot spell appends fewer pieces, or none.
  func spell(_ word: Span<UInt8>, _ range: Range<Int>, into pieces: inout [Piece])
}
