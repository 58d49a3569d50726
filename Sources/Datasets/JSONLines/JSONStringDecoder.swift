/// Decodes a JSON string that holds escapes, or says what is wrong with it.
struct JSONStringDecoder {
  private let bytes: ByteView
  private let end: Int
  private let line: Int
  /// The place after the closing quote, once decoded.
  private(set) var position: Int

  /// Takes the place after the opening quote as the start.
  init(_ bytes: ByteView, from start: Int, to end: Int, line: Int) {
    self.bytes = bytes
    self.end = end
    self.line = line
    position = start
  }

  mutating func decode() throws(RowProblem) -> String {
    var text = ""
    let opening = position - 1
    while true {
      let stop = bytes.stringStop(from: position, to: end)
      text += bytes.text(from: position, to: stop)
      position = stop
      guard stop < end else {
        throw problem("a string opens here and is not closed on its line.", at: opening)
      }
      switch bytes[stop] {
      case .quote:
        position = stop + 1
        return text
      case .backslash:
        text.unicodeScalars.append(try escape())
      default:
        throw problem(
          "a control character in a string must be written as an escape (\\n, \\t, \\u0000).",
          at: stop)
      }
    }
  }

  private mutating func escape() throws(RowProblem) -> Unicode.Scalar {
    let start = position
    guard position + 1 < end else { throw problem("the line ends in an escape.", at: start) }
    let kind = bytes[position + 1]
    position += 2
    switch kind {
    case .quote, .backslash, UInt8(ascii: "/"): return Unicode.Scalar(kind)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape(start)
    default: throw problem("JSON has no such escape.", at: start)
    }
  }

  /// `\uXXXX`, or two of them that make one character beyond U+FFFF.
  private mutating func unicodeEscape(_ start: Int) throws(RowProblem) -> Unicode.Scalar {
    let first = try hexadecimal(start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, position + 1 < end, bytes[position] == .backslash,
      bytes[position + 1] == UInt8(ascii: "u")
    else { throw loneSurrogate(start) }
    position += 2
    let second = try hexadecimal(start)
    guard 0xDC00...0xDFFF ~= second,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw loneSurrogate(start) }
    return scalar
  }

  private mutating func hexadecimal(_ start: Int) throws(RowProblem) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < end, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
      else { throw problem("four hexadecimal digits must follow \\u.", at: start) }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private func loneSurrogate(_ start: Int) -> RowProblem {
    problem("half of a surrogate pair stands alone, which is no character.", at: start)
  }

  private func problem(_ message: String, at place: Int) -> RowProblem {
    RowProblem(
      code: .invalidJSON, message: message, line: line, column: bytes.column(of: place),
      byte: place)
  }
}
