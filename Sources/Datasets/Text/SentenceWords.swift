/// How a text becomes words, and words a text.
public enum SentenceWords {
  /// Joins words to a text.
  ///
  /// A space stands between two words, except where the one ends and the other begins with a
  /// character of Chinese or Japanese (Han, kana, their punctuation, full-width forms), which are
  /// written without spaces, and between two words that are single syllables of Korean.
  ///
  /// - Parameter words: The words, none of them empty.
  /// - Returns: The text, and the words' parts of it in bytes of UTF-8.
  public static func joined(_ words: [String]) -> (text: String, spans: [Range<Int>]) {
    var text = ""
    var spans: [Range<Int>] = []
    spans.reserveCapacity(words.count)
    var last: String?
    for word in words {
      if let last, isSpaced(last, word) { text.append(" ") }
      let start = text.utf8.count
      text += word
      spans.append(start..<text.utf8.count)
      last = word
    }
    return (text, spans)
  }

  private static func isSpaced(_ left: String, _ right: String) -> Bool {
    guard let end = left.unicodeScalars.last, let start = right.unicodeScalars.first else {
      return true
    }
    if end.isWrittenWithoutSpaces, start.isWrittenWithoutSpaces { return false }
    let areSyllables =
      end.isHangulSyllable && start.isHangulSyllable
      && left.unicodeScalars.count == 1 && right.unicodeScalars.count == 1
    return !areSyllables
  }

  /// Finds the words of a text that is not cut into words.
  ///
  /// White space divides words and belongs to none. Each character of Chinese or Japanese is a word,
  /// and so is each punctuation mark and symbol, as BERT's tokeniser has it; letters, digits and
  /// marks that follow each other are one word.
  ///
  /// - Returns: The words' parts of the text in bytes of UTF-8.
  public static func found(in text: String) -> [Range<Int>] {
    var spans: [Range<Int>] = []
    var start: Int?
    var place = 0
    for scalar in text.unicodeScalars {
      let next = place + scalar.utf8.count
      let kind = WordKind(scalar)
      if kind != .part, let begun = start {
        spans.append(begun..<place)
        start = nil
      }
      if kind == .whole { spans.append(place..<next) }
      if kind == .part, start == nil { start = place }
      place = next
    }
    if let start { spans.append(start..<place) }
    return spans
  }

  /// What a character is to the words around it.
  private enum WordKind {
    case space, whole, part

    init(_ scalar: Unicode.Scalar) {
      if scalar.properties.isWhitespace {
        self = .space
      } else if scalar.isWrittenWithoutSpaces || scalar.isPunctuationOrSymbol {
        self = .whole
      } else {
        self = .part
      }
    }
  }
}

extension Unicode.Scalar {
  /// Whether the character belongs to a script that sets no spaces between words: Han, kana, their
  /// punctuation, and full-width forms.
  fileprivate var isWrittenWithoutSpaces: Bool {
    switch value {
    case 0x2E80...0x2FDF, 0x3001...0x312F, 0x31A0...0x31FF, 0x3200...0x4DBF, 0x4E00...0x9FFF,
      0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF01...0xFF9F, 0x1B000...0x1B16F, 0x20000...0x3FFFF:
      true
    default: false
    }
  }

  fileprivate var isHangulSyllable: Bool { 0xAC00...0xD7A3 ~= value }

  fileprivate var isPunctuationOrSymbol: Bool {
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol,
      .modifierSymbol, .otherSymbol:
      true
    default: false
    }
  }
}
