/// Takes the spaces at a token's ends out of its place in the text.
struct OffsetTrimming: Sendable, Equatable {
  /// Whether the pre-tokeniser put a space before the text, which is not to be taken out again.
  var addsPrefixSpace: Bool

  /// The token with its place trimmed; spaces count as scalars of the original text.
  func trimmed(
    _ token: TokenStream.Token, _ spaces: TokenSpaces, isFirst: Bool, _ text: Span<UInt8>
  ) -> TokenStream.Token {
    var (start, end) = (Int(token.start), Int(token.end))
    var leading = Int(spaces.leading)
    if leading == 1, addsPrefixSpace, isFirst || start == 0 { leading = 0 }
    while leading > 0, start < end {
      start = text.scalar(at: start).end
      leading -= 1
    }
    start = min(start, end)
    var trailing = Int(spaces.trailing)
    while trailing > 0, end > start {
      end -= 1
      while end > start, text[end] & 0xC0 == 0x80 { end -= 1 }
      trailing -= 1
    }
    return TokenStream.Token(id: token.id, start: Int32(start), end: Int32(end), word: token.word)
  }
}

/// How many scalars at the ends of a token are white space, or stand for a space.
struct TokenSpaces: Sendable, Equatable {
  var leading: UInt16 = 0
  var trailing: UInt16 = 0

  var isEmpty: Bool { leading == 0 && trailing == 0 }

  init() {}

  /// Counts the spaces of a token as it is written.
  init(_ text: Span<UInt8>, _ range: Range<Int>) {
    var position = range.lowerBound
    var isLeading = true
    while position < range.upperBound {
      let (scalar, end) = text.scalar(at: position)
      if Self.isSpace(scalar) {
        if isLeading { leading = leading == .max ? .max : leading + 1 }
        trailing = trailing == .max ? .max : trailing + 1
      } else {
        isLeading = false
        trailing = 0
      }
      position = end
    }
  }

  private static func isSpace(_ scalar: UInt32) -> Bool {
    scalar == ByteLevel.characters[0x20]
      || UnicodeTables.shared.properties(of: scalar).contains(.whitespace)
  }

  /// The spaces of every token of a vocabulary, by id.
  static func ofTokens(in vocabulary: Vocabulary) -> [TokenSpaces] {
    (0..<vocabulary.idLimit).map { id in
      let token = Array(vocabulary.token(of: TokenID(id)) ?? [])
      return TokenSpaces(token.span, 0..<token.count)
    }
  }
}

extension Array {
  /// The element at an index; nil beyond the ends.
  subscript(safe index: Int) -> Element? {
    indices.contains(index) ? self[index] : nil
  }
}
