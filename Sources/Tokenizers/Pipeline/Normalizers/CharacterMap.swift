/// SentencePiece's `precompiled_charsmap`: what short stretches of text are replaced by.
///
/// The bytes are a number (little-endian, 32 bits: the length of the trie in bytes), the trie, and
/// the replacements in UTF-8, each ended by a zero byte. The trie is darts-clone's double array.
struct CharacterMap: Sendable {
  /// The bytes as the file has them.
  let bytes: [UInt8]
  private let units: [Unit]
  private let replacements: [UInt8]
  /// By ASCII character, whether it stays as it is where it stands alone.
  private var leavesASCII = [Bool](repeating: true, count: 128)

  /// Reads a map; nil if the bytes are none.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 4 else { return nil }
    func number(_ place: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
    }
    let length = Int(number(0))
    guard length > 0, length % 4 == 0, length <= bytes.count - 4 else { return nil }
    self.bytes = bytes
    units = stride(from: 4, to: 4 + length, by: 4).map { Unit(bits: number($0)) }
    replacements = Array(bytes[(4 + length)...])
    guard (try? UTF8Span(validating: replacements.span)) != nil else { return nil }
    for byte in UInt8(1)..<128 where replacement(of: [byte].span, 0..<1) != nil {
      leavesASCII[Int(byte)] = false
    }
  }

  /// Whether a scalar that stands alone is surely left as it is: most of ASCII.
  @inline(__always)
  func leaves(_ scalar: UInt32) -> Bool {
    scalar < 128 && leavesASCII[Int(scalar)]
  }

  /// A cell of the trie: flags, the byte that leads to it, and where its children lie.
  private struct Unit {
    let bits: UInt32

    /// Whether a stretch of text ends here; its replacement's place is the value of child 0.
    var hasValue: Bool { bits >> 8 & 1 == 1 }
    var value: Int { Int(bits & 0x7FFF_FFFF) }
    /// The byte that leads here; above 255 for a value.
    var label: UInt32 { bits & 0x8000_00FF }
    /// What the place of a child is told by, with its byte, by exclusive or.
    var offset: Int { Int(bits >> 10) << Int((bits & 1 << 9) >> 6) }
  }

  /// What replaces a stretch of text, by the shortest beginning of it that the map holds.
  func replacement(of text: Span<UInt8>, _ range: Range<Int>) -> ArraySlice<UInt8>? {
    var place = units[0].offset
    for index in range {
      let byte = text[index]
      if byte == 0 { return nil }
      place ^= Int(byte)
      guard place < units.count, units[place].label == UInt32(byte) else { return nil }
      let unit = units[place]
      place ^= unit.offset
      guard unit.hasValue else { continue }
      guard place < units.count, units[place].value <= replacements.count else { return nil }
      return replacements[units[place].value...].prefix { $0 != 0 }
    }
    return nil
  }
}

extension CharacterMap: Equatable {
  static func == (left: CharacterMap, right: CharacterMap) -> Bool { left.bytes == right.bytes }
}
