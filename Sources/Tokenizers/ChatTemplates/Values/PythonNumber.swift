/// Numbers as Python writes, reads and rounds them.
enum PythonNumber {
  /// Python's `repr` of a number: the shortest digits that give the number back.
  static func represent(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    let sign = value.sign == .minus ? "-" : ""
    let (digits, point) = shortest(value.magnitude)
    if point > 16 || point < -3 {
      let exponent = point - 1
      let fraction = digits.dropFirst().isEmpty ? "" : "." + digits.dropFirst()
      let magnitude = String(abs(exponent))
      let padded = magnitude.utf8.count < 2 ? "0" + magnitude : magnitude
      return "\(sign)\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(padded)"
    }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    if digits.utf8.count <= point {
      return sign + digits + String(repeating: "0", count: point - digits.utf8.count) + ".0"
    }
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  }

  /// The shortest digits, without zeros at either end, and where the decimal point stands in them.
  static func shortest(_ value: Double) -> (digits: String, point: Int) {
    if value == 0 { return ("0", 1) }
    let text = value.description.lowercased()
    let parts = text.split(separator: "e")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let fraction = halves.count > 1 ? halves[1] : ""
    let all = halves[0] + fraction
    let leading = all.prefix { $0 == "0" }.count
    var digits = all.dropFirst(leading)
    while digits.last == "0" { digits.removeLast() }
    return (String(digits), halves[0].count + exponent - leading)
  }

  /// A number with so many digits after the decimal point, rounded exactly, halves to even; the
  /// number must be finite.
  static func fixed(_ value: Double, places: Int) -> String {
    // value = significand * 2^exponent; its decimal digits are worked out one by one.
    var whole: [UInt8] = []
    var fraction: [UInt8] = []
    expand(value.magnitude, &whole, &fraction)
    let kept = Array(fraction.prefix(places))
    let rest = fraction.dropFirst(places)
    var digits = whole + kept + [UInt8](repeating: 0, count: places - kept.count)
    let isOdd = (digits.last ?? 0) % 2 == 1
    let first = rest.first ?? 0
    let hasMore = rest.dropFirst().contains { $0 != 0 }
    if first > 5 || first == 5 && (hasMore || isOdd) { increment(&digits) }
    let text = digits.map { String($0) }.joined()
    let sign = value.sign == .minus ? "-" : ""
    let split = text.utf8.count - places
    return places == 0 ? sign + text : "\(sign)\(text.prefix(split)).\(text.dropFirst(split))"
  }

  private static func increment(_ digits: inout [UInt8]) {
    var index = digits.count - 1
    while index >= 0 {
      if digits[index] < 9 {
        digits[index] += 1
        return
      }
      digits[index] = 0
      index -= 1
    }
    digits.insert(1, at: 0)
  }

  /// All decimal digits of a number, which has finitely many.
  private static func expand(_ value: Double, _ whole: inout [UInt8], _ fraction: inout [UInt8]) {
    let integral = value.rounded(.towardZero)
    if integral < 0x1p63 {
      whole = String(UInt64(integral)).utf8.map { $0 - 48 }
    } else {
      let bits = integral.significandBitPattern | 1 << 52
      var significand = String(bits).utf8.map { $0 - 48 }
      for _ in 0..<Int(integral.exponent) - 52 { double(&significand) }
      whole = significand
    }
    // Multiplying a fraction by ten loses nothing as long as it is held in exact pieces.
    var pieces = pieces(of: value - integral)
    while pieces.contains(where: { $0 != 0 }) {
      var carry: UInt64 = 0
      for index in pieces.indices.reversed() {
        let product = UInt64(pieces[index]) * 10 + carry
        pieces[index] = UInt32(truncatingIfNeeded: product)
        carry = product >> 32
      }
      fraction.append(UInt8(carry))
    }
  }

  private static func double(_ digits: inout [UInt8]) {
    var carry: UInt8 = 0
    for index in digits.indices.reversed() {
      let doubled = digits[index] * 2 + carry
      digits[index] = doubled % 10
      carry = doubled / 10
    }
    if carry > 0 { digits.insert(carry, at: 0) }
  }

  /// A number below 1 as binary digits, 32 to a piece.
  private static func pieces(of fraction: Double) -> [UInt32] {
    var rest = fraction
    var pieces: [UInt32] = []
    while rest != 0 {
      rest *= 0x1p32
      let piece = rest.rounded(.towardZero)
      pieces.append(UInt32(piece))
      rest -= piece
    }
    return pieces
  }

  /// Python's `round` to so many places; negative places round to tens, hundreds and so on.
  static func rounded(_ value: Double, places: Int) -> Double {
    guard value.isFinite, places < 400 else { return value }
    if places >= 0 { return Double(fixed(value, places: places)) ?? value }
    guard places > -309 else { return 0 }
    // Rounding away whole digits is exact in decimal digits too.
    let shifted = fixed(value, places: 0)
    let sign = shifted.hasPrefix("-") ? "-" : ""
    let digits = Array(shifted.utf8.drop { $0 == 45 })
    let padded = [UInt8](repeating: 48, count: max(0, 1 - places - digits.count)) + digits
    let point = padded.count + places
    let text =
      sign + String(decoding: padded[..<point], as: UTF8.self) + "."
      + String(decoding: padded[point...], as: UTF8.self)
    guard let small = Double(text) else { return value }
    return Double("\(small.rounded(.toNearestOrEven))e\(-places)") ?? value
  }

  /// Python's `int` of a text in a base; nil if it is none.
  static func integer(_ text: TemplateText, base: Int = 10) -> Int? {
    var digits = text.stripped(of: nil).string.lowercased()[...]
    var isNegative = false
    if let sign = digits.first, sign == "+" || sign == "-" {
      isNegative = sign == "-"
      digits.removeFirst()
    }
    for (prefix, value) in [("0x", 16), ("0o", 8), ("0b", 2)]
    where base == value && digits.hasPrefix(prefix) {
      digits = digits.dropFirst(2)
    }
    guard isGrouped(digits), digits.first != "+", digits.first != "-" else { return nil }
    let text = digits.filter { $0 != "_" }
    return Int((isNegative ? "-" : "") + text, radix: base)
  }

  /// Python's `float` of a text; nil if it is none.
  static func double(_ text: TemplateText) -> Double? {
    let digits = text.stripped(of: nil).string.lowercased()
    guard isGrouped(digits[...]), !digits.contains("x"), !digits.contains("(") else { return nil }
    return Double(digits.filter { $0 != "_" })
  }

  /// Underscores stand only between digits.
  private static func isGrouped(_ digits: Substring) -> Bool {
    !digits.isEmpty && digits.first != "_" && digits.last != "_" && !digits.contains("__")
  }
}

extension PythonNumber {
  /// The power of ten of a number's first digit; the number is above 0.
  static func decimalExponent(of value: Double) -> Int {
    let (_, point) = shortest(value)
    return point - 1
  }

  /// So many digits of a number, rounded exactly, from that of a power of ten on; one more where
  /// rounding carried over the first.
  static func digits(of value: Double, exponent: Int, count: Int) -> String {
    let places = count - 1 - exponent
    if places >= 0 {
      let digits = fixed(value, places: places).filter { $0 != "." }
      return String(repeating: "0", count: max(0, count - digits.utf8.count))
        + digits.drop { $0 == "0" && value != 0 }
    }
    let whole = fixed(rounded(value, places: places), places: 0)
    return String(whole.dropLast(-places))
  }
}
