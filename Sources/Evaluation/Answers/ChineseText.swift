/// Texts as CMRC 2018's script compares them.
enum ChineseText {
  /// The characters that the script calls punctuation; all others count, the comma of English too.
  private static let punctuation = Set("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』".unicodeScalars)

  /// The characters in lower case, without punctuation.
  static func withoutPunctuation(_ text: String) -> [Unicode.Scalar] {
    lowercased(text).filter { !punctuation.contains($0) }
  }

  /// Chinese characters one by one, and the words of what stands between them.
  static func pieces(_ text: String) -> [[Unicode.Scalar]] {
    var pieces: [[Unicode.Scalar]] = []
    var other = String.UnicodeScalarView()
    func closeOther() {
      guard !other.isEmpty else { return }
      pieces += TreebankWords.split(String(other))
      other = String.UnicodeScalarView()
    }
    for scalar in withoutPunctuation(text) {
      if (0x4E00...0x9FA5).contains(scalar.value) {
        closeOther()
        pieces.append([scalar])
      } else {
        other.append(scalar)
      }
    }
    closeOther()
    return pieces
  }

  /// The F1 of the longest run of pieces that two texts have in common.
  static func f1(_ first: [[Unicode.Scalar]], _ second: [[Unicode.Scalar]]) -> Double {
    var longest = 0
    var previous = [Int](repeating: 0, count: second.count + 1)
    for piece in first {
      var lengths = [Int](repeating: 0, count: second.count + 1)
      for (place, other) in second.enumerated() where other == piece {
        lengths[place + 1] = previous[place] + 1
        longest = max(longest, lengths[place + 1])
      }
      previous = lengths
    }
    return sharedF1(longest, of: first.count, and: second.count)
  }

  private static func lowercased(_ text: String) -> [Unicode.Scalar] {
    var scalars = Array(text.lowercased().unicodeScalars)[...]
    while scalars.first?.isPythonSpace == true { scalars = scalars.dropFirst() }
    while scalars.last?.isPythonSpace == true { scalars = scalars.dropLast() }
    return Array(scalars)
  }
}
