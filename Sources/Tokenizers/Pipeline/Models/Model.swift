/// The model of a tokeniser: the stage that spells a word in tokens of its vocabulary.
enum Model: Sendable {
  case wordPiece(WordPiece)
  case bytePair(BytePair)
  case unigram(Unigram)
  case wordLevel(WordLevel)

  /// The tokens and their ids.
  var vocabulary: Vocabulary {
    switch self {
    case .wordPiece(let model): model.vocabulary
    case .bytePair(let model): model.vocabulary
    case .unigram(let model): model.vocabulary
    case .wordLevel(let model): model.vocabulary
    }
  }

  /// What stands for a word that cannot be spelt; nil where the model has no such token.
  var unknown: SpecialTokens.Token? {
    switch self {
    case .wordPiece(let model): model.unknown
    case .bytePair(let model): model.unknown
    case .unigram(let model): model.unknown
    case .wordLevel(let model): model.unknown
    }
  }

  /// What spells words for one thread; nil for WordPiece, which ``TokenStream`` spells itself.
  ///
  /// `spellsBytes` says whether words are bytes that stand for ``ByteLevel``'s characters.
  func makeSpeller(spellsBytes: Bool) -> (any WordSpeller)? {
    switch self {
    case .wordPiece: nil
    case .bytePair(let model): BytePairSpeller(model, spellsBytes: spellsBytes)
    case .unigram(let model): UnigramSpeller(model)
    case .wordLevel(let model): WordLevelSpeller(model)
    }
  }
}

/// A token of a word and where in the word it ends.
struct Piece: Equatable {
  let id: TokenID
  /// Where it starts; nil where the one before it ends.
  var start: Int?
  /// In bytes of the word's UTF-8.
  let end: Int
}

/// A model at work on one thread, with its scratch memory and what it remembers of earlier words.
protocol WordSpeller: AnyObject {
  /// Appends the tokens of a word, `word[range]`; the pieces' ends count from the range's start.
  ///
  /// A model that leaves out what it cannot spell appends fewer pieces, or none.
  func spell(_ word: Span<UInt8>, _ range: Range<Int>, into pieces: inout [Piece])

  /// Whether the last word needed an unknown token that the model does not have.
  var lacksUnknownToken: Bool { get }
}

extension WordSpeller {
  var lacksUnknownToken: Bool { false }
}
