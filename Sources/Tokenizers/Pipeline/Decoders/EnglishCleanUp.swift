/// Mends the spaces that splitting puts into English punctuation and contractions.
enum EnglishCleanUp {
  private static let replacements: [(from: [UInt8], to: [UInt8])] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
    (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

  /// One token, with the space before it, after the replacements one by one.
  static func cleaned(_ piece: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let starts: [UInt8] = [0x2E, 0x3F, 0x21, 0x2C, 0x27, 0x6E, 0x64]
    let needsCleaning = piece.indices.dropLast().contains {
      piece[$0] == 0x20 && starts.contains(piece[$0 + 1])
    }
    guard needsCleaning else { return piece }
    return replacements.reduce(piece) { $0.replacing($1.from, by: $1.to) }
  }
}
