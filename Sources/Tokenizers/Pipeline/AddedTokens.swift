/// A token that is found in the text before the model sees it.
struct AddedToken: Sendable, Equatable {
  var content: String
  var id: TokenID
  /// Is left out when decoding without special tokens.
  var isSpecial = false
  /// Is matched only where no letter or digit touches it.
  var isSingleWord = false
  /// Takes the white space to its left along.
  var stripsLeft = false
  /// Takes the white space to its right along.
  var stripsRight = false
  /// Is normalised itself and matched against the normalised text.
  var isNormalized = true

  /// A special token that is matched as it stands; its id is not known yet.
  static func special(_ content: String) -> AddedToken {
    AddedToken(content: content, id: 0, isSpecial: true, isNormalized: false)
  }
}

/// Finds added tokens: from the left, at each place the longest.
struct AddedTokenMatcher: Sendable {
  /// A token as the UTF-8 to look for.
  struct Pattern: Sendable {
    let token: AddedToken
    let bytes: [UInt8]
  }

  /// The patterns by their first byte, the longest first.
  private var patterns: [UInt8: [Pattern]] = [:]
  private var isFirstByte = [Bool](repeating: false, count: 256)

  init(_ patterns: [Pattern]) {
    for pattern in patterns {
      guard let first = pattern.bytes.first else { continue }
      self.patterns[first, default: []].append(pattern)
      isFirstByte[Int(first)] = true
    }
    for first in self.patterns.keys {
      self.patterns[first]?.sort { $0.bytes.count > $1.bytes.count }
    }
  }

  var isEmpty: Bool { patterns.isEmpty }

  /// A stretch of the text: an added token, or what lies between two.
  struct Part {
    let range: Range<Int>
    let token: AddedToken?
  }

  /// The parts of a part of a text that hold all of it; nil if no token is found.
  func parts(of text: Span<UInt8>, _ bounds: Range<Int>) -> [Part]? {
    var position = bounds.lowerBound
    var start = position
    var result: [Part] = []
    while position < bounds.upperBound {
      guard isFirstByte[Int(text[position])],
        let pattern = match(text, position, bounds.upperBound)
      else {
        position += 1
        continue
      }
      var range = position..<position + pattern.bytes.count
      position = range.upperBound
      let token = pattern.token
      if token.isSingleWord, touchesWord(text, bounds, range) { continue }
      if token.stripsLeft {
        range = max(start, whitespaceStart(text, bounds, range.lowerBound))..<range.upperBound
      }
      if token.stripsRight {
        range = range.lowerBound..<whitespaceEnd(text, bounds, range.upperBound)
      }
      if start < range.lowerBound {
        result.append(Part(range: start..<range.lowerBound, token: nil))
      }
      result.append(Part(range: range, token: token))
      start = range.upperBound
    }
    if result.isEmpty { return nil }
    if start < bounds.upperBound {
      result.append(Part(range: start..<bounds.upperBound, token: nil))
    }
    return result
  }

  private func match(_ text: Span<UInt8>, _ position: Int, _ end: Int) -> Pattern? {
    patterns[text[position]]?.first { pattern in
      guard position + pattern.bytes.count <= end else { return false }
      for offset in pattern.bytes.indices where pattern.bytes[offset] != text[position + offset] {
        return false
      }
      return true
    }
  }

  private func touchesWord(
    _ text: Span<UInt8>, _ bounds: Range<Int>, _ range: Range<Int>
  ) -> Bool {
    if range.lowerBound > bounds.lowerBound {
      let start = scalarStart(text, before: range.lowerBound)
      if Self.isWord(text.scalar(at: start).scalar) { return true }
    }
    return range.upperBound < bounds.upperBound
      && Self.isWord(text.scalar(at: range.upperBound).scalar)
  }

  /// What regular expressions call `\w` (Unicode Technical Standard 18, annex C), as of Unicode
  /// 16, the version of Rust's `regex`.
  private static func isWord(_ value: UInt32) -> Bool {
    guard let properties = Unicode.Scalar(value)?.properties, let age = properties.age,
      age.major <= 16
    else { return false }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
      return true
    default:
      return properties.isAlphabetic || properties.isJoinControl
    }
  }

  private func whitespaceStart(
    _ text: Span<UInt8>, _ bounds: Range<Int>, _ end: Int
  ) -> Int {
    var position = end
    while position > bounds.lowerBound {
      let start = scalarStart(text, before: position)
      guard isWhitespace(text, start) else { break }
      position = start
    }
    return position
  }

  private func whitespaceEnd(
    _ text: Span<UInt8>, _ bounds: Range<Int>, _ start: Int
  ) -> Int {
    var position = start
    while position < bounds.upperBound, isWhitespace(text, position) {
      position = text.scalar(at: position).end
    }
    return position
  }

  private func scalarStart(_ text: Span<UInt8>, before end: Int) -> Int {
    var start = end - 1
    while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  private func isWhitespace(_ text: Span<UInt8>, _ position: Int) -> Bool {
    let scalar = text.scalar(at: position).scalar
    return UnicodeTables.shared.properties(of: scalar).contains(.whitespace)
  }
}
