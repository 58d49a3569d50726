#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of an open file, with the few searches that the readers need.
///
/// Every access is checked against the file's size, so a mistake here traps instead of reading past
/// the end. Searches look at eight bytes at a time (see "Determine if a word has a byte equal to n"
/// in Anderson's Bit Twiddling Hacks): the lowest marked byte is always right, which is the one
/// used.
@safe struct ByteView {
  private let file: MappedFile
  private let start: UnsafePointer<UInt8>
  let count: Int

  init(_ file: MappedFile) {
    self.file = file
    unsafe start = file.start
    count = file.count
  }

  /// The file as it was named.
  var name: String { file.name }

  subscript(position: Int) -> UInt8 {
    precondition(UInt(bitPattern: position) < UInt(bitPattern: count))
    return unsafe start[position]
  }

  private func word(at position: Int) -> UInt64 {
    unsafe UInt64(
      littleEndian: UnsafeRawPointer(start + position).loadUnaligned(as: UInt64.self))
  }

  private func check(_ lower: Int, _ upper: Int) {
    precondition(lower >= 0 && lower <= upper && upper <= count)
  }

  /// The first place of a byte in `lower..<upper`.
  func firstIndex(of byte: UInt8, from lower: Int, to upper: Int) -> Int? {
    check(lower, upper)
    guard let found = unsafe memchr(start + lower, Int32(byte), upper - lower) else { return nil }
    return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(start)
  }

  /// The end of an unquoted field: the first delimiter, line feed or carriage return, or `upper`.
  func fieldEnd(delimiter: UInt8, from lower: Int, to upper: Int) -> Int {
    check(lower, upper)
    let pattern = Self.ones &* UInt64(delimiter)
    var position = lower
    while upper - position >= 8 {
      let word = word(at: position)
      let marks =
        Self.zeros(word ^ pattern) | Self.zeros(word ^ Self.lineFeeds)
        | Self.zeros(word ^ Self.returns)
      if marks != 0 { return position + marks.trailingZeroBitCount >> 3 }
      position += 8
    }
    while position < upper {
      let byte = unsafe start[position]
      if byte == delimiter || byte == .lineFeed || byte == .carriageReturn { break }
      position += 1
    }
    return position
  }

  /// The first quote, backslash or control character of a JSON string, or `upper`.
  func stringStop(from lower: Int, to upper: Int) -> Int {
    check(lower, upper)
    var position = lower
    while upper - position >= 8 {
      let word = word(at: position)
      let controls = (word &- Self.ones &* 0x20) & ~word & Self.highs
      let marks =
        Self.zeros(word ^ Self.quotes) | Self.zeros(word ^ Self.backslashes) | controls
      if marks != 0 { return position + marks.trailingZeroBitCount >> 3 }
      position += 8
    }
    while position < upper {
      let byte = unsafe start[position]
      if byte == .quote || byte == .backslash || byte < 0x20 { break }
      position += 1
    }
    return position
  }

  /// The line breaks in `lower..<upper`: CR LF, LF or a lone CR.
  func lineBreaks(from lower: Int, to upper: Int) -> Int {
    var breaks = 0
    var position = lower
    while let found = firstIndex(of: .lineFeed, from: position, to: upper) {
      breaks += 1
      position = found + 1
    }
    position = lower
    while let found = firstIndex(of: .carriageReturn, from: position, to: upper) {
      if found + 1 == count || self[found + 1] != .lineFeed { breaks += 1 }
      position = found + 1
    }
    return breaks
  }

  /// The first byte in `lower..<upper` that is not part of well-formed UTF-8 (Unicode, table 3-7).
  func firstInvalidUTF8(from lower: Int, to upper: Int) -> Int? {
    check(lower, upper)
    var position = lower
    while position < upper {
      if upper - position >= 8, word(at: position) & Self.highs == 0 {
        position += 8
        continue
      }
      let lead = unsafe start[position]
      if lead < 0x80 {
        position += 1
        continue
      }
      if upper - position >= 8, isCommonThreeBytes(word(at: position)) {
        position += 3
        continue
      }
      guard let length = sequenceLength(lead: lead, at: position, to: upper) else {
        return position
      }
      position += length
    }
    return nil
  }

  /// Whether a word starts with a three-byte character whose lead byte is neither E0 nor ED, as
  /// most Chinese, Japanese and Korean ones do.
  @inline(__always)
  private func isCommonThreeBytes(_ word: UInt64) -> Bool {
    let lead = UInt8(truncatingIfNeeded: word)
    return word & 0xC0_C0F0 == 0x80_80E0 && lead != 0xE0 && lead != 0xED
  }

  private func sequenceLength(lead: UInt8, at position: Int, to upper: Int) -> Int? {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return nil
    }
    guard upper - position >= length, unsafe second.contains(start[position + 1]) else {
      return nil
    }
    for offset in 2..<max(2, length) where unsafe start[position + offset] & 0xC0 != 0x80 {
      return nil
    }
    return length
  }

  /// The bytes as text; what is not UTF-8 becomes U+FFFD.
  func text(from lower: Int, to upper: Int) -> String {
    check(lower, upper)
    return unsafe String(
      decoding: UnsafeBufferPointer(start: start + lower, count: upper - lower), as: UTF8.self)
  }

  /// The bytes of a quoted field as text, with each doubled quote made one.
  func unquotedText(from lower: Int, to upper: Int) -> String {
    check(lower, upper)
    return unsafe String(unsafeUninitializedCapacity: upper - lower) { buffer in
      var (position, written) = (lower, 0)
      while position < upper {
        let byte = unsafe start[position]
        unsafe buffer[written] = byte
        written += 1
        position += byte == .quote ? 2 : 1
      }
      return written
    }
  }

  /// The characters from the start of the line to a byte, counted from 1, for messages.
  func column(of position: Int) -> Int {
    var lineStart = min(position, count)
    while lineStart > 0, self[lineStart - 1] != .lineFeed, self[lineStart - 1] != .carriageReturn {
      lineStart -= 1
    }
    if lineStart == 0, hasByteOrderMark { lineStart = min(3, position) }
    return text(from: lineStart, to: min(position, count)).unicodeScalars.count + 1
  }

  /// Whether the file starts with the UTF-8 byte order mark, EF BB BF.
  var hasByteOrderMark: Bool {
    count >= 3 && self[0] == 0xEF && self[1] == 0xBB && self[2] == 0xBF
  }

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080
  private static let lineFeeds = ones &* UInt64(UInt8.lineFeed)
  private static let returns = ones &* UInt64(UInt8.carriageReturn)
  private static let quotes = ones &* UInt64(UInt8.quote)
  private static let backslashes = ones &* UInt64(UInt8.backslash)

  @inline(__always)
  private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & highs }
}

extension UInt8 {
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let tab: UInt8 = 0x09
  static let space: UInt8 = 0x20
  static let quote: UInt8 = 0x22
  static let backslash: UInt8 = 0x5C
}
