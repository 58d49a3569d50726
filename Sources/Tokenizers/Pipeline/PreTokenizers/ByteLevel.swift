/// GPT-2's way with bytes: each is written as a visible character, so that no text is unknown.
///
/// Radford and others, "Language models are unsupervised multitask learners" (2019).
struct ByteLevel: Sendable, Equatable {
  /// Puts a space before a text that does not start with one.
  var addsPrefixSpace = true
  /// Splits with GPT-2's own pattern first.
  var usesPattern = true

  /// Contractions, letters, numbers and other signs, each with the space before it, and space.
  static let pattern =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  /// Qwen 2's pattern: contractions in any case, signs before words, single digits, line breaks.
  static let patternOfQwen2 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|"#
    + #"\s*[\r\n]+|\s+(?!\S)|\s+"#

  private static let compiledPattern: Pattern? = try? Pattern(pattern)

  /// Adds the space and splits, without writing bytes as characters.
  func split(_ text: inout AlignedText, _ scratch: inout SplitScratch) {
    if addsPrefixSpace {
      text.rewriteWords { old, word, new in
        let first = word.lowerBound
        if old.bytes[first] != 0x20 {
          new.append(byte: 0x20, from: old.starts[first], to: old.ends[first])
        }
        new.append(old, word)
      }
    }
    guard usesPattern else { return }
    text.splitWords { bytes, word, parts in
      Self.split(bytes, word, &scratch, into: &parts)
    }
  }

  /// Splits a word with GPT-2's pattern.
  static func split(
    _ text: Span<UInt8>, _ word: Range<Int>, _ scratch: inout SplitScratch,
    into words: inout [Range<Int>]
  ) {
    // The pattern matches every text whole, so that the matches are the words.
    compiledPattern?.forEachMatch(in: text, word, &scratch.pattern) { words.append($0) }
  }

  /// Writes each byte of every word as its character.
  static func spellBytes(of text: inout AlignedText) {
    text.rewriteWords { old, word, new in
      for index in word {
        new.append(
          characters[Int(old.bytes[index])], from: old.starts[index], to: old.ends[index])
      }
    }
  }

  // MARK: Bytes and characters

  /// By byte, the character that it is written as: itself if visible, else one from U+0100 on.
  static let characters: [UInt32] = {
    var result = (0..<256).map(UInt32.init)
    var next: UInt32 = 0x100
    for byte in 0..<256 {
      let isVisible =
        (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte)
      if isVisible { continue }
      result[byte] = next
      next += 1
    }
    return result
  }()

  /// By character below U+0144, the byte that it stands for; -1 for none.
  private static let bytesOfCharacters: [Int16] = {
    var result = [Int16](repeating: -1, count: 0x144)
    for (byte, character) in characters.enumerated() { result[Int(character)] = Int16(byte) }
    return result
  }()

  /// The byte that a character stands for; nil for none.
  @inline(__always)
  static func byte(of character: UInt32) -> UInt8? {
    guard character < 0x144, case let byte = bytesOfCharacters[Int(character)], byte >= 0 else {
      return nil
    }
    return UInt8(byte)
  }

  /// The bytes that a token stands for; nil if one of its characters stands for none.
  static func bytes(of token: ArraySlice<UInt8>) -> [UInt8]? {
    let text = Array(token)
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var position = 0
    while position < text.count {
      let (character, end) = text.span.scalar(at: position)
      guard let byte = byte(of: character) else { return nil }
      result.append(byte)
      position = end
    }
    return result
  }
}
