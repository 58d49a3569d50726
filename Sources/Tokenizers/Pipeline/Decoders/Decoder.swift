/// The stage that turns tokens back into text.
enum Decoder: Sendable, Equatable {
  /// Joins words with spaces and tokens of a word without; `cleansUp` mends English punctuation.
  case wordPiece(prefix: String, cleansUp: Bool)

  /// The text of tokens.
  func decode(_ tokens: [ArraySlice<UInt8>]) -> [UInt8] {
    switch self {
    case .wordPiece(let prefix, let cleansUp):
      let prefix = Array(prefix.utf8)
      var result: [UInt8] = []
      for (index, token) in tokens.enumerated() {
        var piece = token
        if index > 0 {
          if token.starts(with: prefix) {
            piece = token.dropFirst(prefix.count)
          } else {
            piece = [0x20] + token
          }
        }
        result.append(contentsOf: cleansUp ? Self.cleaned(piece) : piece)
      }
      return result
    }
  }

  private static let replacements: [(from: [UInt8], to: [UInt8])] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
    (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

  /// One token, with the space before it, after the replacements one by one.
  private static func cleaned(_ piece: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let starts: [UInt8] = [0x2E, 0x3F, 0x21, 0x2C, 0x27, 0x6E, 0x64]
    let needsCleaning = piece.indices.dropLast().contains {
      piece[$0] == 0x20 && starts.contains(piece[$0 + 1])
    }
    guard needsCleaning else { return piece }
    return replacements.reduce(piece) { replacing($1.from, by: $1.to, in: $0) }
  }

  private static func replacing(
    _ pattern: [UInt8], by replacement: [UInt8], in text: ArraySlice<UInt8>
  ) -> ArraySlice<UInt8> {
    var result: ArraySlice<UInt8> = []
    var rest = text
    while let first = rest.first {
      if rest.starts(with: pattern) {
        result.append(contentsOf: replacement)
        rest = rest.dropFirst(pattern.count)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }
}
