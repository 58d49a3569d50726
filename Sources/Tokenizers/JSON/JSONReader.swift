/// Reads JSON from UTF-8 bytes in one pass, and lets the caller take large parts over.
///
/// Foundation's decoder builds every object of a vocabulary; here ``TokenizerFile`` reads the
/// members of the vocabulary straight from the bytes.
struct JSONReader {
  let bytes: [UInt8]
  /// The file's name, for errors.
  let file: String
  private(set) var position = 0
  private var depth = 0

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The whole of a text as one value.
  static func value(
    of bytes: [UInt8], file: String
  ) throws(TokenizersError) -> JSONValue {
    var reader = JSONReader(bytes, file: file)
    let value = try reader.readValue()
    try reader.finish()
    return value
  }

  /// Fails if anything but white space is left.
  mutating func finish() throws(TokenizersError) {
    skipWhitespace()
    if position < bytes.count { throw malformed("there is text after the end of the value") }
  }

  /// The next byte that is not white space, without taking it.
  mutating func peek() -> UInt8? {
    skipWhitespace()
    return position < bytes.count ? bytes[position] : nil
  }

  /// Reads an object; `member` reads each value after its key and its colon.
  mutating func readObject(
    _ member: (inout JSONReader, _ key: JSONText) throws(TokenizersError) -> Void
  ) throws(TokenizersError) {
    try open("{")
    if take("}") { return close() }
    while true {
      skipWhitespace()
      let key = try readText()
      guard take(":") else { throw malformed("a colon is missing after a key") }
      try member(&self, key)
      if take("}") { return close() }
      guard take(",") else { throw malformed("a comma or a closing brace is missing") }
    }
  }

  /// Reads a list; `element` reads each of its elements.
  mutating func readList(
    _ element: (inout JSONReader) throws(TokenizersError) -> Void
  ) throws(TokenizersError) {
    try open("[")
    if take("]") { return close() }
    while true {
      try element(&self)
      if take("]") { return close() }
      guard take(",") else { throw malformed("a comma or a closing bracket is missing") }
    }
  }

  /// Reads any value and keeps nothing of it.
  mutating func skipValue() throws(TokenizersError) {
    switch peek() {
    case UInt8(ascii: "{"):
      try readObject { (reader, _) throws(TokenizersError) in try reader.skipValue() }
    case UInt8(ascii: "["):
      try readList { (reader) throws(TokenizersError) in try reader.skipValue() }
    case UInt8(ascii: "\""): _ = try readText()
    default: _ = try readValue()
    }
  }

  /// Reads a real number as serde_json does, which may miss the last bit: see ``DecimalNumber``.
  mutating func readDouble() throws(TokenizersError) -> Double {
    skipWhitespace()
    return DecimalNumber(try readNumber()).value
  }

  /// Reads any value.
  mutating func readValue() throws(TokenizersError) -> JSONValue {
    switch peek() {
    case UInt8(ascii: "{"):
      var members: [JSONValue.Member] = []
      var names: Set<String> = []
      try readObject { (reader, key) throws(TokenizersError) in
        let name = reader.string(of: key)
        if !names.insert(name).inserted {
          throw reader.invalidKey("the key \"\(name)\" is given twice", at: key.start)
        }
        members.append(JSONValue.Member(key: name, value: try reader.readValue()))
      }
      return .object(members)
    case UInt8(ascii: "["): return .array(try readArray())
    case UInt8(ascii: "\""): return .string(string(of: try readText()))
    case UInt8(ascii: "t"): return try literal("true", .boolean(true))
    case UInt8(ascii: "f"): return try literal("false", .boolean(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case nil: throw malformed("the text ends too early")
    default: return .number(try readNumber())
    }
  }

  /// Reads a whole number that is not negative.
  mutating func readIndex() throws(TokenizersError) -> Int {
    skipWhitespace()
    let start = position
    var value = 0
    while position < bytes.count, case let digit = bytes[position] &- 48, digit < 10 {
      guard value < 1 << 40 else { break }
      value = value * 10 + Int(digit)
      position += 1
    }
    guard position > start, position == bytes.count || Self.canFollowNumber(bytes[position]) else {
      position = start
      throw malformed("a whole number, not negative, is expected")
    }
    return value
  }

  private static func canFollowNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x0A, 0x0D, 0x09: true
    default: false
    }
  }

  // MARK: Texts

  /// Where a text lies between its quotation marks, and whether it holds escapes.
  struct JSONText {
    let start: Int
    let end: Int
    let isEscaped: Bool
  }

  /// Reads a text.
  mutating func readText() throws(TokenizersError) -> JSONText {
    guard take("\"") else { throw malformed("a text in quotation marks is expected") }
    let start = position
    var isEscaped = false
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return JSONText(start: start, end: position - 1, isEscaped: isEscaped)
      }
      if byte == UInt8(ascii: "\\") {
        isEscaped = true
        position += 1
      } else if byte < 0x20 {
        throw malformed("a control character stands in a text")
      }
      position += 1
    }
    throw malformed("a text has no end", at: start - 1)
  }

  /// The text's bytes with escapes resolved; lone surrogates become U+FFFD.
  func bytes(of text: JSONText) -> [UInt8] {
    guard text.isEscaped else { return Array(bytes[text.start..<text.end]) }
    var result: [UInt8] = []
    var index = text.start
    while index < text.end {
      let byte = bytes[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < text.end else {
        result.append(byte)
        continue
      }
      let escape = bytes[index]
      index += 1
      switch escape {
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "u"):
        result.append(contentsOf: String(Character(unicodeEscape(at: &index, text.end))).utf8)
      default: result.append(escape)
      }
    }
    return result
  }

  func string(of text: JSONText) -> String {
    String(decoding: bytes(of: text), as: UTF8.self)
  }

  private func unicodeEscape(at index: inout Int, _ end: Int) -> Unicode.Scalar {
    let replacement: Unicode.Scalar = "\u{FFFD}"
    guard let unit = codeUnit(at: index, end) else { return replacement }
    index += 4
    guard (0xD800..<0xDC00).contains(unit), index + 6 <= end, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u"), let low = codeUnit(at: index + 2, end),
      (0xDC00..<0xE000).contains(low)
    else { return Unicode.Scalar(unit) ?? replacement }
    index += 6
    return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + low - 0xDC00) ?? replacement
  }

  private func codeUnit(at index: Int, _ end: Int) -> UInt32? {
    guard index + 4 <= end else { return nil }
    return UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
  }

  // MARK: Pieces

  private mutating func readArray() throws(TokenizersError) -> [JSONValue] {
    var values: [JSONValue] = []
    try readList { (reader) throws(TokenizersError) in values.append(try reader.readValue()) }
    return values
  }

  private mutating func readNumber() throws(TokenizersError) -> String {
    let start = position
    while position < bytes.count, "+-.0123456789eE".utf8.contains(bytes[position]) {
      position += 1
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard Double(text) != nil else { throw malformed("a value is expected", at: start) }
    return text
  }

  private mutating func literal(
    _ text: StaticString, _ value: JSONValue
  ) throws(TokenizersError) -> JSONValue {
    let expected = Array("\(text)".utf8)
    guard bytes[position...].starts(with: expected) else {
      throw malformed("a value is expected")
    }
    position += expected.count
    return value
  }

  private mutating func open(_ byte: Unicode.Scalar) throws(TokenizersError) {
    guard take(byte) else { throw malformed("\"\(byte)\" is expected") }
    depth += 1
    if depth > 64 { throw malformed("values are nested more than 64 deep") }
  }

  private mutating func close() {
    depth -= 1
  }

  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    skipWhitespace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  @inline(__always)
  private mutating func skipWhitespace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  // MARK: Errors

  /// An error that says at which line and column the reader stands.
  func malformed(_ what: String, at offset: Int? = nil) -> TokenizersError {
    let place = TextPosition(of: offset ?? position, in: bytes)
    return TokenizersError(
      .malformedJSON, "\(file), \(place): \(what); the file is not sound JSON.")
  }

  /// An error about a key or its value, with its place.
  func invalidKey(
    _ what: String, at offset: Int? = nil, code: TokenizersError.Code = .invalidKey
  ) -> TokenizersError {
    let place = TextPosition(of: offset ?? position, in: bytes)
    return TokenizersError(code, "\(file), \(place): \(what).")
  }
}

/// A line and a column, counted from 1; the column counts bytes.
struct TextPosition: CustomStringConvertible {
  let line: Int
  let column: Int

  init(of offset: Int, in bytes: [UInt8]) {
    let before = bytes.prefix(offset)
    line = before.count { $0 == 0x0A } + 1
    column = offset - (before.lastIndex(of: 0x0A) ?? -1)
  }

  var description: String { "line \(line), column \(column)" }
}
