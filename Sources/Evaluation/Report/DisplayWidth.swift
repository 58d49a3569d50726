extension String {
  /// The columns that the text takes on a terminal: 2 for a wide character (Chinese, Japanese,
  /// Korean, emoji), 0 for a mark that joins the one before.
  package var displayWidth: Int {
    reduce(0) { $0 + $1.displayWidth }
  }

  /// The text with spaces before it up to a width in columns.
  package func rightAligned(_ width: Int) -> String {
    String(repeating: " ", count: max(0, width - displayWidth)) + self
  }

  /// The text with spaces after it up to a width in columns.
  package func leftAligned(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - displayWidth))
  }

  /// The text cut so that it takes at most this many columns.
  package func cut(toWidth width: Int) -> String {
    var used = 0
    var kept = ""
    for character in self {
      used += character.displayWidth
      if used > width { break }
      kept.append(character)
    }
    return kept
  }
}

extension Character {
  package var displayWidth: Int {
    guard let first = unicodeScalars.first else { return 0 }
    if first.isWide || unicodeScalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
    if first.value < 0x20 || first.value == 0x7F { return 0 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return first.value == 0xAD ? 1 : 0
    default: return 1
    }
  }
}

extension Unicode.Scalar {
  /// Whether Unicode's East Asian Width (UAX 11) is W or F.
  fileprivate var isWide: Bool {
    guard value >= 0x1100 else { return false }
    if properties.isEmojiPresentation, value < 0x1F1E6 || value > 0x1F1FF { return true }
    return Self.wide.contains { $0.contains(value) }
  }

  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF,
    0x4E00...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
    0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x1B2FB, 0x1F200...0x1F320,
    0x20000...0x3FFFD,
  ]
}
