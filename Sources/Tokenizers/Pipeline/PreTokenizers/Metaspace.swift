/// SentencePiece's way with spaces: each becomes a visible sign, which starts a word.
struct Metaspace: Sendable, Equatable {
  /// Where a sign is put before a text that does not start with one.
  enum Prepending: String, Sendable, CaseIterable {
    /// Before every part between added tokens.
    case always
    /// Only at the beginning of the whole text.
    case first
    case never
  }

  /// The sign, usually U+2581.
  var replacement: Unicode.Scalar = "\u{2581}"
  var prepending = Prepending.always
  /// Whether words are split before each sign.
  var splits = true

  func apply(to text: inout AlignedText, _ scratch: inout SplitScratch) {
    text.rewriteWords { old, word, new in rewrite(old, word, &new) }
    guard splits else { return }
    text.splitWords { bytes, word, parts in
      SplitBehavior.mergedWithNext.split(word, isInverted: false, &scratch, into: &parts) {
        _, report in
        var position = word.lowerBound
        while position < word.upperBound {
          let (scalar, end) = bytes.scalar(at: position)
          if scalar == replacement.value { report(position..<end) }
          position = end
        }
      }
    }
  }

  private func rewrite(_ old: AlignedText, _ word: Range<Int>, _ new: inout AlignedText) {
    let first = old.bytes.span.scalar(at: word.lowerBound).scalar
    let (start, end) = (old.starts[word.lowerBound], old.ends[word.lowerBound])
    let isAllowed = prepending == .always || prepending == .first && start == 0
    if isAllowed, first != 0x20, first != replacement.value {
      new.append(replacement.value, from: start, to: end)
    }
    for index in word {
      if old.bytes[index] == 0x20 {
        new.append(replacement.value, from: old.starts[index], to: old.ends[index])
      } else {
        new.append(byte: old.bytes[index], from: old.starts[index], to: old.ends[index])
      }
    }
  }
}
