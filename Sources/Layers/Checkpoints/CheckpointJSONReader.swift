/// Reads JSON (RFC 8259) from bytes; refuses equal keys and deep nesting.
struct CheckpointJSONReader {
  private let bytes: [UInt8]
  private var position = 0
  /// A header nests three deep; a hostile one must not exhaust the stack.
  private let deepest = 32

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func document() throws(CheckpointJSON.Problem) -> CheckpointJSON {
    let value = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw problem("there is text after the end") }
    return value
  }

  private func problem(_ reason: String) -> CheckpointJSON.Problem {
    CheckpointJSON.Problem(offset: position, reason: reason)
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(CheckpointJSON.Problem) -> CheckpointJSON {
    guard depth < deepest else { throw problem("values are nested too deep") }
    skipSpace()
    switch current {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw problem("the text ends too early")
    default: return try number()
    }
  }

  private mutating func word(_ word: StaticString, _ value: CheckpointJSON)
    throws(CheckpointJSON.Problem) -> CheckpointJSON
  {
    let expected = Array(word.description.utf8)
    guard bytes[position...].starts(with: expected) else { throw problem("a value was expected") }
    position += expected.count
    return value
  }

  private mutating func object(depth: Int) throws(CheckpointJSON.Problem) -> CheckpointJSON {
    position += 1
    var members: [CheckpointJSON.Member] = []
    var keys: Set<String> = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipSpace()
      guard current == UInt8(ascii: "\"") else { throw problem("a key in quotes was expected") }
      let key = try string()
      guard keys.insert(key).inserted else { throw problem("the key '\(key)' is there twice") }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw problem("a colon was expected") }
      members.append(CheckpointJSON.Member(key: key, value: try value(depth: depth + 1)))
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw problem("a comma or a brace was expected") }
    }
  }

  private mutating func array(depth: Int) throws(CheckpointJSON.Problem) -> CheckpointJSON {
    position += 1
    var elements: [CheckpointJSON] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      guard take(UInt8(ascii: ",")) else { throw problem("a comma or a bracket was expected") }
    }
  }

  private mutating func number() throws(CheckpointJSON.Problem) -> CheckpointJSON {
    let start = position
    _ = take(UInt8(ascii: "-"))
    let leadingZero = current == UInt8(ascii: "0")
    guard let digits = takeDigits(), !leadingZero || digits == 1 else {
      throw problem("a value was expected")
    }
    var isWhole = true
    if take(UInt8(ascii: ".")) {
      isWhole = false
      guard takeDigits() != nil else { throw problem("a digit was expected") }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isWhole = false
      _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
      guard takeDigits() != nil else { throw problem("a digit was expected") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else { throw problem("the number is too large") }
    return .number(value)
  }

  /// The count of digits that were read; nil for none.
  private mutating func takeDigits() -> Int? {
    let start = position
    while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    return position == start ? nil : position - start
  }

  private mutating func string() throws(CheckpointJSON.Problem) -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let result = String(validating: text, as: UTF8.self) else {
          throw problem("the text is not UTF-8")
        }
        return result
      case UInt8(ascii: "\\"):
        try appendEscape(to: &text)
      case 0..<0x20:
        throw problem("a control character is in a text")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw problem("the text ends too early")
  }

  private mutating func appendEscape(to text: inout [UInt8]) throws(CheckpointJSON.Problem) {
    position += 1
    guard let byte = current else { throw problem("the text ends too early") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: String(try escapedScalar()).utf8)
    default: throw problem("an unknown escape is in a text")
    }
  }

  private mutating func escapedScalar() throws(CheckpointJSON.Problem) -> Unicode.Scalar {
    var code = try hexadecimal()
    if (0xD800..<0xDC00).contains(code), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
      let low = try hexadecimal()
      guard (0xDC00..<0xE000).contains(low) else { throw problem("half a surrogate is in a text") }
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw problem("half a surrogate is in a text") }
    return scalar
  }

  private mutating func hexadecimal() throws(CheckpointJSON.Problem) -> UInt32 {
    guard position + 4 <= bytes.count else { throw problem("the text ends too early") }
    var code: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw problem("four hexadecimal digits were expected")
      }
      code = code << 4 | UInt32(digit)
    }
    position += 4
    return code
  }
}
