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

  private var split = WordSplitter.Scratch()
  /// How many spaces added tokens took along, by their place among the tokens.
  private(set) var spacesOfAdded: [Int: TokenSpaces] = [:]

  init(_ model: Model, spellsBytes: Bool) {
    if case .wordPiece(let wordPiece) = model {
      self.wordPiece = wordPiece
      word = WordBuffer(limit: wordPiece.longestWord)
    } else {
      wordPiece = .none
      word = WordBuffer(limit: .max)
    }
    speller = model.makeSpeller(spellsBytes: spellsBytes)
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
    spacesOfAdded.removeAll()
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

  private mutating func append(_ pieces: [Piece]) {
    var start = 0
    for piece in pieces {
      let source = word.source(start, piece.end)
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

  /// Appends an added token that was found at a place of a text.
  mutating func appendAdded(
    _ id: TokenID, _ text: Span<UInt8>, _ range: Range<Int>, from start: Int32, to end: Int32
  ) {
    let spaces = TokenSpaces(text, range)
    if !spaces.isEmpty { spacesOfAdded[tokens.count] = spaces }
    append(id, start, end)
    wordIndex += 1
  }

  @inline(__always)
  private mutating func append(_ id: TokenID, _ start: Int32, _ end: Int32) {
    tokens.append(Token(id: id, start: start, end: end, word: wordIndex))
  }

  // MARK: Whole words

  /// Splits a part of an unchanged text and appends its words; false if that would change it.
  mutating func appendWords(
    _ text: Span<UInt8>, _ range: Range<Int>, splitBy splitter: WordSplitter
  ) -> Bool {
    guard splitter.split(text, range, &split) else { return false }
    let words = split.words
    for word in words {
      if isWordPiece {
        appendScalars(text, word) { start, end in (start, end) }
      } else {
        appendSpelled(text, word) { start, end in Self.wholeScalars(text, start, end) }
      }
    }
    return true
  }

  /// Splits a changed text and appends its words.
  mutating func appendWords(of text: AlignedText, splitBy splitter: WordSplitter) {
    var text = text
    splitter.split(&text, &split)
    let (starts, ends) = (text.starts, text.ends)
    for word in text.words {
      if isWordPiece {
        appendScalars(text.bytes.span, word) { start, end in
          (Int(starts[start]), Int(ends[end - 1]))
        }
      } else {
        appendSpelled(text.bytes.span, word) { start, end in
          (Int(starts[start]), Int(ends[end - 1]))
        }
      }
    }
  }

  /// The scalars that a range of bytes touches.
  @inline(__always)
  private static func wholeScalars(
    _ text: Span<UInt8>, _ start: Int, _ end: Int
  ) -> (Int, Int) {
    var (start, end) = (start, end)
    while text[start] & 0xC0 == 0x80 { start -= 1 }
    while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
    return (start, end)
  }

  private mutating func appendScalars(
    _ text: Span<UInt8>, _ range: Range<Int>, _ place: (Int, Int) -> (Int, Int)
  ) {
    var position = range.lowerBound
    while position < range.upperBound {
      let end = text.scalar(at: position).end
      let source = place(position, end)
      word.append(text, position..<end, scalars: 1, from: source.0, to: source.1)
      position = end
    }
    endWord()
  }

  private mutating func appendSpelled(
    _ text: Span<UInt8>, _ range: Range<Int>, _ place: (Int, Int) -> (Int, Int)
  ) {
    pieces.removeAll(keepingCapacity: true)
    speller?.spell(text, range, into: &pieces)
    if speller?.lacksUnknownToken == true { lacksUnknownToken = true }
    var start = range.lowerBound
    for piece in pieces {
      let end = range.lowerBound + piece.end
      let source = place(piece.start.map { range.lowerBound + $0 } ?? start, end)
      append(
        piece.id, Int32(truncatingIfNeeded: source.0), Int32(truncatingIfNeeded: source.1))
      start = end
    }
    wordIndex += 1
  }
}
