/// Turns positions in a text's UTF-8 into positions of Unicode scalars, which Python and the
/// printed offsets of Hugging Face's `tokenizers` count in.
public struct ScalarOffsets: Sendable {
  /// The scalar that each byte belongs to; one more at the end.
  ///
  /// Nil for ASCII, where both agree.
  private let scalars: [Int32]?

  /// Reads a text once, in time proportional to its length.
  public init(of text: String) {
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
      scalars = nil
      return
    }
    var scalars: [Int32] = []
    scalars.reserveCapacity(text.utf8.count + 1)
    var current: Int32 = -1
    for byte in text.utf8 {
      if byte & 0xC0 != 0x80 { current += 1 }
      scalars.append(current)
    }
    scalars.append(current + 1)
    self.scalars = scalars
  }

  /// The scalars that a range of bytes covers; a range inside one scalar gives that scalar.
  ///
  /// Positions past the end of the text count as its end.
  public func scalarRange(of bytes: Range<Int>) -> Range<Int> {
    guard let scalars else { return bytes }
    let last = scalars.count - 1
    let lower = Int(scalars[min(bytes.lowerBound, last)])
    if bytes.isEmpty { return lower..<lower }
    let upper = Int(scalars[min(bytes.upperBound - 1, last)]) + 1
    return lower..<max(lower, min(upper, Int(scalars[last])))
  }
}
