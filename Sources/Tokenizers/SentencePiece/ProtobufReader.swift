/// Reads the fields of a message in Protocol Buffers' wire format, one after another.
///
/// https://protobuf.dev/programming-guides/encoding
struct ProtobufReader {
  private let bytes: [UInt8]
  private var position: Int
  private let end: Int

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// A field: its number and its value.
  struct Field {
    let number: Int
    let value: Value
  }

  /// A value, as far as the wire tells its kind.
  enum Value {
    /// A whole number, an enumeration or a truth value.
    case integer(UInt64)
    /// A real number of 32 bits, or another value of that width.
    case word(UInt32)
    /// A value of 64 bits.
    case doubleWord(UInt64)
    /// A text, bytes or a message: where it lies in the bytes.
    case bytes(Range<Int>)
  }

  /// The bytes are no such message.
  struct Malformed: Error {
    /// Where the trouble is, in bytes.
    let position: Int
  }

  /// The next field; nil at the end.
  mutating func next() throws(Malformed) -> Field? {
    if position == end { return nil }
    let start = position
    let tag = try integer()
    guard tag >> 3 > 0, let number = Int(exactly: tag >> 3) else {
      throw Malformed(position: start)
    }
    switch tag & 7 {
    case 0: return Field(number: number, value: .integer(try integer()))
    case 1: return Field(number: number, value: .doubleWord(try fixed(8)))
    case 5: return Field(number: number, value: .word(UInt32(truncatingIfNeeded: try fixed(4))))
    case 2:
      let length = try integer()
      guard length <= UInt64(end - position) else { throw Malformed(position: start) }
      let range = position..<position + Int(length)
      position = range.upperBound
      return Field(number: number, value: .bytes(range))
    default: throw Malformed(position: start)
    }
  }

  private mutating func integer() throws(Malformed) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < end else { break }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw Malformed(position: position)
  }

  private mutating func fixed(_ width: Int) throws(Malformed) -> UInt64 {
    guard width <= end - position else { throw Malformed(position: position) }
    var value: UInt64 = 0
    for offset in 0..<width { value |= UInt64(bytes[position + offset]) << UInt64(8 * offset) }
    position += width
    return value
  }
}
