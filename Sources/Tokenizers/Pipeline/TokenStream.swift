/// Where the tokens of a text gather on their way to an ``Encoding``; one a thread, used again.
struct TokenStream {
  /// A token with its place in the text and its word.
  struct Token {
    let id: TokenID
    let start: Int32
    let end: Int32
    let word: Int32
  }

  private(set) var tokens: [Token] = []
  private var wordIndex: Int32 = 0
  var word: WordBuffer
  private var hashes: [UInt64]
  private var pieces: [Piece] = []
  private let wordPiece: WordPiece
  /// Spells the words of every model but WordPiece.
  private let speller: (any WordSpeller)?
  private let isWordPiece: Bool
  /// Whether a word needed an unknown token that the model does not have.
  private(set) var lacksUnknownToken = false

  init(_ model: Model) {
    if case .wordPiece(let wordPiece) = model {
      self.wordPiece = wordPiece
      word = WordBuffer(limit: wordPiece.longestWord)
    } else {
      wordPiece = .none
      word = WordBuffer(limit: .max)
    }
    speller = model.makeSpeller()
    isWordPiece = speller == nil
    hashes = wordPiece.makeHashes()
  }

  /// A point to go back to.
  struct Mark {
    fileprivate let tokens: Int
    fileprivate let wordIndex: Int32
  }

  var mark: Mark { Mark(tokens: tokens.count, wordIndex: wordIndex) }

  /// Forgets what came after a mark.
  mutating func rewind(to mark: Mark) {
    tokens.removeLast(tokens.count - mark.tokens)
    wordIndex = mark.wordIndex
    word.clear()
  }

  /// Forgets all tokens.
  mutating func clear() {
    tokens.removeAll(keepingCapacity: true)
    wordIndex = 0
    lacksUnknownToken = false
    word.clear()
  }

  /// Starts to count words anew, for the second text of a pair.
  mutating func startNextText() {
    wordIndex = 0
  }

  /// Ends the word that is being read, if there is one, and appends its tokens.
  @inline(__always)
  mutating func endWord() {
    if word.isEmpty { return }
    appendWord()
    word.clear()
  }

  private mutating func appendWord() {
    guard isWordPiece else { return appendSpelledWord() }
    if word.isTooLong {
      append(wordPiece.unknown.id, Int32(word.first), Int32(word.last))
    } else {
      let id = wordPiece.vocabulary.find(word.bytes.span, 0, word.count)
      if id >= 0 {
        let source = word.source(0, word.count)
        append(id, source.start, source.end)
      } else {
        appendPieces()
      }
    }
    wordIndex += 1
  }

  private mutating func appendSpelledWord() {
    pieces.removeAll(keepingCapacity: true)
    let bytes = word.bytes
    speller?.spell(bytes.span, 0..<word.count, into: &pieces)
    if speller?.lacksUnknownToken == true { lacksUnknownToken = true }
    append(pieces)
    wordIndex += 1
  }

  private mutating func append(_ pieces: [Piece]) {
    var start = 0
    for piece in pieces {
      let source = word.source(piece.start ?? start, piece.end)
      append(piece.id, source.start, source.end)
      start = piece.end
    }
  }

  private mutating func appendPieces() {
    let bytes = word.bytes
    guard wordPiece.spell(bytes.span, 0, word.count, hashes: &hashes, into: &pieces) else {
      let source = word.source(0, word.count)
      append(wordPiece.unknown.id, source.start, source.end)
      return
    }
    append(pieces)
  }

  /// Appends a word that is one scalar of the text at `lower..<upper`, given as UTF-8.
  @inline(__always)
  mutating func appendIsolated(
    _ source: Span<UInt8>, _ range: Range<Int>, from lower: Int, to upper: Int
  ) {
    let id =
      wordPiece.longestWord > 0
      ? wordPiece.vocabulary.find(source, range.lowerBound, range.upperBound) : -1
    append(
      id < 0 ? wordPiece.unknown.id : id, Int32(truncatingIfNeeded: lower),
      Int32(truncatingIfNeeded: upper))
    wordIndex += 1
  }

  /// Appends an added token that was found in the text.
  mutating func appendAdded(_ id: TokenID, from start: Int32, to end: Int32) {
    append(id, start, end)
    wordIndex += 1
  }

  @inline(__always)
  private mutating func append(_ id: TokenID, _ start: Int32, _ end: Int32) {
    tokens.append(Token(id: id, start: start, end: end, word: wordIndex))
  }
}
