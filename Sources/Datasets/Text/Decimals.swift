/// Reads numbers written in decimal, the same on every machine and in every locale.
enum Decimals {
  /// The finite number that the text is, white space around it aside, or nil.
  ///
  /// `nan`, `inf` and hexadecimal, which `Double.init` would take, are not numbers here.
  static func number(_ text: String) -> Double? {
    let trimmed = text.trimmed
    let isDecimal = trimmed.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || "+-.eE".utf8.contains(byte)
    }
    guard isDecimal, let number = Double(trimmed), number.isFinite else { return nil }
    return number
  }
}

extension String {
  /// The text without white space at its ends.
  var trimmed: String {
    if let first = utf8.first, let last = utf8.last, first.isPrinting, last.isPrinting {
      return self
    }
    guard let first = unicodeScalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = unicodeScalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(unicodeScalars[first...last])
  }

  /// Whether there is nothing but white space (Unicode's `White_Space`) in the text.
  var isBlank: Bool {
    if let first = utf8.first, first.isPrinting { return false }
    return unicodeScalars.allSatisfy(\.properties.isWhitespace)
  }

  /// The parts between occurrences of a separator, compared byte for byte.
  func components(separatedBy separator: String) -> [String] {
    let bytes = Array(utf8)
    let mark = Array(separator.utf8)
    var parts: [String] = []
    var (start, position) = (0, 0)
    while position + mark.count <= bytes.count {
      if bytes[position] == mark[0], bytes[position..<position + mark.count].elementsEqual(mark) {
        parts.append(String(decoding: bytes[start..<position], as: UTF8.self))
        position += mark.count
        start = position
      } else {
        position += 1
      }
    }
    parts.append(String(decoding: bytes[start...], as: UTF8.self))
    return parts
  }
}

extension UInt8 {
  /// Whether the byte is an ASCII character that shows, which most texts begin and end with.
  fileprivate var isPrinting: Bool { self > 0x20 && self < 0x7F }
}
