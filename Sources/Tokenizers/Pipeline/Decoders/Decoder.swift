/// The stage that turns tokens back into text.
indirect enum Decoder: Sendable {
  /// Joins words with spaces and tokens of a word without; `cleansUp` mends English punctuation.
  case wordPiece(prefix: String, cleansUp: Bool)
  /// Reads the characters of tokens as bytes.
  case byteLevel
  /// Turns each sign into a space, but one at the beginning.
  case metaspace(Metaspace)
  /// Turns what marks the end of a word into a space.
  case bytePair(suffix: String)
  /// Reads tokens like `<0x0A>` as bytes.
  case byteFallback
  /// Joins all tokens into one.
  case fuse
  case replace(Pattern, with: String)
  /// Takes a scalar from the ends of each token, at most so often.
  case strip(UInt32, start: Int, stop: Int)
  /// Joins what speech recognition repeats (connectionist temporal classification).
  case repeats(padding: String, delimiter: String, cleansUp: Bool)
  /// One after another.
  case sequence([Decoder])

  /// The text of tokens.
  func decode(_ tokens: [ArraySlice<UInt8>]) -> [UInt8] {
    Array(decoded(tokens).joined())
  }

  private func decoded(_ tokens: [ArraySlice<UInt8>]) -> [ArraySlice<UInt8>] {
    switch self {
    case .wordPiece(let prefix, let cleansUp):
      return Self.joinedWords(tokens, Array(prefix.utf8), cleansUp)
    case .byteLevel:
      let bytes = tokens.flatMap { token in ByteLevel.bytes(of: token) ?? Array(token) }
      return [Array(String(decoding: bytes, as: UTF8.self).utf8)[...]]
    case .metaspace(let metaspace): return metaspace.decoded(tokens)
    case .bytePair(let suffix):
      let suffix = Array(suffix.utf8)
      return tokens.enumerated().map { index, token in
        token.replacing(suffix, by: index == tokens.count - 1 ? [] : [0x20])
      }
    case .byteFallback: return Self.joinedBytes(tokens)
    case .fuse: return [Array(tokens.joined())[...]]
    case .replace(let pattern, let content):
      return tokens.map { $0.replacing(pattern, by: Array(content.utf8)) }
    case .strip(let scalar, let start, let stop):
      return tokens.map { Self.stripped($0, scalar, start, stop) }
    case .repeats(let padding, let delimiter, let cleansUp):
      return Self.withoutRepeats(tokens, padding, delimiter, cleansUp)
    case .sequence(let stages): return stages.reduce(tokens) { $1.decoded($0) }
    }
  }

  private static func joinedWords(
    _ tokens: [ArraySlice<UInt8>], _ prefix: [UInt8], _ cleansUp: Bool
  ) -> [ArraySlice<UInt8>] {
    tokens.enumerated().map { index, token in
      var piece = token
      if index > 0 {
        piece = token.starts(with: prefix) ? token.dropFirst(prefix.count) : [0x20] + token
      }
      return cleansUp ? EnglishCleanUp.cleaned(piece) : piece
    }
  }

  /// Runs of byte tokens become text; where they are not UTF-8, each becomes U+FFFD.
  private static func joinedBytes(_ tokens: [ArraySlice<UInt8>]) -> [ArraySlice<UInt8>] {
    var result: [ArraySlice<UInt8>] = []
    var bytes: [UInt8] = []
    func flush() {
      if (try? UTF8Span(validating: bytes.span)) != nil {
        result.append(bytes[...])
      } else {
        result += bytes.map { _ in Array("\u{FFFD}".utf8)[...] }
      }
      bytes = []
    }
    for token in tokens {
      if let byte = byte(of: token) {
        bytes.append(byte)
      } else {
        if !bytes.isEmpty { flush() }
        result.append(token)
      }
    }
    if !bytes.isEmpty { flush() }
    return result
  }

  private static func byte(of token: ArraySlice<UInt8>) -> UInt8? {
    guard token.count == 6, token.starts(with: "<0x".utf8), token.last == UInt8(ascii: ">") else {
      return nil
    }
    return UInt8(String(decoding: token.dropFirst(3).prefix(2), as: UTF8.self), radix: 16)
  }

  private static func stripped(
    _ token: ArraySlice<UInt8>, _ scalar: UInt32, _ start: Int, _ stop: Int
  ) -> ArraySlice<UInt8> {
    var content: [UInt8] = []
    content.appendUTF8(of: scalar)
    var rest = token
    for _ in 0..<start where rest.starts(with: content) { rest = rest.dropFirst(content.count) }
    // As with `tokenizers`, what the two ends take may overlap, but not cross.
    for _ in 0..<stop where rest.suffix(content.count) == content[...] {
      rest = rest.dropLast(content.count)
    }
    return rest
  }

  private static func withoutRepeats(
    _ tokens: [ArraySlice<UInt8>], _ padding: String, _ delimiter: String, _ cleansUp: Bool
  ) -> [ArraySlice<UInt8>] {
    var result: [ArraySlice<UInt8>] = []
    var last: ArraySlice<UInt8>?
    for token in tokens {
      defer { last = token }
      if token == last { continue }
      var text = token.replacing(Array(padding.utf8), by: [])
      if cleansUp {
        text = EnglishCleanUp.cleaned(text).replacing(Array(delimiter.utf8), by: [0x20])
      }
      if !text.isEmpty { result.append(text) }
    }
    return result
  }
}

extension Metaspace {
  /// Tokens with spaces for the signs; those that start the text go if some were put there.
  fileprivate func decoded(_ tokens: [ArraySlice<UInt8>]) -> [ArraySlice<UInt8>] {
    var sign: [UInt8] = []
    sign.appendUTF8(of: replacement.value)
    return tokens.enumerated().map { index, token in
      token.replacing(sign, by: index == 0 && prepending != .never ? [] : [0x20])
    }
  }
}

extension ArraySlice<UInt8> {
  /// The bytes with each occurrence of others replaced.
  func replacing(_ pattern: [UInt8], by replacement: [UInt8]) -> ArraySlice<UInt8> {
    guard let first = pattern.first, contains(first) else { return self }
    var result: ArraySlice<UInt8> = []
    var rest = self
    while let next = rest.first {
      if next == first, rest.starts(with: pattern) {
        result += replacement
        rest = rest.dropFirst(pattern.count)
      } else {
        result.append(next)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  /// The bytes with each match of a pattern replaced.
  fileprivate func replacing(_ pattern: Pattern, by replacement: [UInt8]) -> ArraySlice<UInt8> {
    let text = Array(self)
    var result: ArraySlice<UInt8> = []
    var position = 0
    var scratch = Pattern.Scratch()
    pattern.forEachMatch(in: text.span, 0..<text.count, &scratch) { match in
      result += text[position..<match.lowerBound]
      result += replacement
      position = match.upperBound
    }
    return result + text[position...]
  }
}
