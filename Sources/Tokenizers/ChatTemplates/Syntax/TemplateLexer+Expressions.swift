extension TemplateLexer {
  private static let symbols = [
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}",
    ">", "<", "=", ".", ":", "|", ",", ";",
  ]

  /// Reads what stands inside a tag, up to and with its end.
  mutating func readExpressions(from tag: Int, isBlock: Bool) throws(TemplateFailure) {
    var brackets: [String] = []
    while position < source.count {
      // Inside brackets `}}` closes two of them.
      if brackets.isEmpty,
        let end = tagEnd(at: position, closing: isBlock ? "%" : "}", isBlock: isBlock)
      {
        append(isBlock ? .blockEnd : .variableEnd, at: position)
        return leaveTag(at: end)
      }
      let scalar = source[position]
      if scalar.isPythonSpace {
        position += 1
      } else if ("0"..."9").contains(scalar) {
        try readNumber()
      } else if Self.startsName(scalar) {
        readName()
      } else if scalar == "'" || scalar == "\"" {
        try readText(quote: scalar)
      } else {
        try readSymbol(&brackets)
      }
    }
    let close = isBlock ? "%}" : "}}"
    throw TemplateFailure("the tag has no end (\(close)).", code: .syntax, at: tag)
  }

  private static func startsName(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isXIDStart
  }

  private mutating func readName() {
    let start = position
    while position < source.count,
      source[position] == "_" || source[position].properties.isXIDContinue
    {
      position += 1
    }
    append(.name(TemplateText(source[start..<position]).string), at: start)
  }

  private mutating func readSymbol(_ brackets: inout [String]) throws(TemplateFailure) {
    guard let symbol = Self.symbols.first(where: { matches($0, at: position) }) else {
      throw TemplateFailure(
        "the character \"\(source[position])\" means nothing here.", code: .syntax, at: position)
    }
    switch symbol {
    case "(": brackets.append(")")
    case "[": brackets.append("]")
    case "{": brackets.append("}")
    case ")", "]", "}":
      guard brackets.popLast() == symbol else {
        throw TemplateFailure(
          "\"\(symbol)\" closes nothing that is open.", code: .syntax, at: position)
      }
    default: break
    }
    append(.symbol(symbol), at: position)
    position += symbol.utf8.count
  }

  // MARK: Numbers

  private mutating func readNumber() throws(TemplateFailure) {
    let start = position
    let isAfterPoint = start > 0 && source[start - 1] == "."
    if !isAfterPoint, let end = endOfDouble(from: start) {
      let text = TemplateText(source[start..<end])
      guard let value = PythonNumber.double(text) else { throw badNumber(start) }
      append(.double(value), at: start)
      position = end
      return
    }
    var base = 10
    var end = start
    if source[start] == "0", start + 1 < source.count {
      switch source[start + 1] {
      case "b", "B": base = 2
      case "o", "O": base = 8
      case "x", "X": base = 16
      default: break
      }
    }
    if base != 10 { end += 2 }
    while end < source.count, Self.isDigit(source[end], base: base) || source[end] == "_" {
      end += 1
    }
    guard let value = PythonNumber.integer(TemplateText(source[start..<end]), base: base) else {
      throw badNumber(start)
    }
    append(.integer(value), at: start)
    position = end
  }

  private func badNumber(_ start: Int) -> TemplateFailure {
    TemplateFailure("the number is not sound, or too large.", code: .syntax, at: start)
  }

  private static func isDigit(_ scalar: Unicode.Scalar, base: Int) -> Bool {
    scalar.isASCII && Int(String(scalar), radix: base) != nil
  }

  private func endOfDigits(from start: Int) -> Int? {
    var index = start
    while index < source.count, Self.isDigit(source[index], base: 10) || source[index] == "_" {
      index += 1
    }
    return index > start && source[start] != "_" ? index : nil
  }

  /// The end of a number with a fraction or an exponent; nil if none stands there.
  private func endOfDouble(from start: Int) -> Int? {
    guard var end = endOfDigits(from: start) else { return nil }
    var isDouble = false
    if end < source.count, source[end] == ".", let fraction = endOfDigits(from: end + 1) {
      end = fraction
      isDouble = true
    }
    if end < source.count, source[end] == "e" || source[end] == "E" {
      let hasSign = end + 1 < source.count && (source[end + 1] == "-" || source[end + 1] == "+")
      if let exponent = endOfDigits(from: hasSign ? end + 2 : end + 1) {
        end = exponent
        isDouble = true
      }
    }
    return isDouble ? end : nil
  }

  // MARK: Texts

  private mutating func readText(quote: Unicode.Scalar) throws(TemplateFailure) {
    let start = position
    var end = start + 1
    while end < source.count, source[end] != quote { end += source[end] == "\\" ? 2 : 1 }
    guard end < source.count else {
      throw TemplateFailure("the text has no end (\(quote)).", code: .syntax, at: start)
    }
    append(.text(try unescaped(start + 1..<end)), at: start)
    position = end + 1
  }

  /// A text with its escapes resolved as Python's `unicode-escape` does.
  private func unescaped(_ range: Range<Int>) throws(TemplateFailure) -> TemplateText {
    guard source[range].contains("\\") else { return TemplateText(source[range]) }
    var result: [Unicode.Scalar] = []
    var index = range.lowerBound
    while index < range.upperBound {
      let scalar = source[index]
      index += 1
      guard scalar == "\\" else {
        result.append(scalar)
        continue
      }
      try readEscape(at: &index, range.upperBound, into: &result)
    }
    return TemplateText(result)
  }

  private static let simpleEscapes: [Unicode.Scalar: Unicode.Scalar] = [
    "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", "\"": "\"", "a": "\u{7}",
    "b": "\u{8}", "f": "\u{C}", "v": "\u{B}",
  ]

  private func readEscape(
    at index: inout Int, _ end: Int, into result: inout [Unicode.Scalar]
  ) throws(TemplateFailure) {
    let letter = source[index]
    if let simple = Self.simpleEscapes[letter] {
      result.append(simple)
      index += 1
      return
    }
    switch letter {
    case "\n": index += 1
    case "x": result.append(try escapedScalar(at: &index, end, digits: 2))
    case "u": result.append(try escapedScalar(at: &index, end, digits: 4))
    case "U": result.append(try escapedScalar(at: &index, end, digits: 8))
    case "0"..."7":
      var value: UInt32 = 0
      for _ in 0..<3 where index < end && ("0"..."7").contains(source[index]) {
        value = value * 8 + source[index].value - 48
        index += 1
      }
      result.append(Unicode.Scalar(value) ?? "\u{FFFD}")
    case "N":
      throw TemplateFailure(
        "\\N{...} in a text is not supported; write the character itself.", code: .unsupported,
        at: index - 1)
    default:
      // What is no escape stands for itself, backslash and all; beyond ASCII it has become an
      // escape of its own before Jinja looks.
      result.append("\\")
      guard !letter.isASCII else { return }
      result += TemplateText.escape(letter).scalars
      index += 1
    }
  }

  /// A scalar after `\x`, `\u` or `\U`; two surrogates in a row are one scalar.
  private func escapedScalar(
    at index: inout Int, _ end: Int, digits: Int
  ) throws(TemplateFailure) -> Unicode.Scalar {
    let start = index - 1
    func value(at place: Int) -> UInt32? {
      guard place + digits <= end else { return nil }
      let text = TemplateText(source[place..<place + digits]).string
      return text.hasPrefix("+") || text.hasPrefix("-") ? nil : UInt32(text, radix: 16)
    }
    guard let first = value(at: index + 1) else {
      throw TemplateFailure("the escape lacks digits.", code: .syntax, at: start)
    }
    index += 1 + digits
    if let scalar = Unicode.Scalar(first) { return scalar }
    if digits == 4, (0xD800..<0xDC00).contains(first), index + 2 <= end, matches("\\u", at: index),
      let second = value(at: index + 2), (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + second - 0xDC00)
    {
      index += 2 + digits
      return scalar
    }
    throw TemplateFailure("the escape stands for no character.", code: .syntax, at: start)
  }
}
