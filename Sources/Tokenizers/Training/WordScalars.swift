/// The characters of counted words.
struct WordScalars {
  private let words: WordTable
  private let keepsBytes: Bool

  init(_ words: WordTable, keepsBytes: Bool) {
    self.words = words
    self.keepsBytes = keepsBytes
  }

  /// Hands out the scalars of a word; a byte that stands for a character is that character.
  func forEach(in word: Int, _ body: (UInt32) -> Void) {
    let bytes = words.bytes.span
    let range = words.range(of: word)
    var position = range.lowerBound
    while position < range.upperBound {
      if keepsBytes {
        body(ByteLevel.characters[Int(bytes[position])])
        position += 1
      } else {
        let (scalar, end) = bytes.scalar(at: position)
        body(scalar)
        position = end
      }
    }
  }
}
