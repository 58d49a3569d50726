/// How one value is written into a text: Python's format specification, `[[fill]align][sign][#][0]
/// [width][,][.precision][type]`.
struct FormatSpecification {
  var fill: Unicode.Scalar = " "
  var alignment: Unicode.Scalar?
  var sign: Unicode.Scalar = "-"
  var isAlternate = false
  var isPaddedWithZeros = false
  var width = 0
  var grouping: Unicode.Scalar?
  var precision: Int?
  var type: Unicode.Scalar?

  /// The widest field and the most digits that a template may ask for.
  static let limit = 10_000

  init() {}

  init(_ text: [Unicode.Scalar]) throws(TemplateFailure) {
    var rest = text[...]
    let alignments: [Unicode.Scalar] = ["<", ">", "^", "="]
    if rest.count > 1, alignments.contains(rest[rest.startIndex + 1]) {
      fill = rest.removeFirst()
      alignment = rest.removeFirst()
    } else if let first = rest.first, alignments.contains(first) {
      alignment = rest.removeFirst()
    }
    if let first = rest.first, ["+", "-", " "].contains(first) { sign = rest.removeFirst() }
    if rest.first == "#" {
      isAlternate = true
      rest.removeFirst()
    }
    if rest.first == "0" {
      isPaddedWithZeros = true
      rest.removeFirst()
    }
    width = try Self.number(&rest) ?? 0
    if let first = rest.first, first == "," || first == "_" { grouping = rest.removeFirst() }
    if rest.first == "." {
      rest.removeFirst()
      guard let digits = try Self.number(&rest) else { throw Self.unsound }
      precision = digits
    }
    if let first = rest.first {
      type = first
      rest.removeFirst()
    }
    guard rest.isEmpty else { throw Self.unsound }
  }

  static var unsound: TemplateFailure { TemplateFailure("the format is not sound.") }

  static func number(_ rest: inout ArraySlice<Unicode.Scalar>) throws(TemplateFailure) -> Int? {
    let digits = rest.prefix { ("0"..."9").contains($0) }
    if digits.isEmpty { return nil }
    rest = rest.dropFirst(digits.count)
    guard let value = PythonNumber.integer(TemplateText(digits)), value <= limit else {
      throw TemplateFailure("the format asks for more than \(limit) characters.", code: .limit)
    }
    return value
  }

  /// The value as the specification says.
  func format(_ value: TemplateValue) throws(TemplateFailure) -> [Unicode.Scalar] {
    try value.defined()
    if case .text(let text) = value {
      guard type == nil || type == "s" else { throw mismatch(value) }
      return padded([], precision.map { Array(text.scalars.prefix($0)) } ?? text.scalars, "<")
    }
    if let integer = value.integer, !(type == nil && value.isBoolean) {
      return try format(integer)
    }
    if case .double(let number) = value { return try format(number, value) }
    guard type == nil || type == "s" else { throw mismatch(value) }
    return padded([], value.printed().scalars, "<")
  }

  private func mismatch(_ value: TemplateValue) -> TemplateFailure {
    TemplateFailure("the format does not go with a value of type '\(value.typeName)'.")
  }

  private func format(_ integer: Int) throws(TemplateFailure) -> [Unicode.Scalar] {
    var digits: String
    var prefix = ""
    switch type {
    case nil, "d", "i", "n": digits = String(integer.magnitude)
    case "x": (digits, prefix) = (String(integer.magnitude, radix: 16), "0x")
    case "X": (digits, prefix) = (String(integer.magnitude, radix: 16).uppercased(), "0X")
    case "o": (digits, prefix) = (String(integer.magnitude, radix: 8), "0o")
    case "b": (digits, prefix) = (String(integer.magnitude, radix: 2), "0b")
    case "c":
      guard let scalar = Unicode.Scalar(UInt32(truncatingIfNeeded: integer)) else {
        throw mismatch(.integer(integer))
      }
      return padded([], [scalar], "<")
    default: return try format(Double(integer), .integer(integer))
    }
    digits = grouped(digits)
    return padded(
      signs(integer < 0) + Array((isAlternate ? prefix : "").unicodeScalars),
      Array(digits.unicodeScalars), ">")
  }

  private func format(
    _ number: Double, _ value: TemplateValue
  ) throws(TemplateFailure) -> [Unicode.Scalar] {
    var text: String
    let magnitude = number.magnitude
    if !magnitude.isFinite {
      text = magnitude.isNaN ? "nan" : "inf"
    } else {
      switch type {
      case nil where precision == nil: text = PythonNumber.represent(magnitude)
      case "f", "F": text = PythonNumber.fixed(magnitude, places: precision ?? 6)
      case "%": text = PythonNumber.fixed(magnitude * 100, places: precision ?? 6) + "%"
      case "e", "E": text = Self.exponential(magnitude, precision ?? 6)
      case "g", "G", nil: text = Self.general(magnitude, max(1, precision ?? 6), type == nil)
      default: throw mismatch(value)
      }
    }
    if type == "E" || type == "G" || type == "F" { text = text.uppercased() }
    let whole = text.prefix { $0.isNumber }
    text = grouped(String(whole)) + text.dropFirst(whole.count)
    return padded(signs(number.sign == .minus && !number.isNaN), Array(text.unicodeScalars), ">")
  }

  /// Digits with one before the point and an exponent.
  private static func exponential(_ value: Double, _ precision: Int) -> String {
    var exponent = value == 0 ? 0 : Int(PythonNumber.decimalExponent(of: value))
    var digits = PythonNumber.digits(of: value, exponent: exponent, count: precision + 1)
    if digits.utf8.count > precision + 1 {
      exponent += 1
      digits = PythonNumber.digits(of: value, exponent: exponent, count: precision + 1)
    }
    let fraction = precision > 0 ? "." + digits.dropFirst() : ""
    let magnitude = String(abs(exponent))
    return digits.prefix(1) + fraction + "e" + (exponent < 0 ? "-" : "+")
      + (magnitude.utf8.count < 2 ? "0" : "") + magnitude
  }

  /// So many digits that count, with an exponent where that is shorter.
  private static func general(_ value: Double, _ precision: Int, _ keepsPoint: Bool) -> String {
    let scientific = exponential(value, precision - 1)
    let parts = scientific.split(separator: "e")
    let exponent = Int(parts[1]) ?? 0
    if exponent < -4 || exponent >= (keepsPoint ? precision - 1 : precision) {
      return trimmed(String(parts[0])) + "e" + parts[1]
    }
    let fixed = PythonNumber.fixed(value, places: max(0, precision - 1 - exponent))
    let text = trimmed(fixed)
    return keepsPoint && !text.contains(".") ? text + ".0" : text
  }

  private static func trimmed(_ digits: String) -> String {
    guard digits.contains(".") else { return digits }
    var digits = digits[...]
    while digits.last == "0" { digits.removeLast() }
    if digits.last == "." { digits.removeLast() }
    return String(digits)
  }

  private func grouped(_ digits: String) -> String {
    guard let grouping else { return digits }
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.unicodeScalars.append(grouping) }
      result.append(digit)
    }
    return result
  }

  private func signs(_ isNegative: Bool) -> [Unicode.Scalar] {
    isNegative ? ["-"] : sign == "-" ? [] : [sign]
  }

  /// Fills up to the width: between sign and digits, or as the alignment says.
  private func padded(
    _ sign: [Unicode.Scalar], _ body: [Unicode.Scalar], _ preset: Unicode.Scalar
  ) -> [Unicode.Scalar] {
    let missing = max(0, width - sign.count - body.count)
    let isNumber = preset == ">"
    let side = alignment ?? (isPaddedWithZeros && isNumber ? "=" : preset)
    let filler = isPaddedWithZeros && alignment == nil ? "0" : fill
    func filled(_ count: Int) -> [Unicode.Scalar] { .init(repeating: filler, count: count) }
    switch side {
    case "<": return sign + body + filled(missing)
    case ">": return filled(missing) + sign + body
    case "^": return filled(missing / 2) + sign + body + filled(missing - missing / 2)
    default: return sign + filled(missing) + body
    }
  }
}

extension TemplateValue {
  fileprivate var isBoolean: Bool {
    if case .boolean = self { true } else { false }
  }
}
