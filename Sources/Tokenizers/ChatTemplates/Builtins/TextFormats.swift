/// Python's `text % values`.
enum PercentFormat {
  static func format(
    _ text: TemplateText, _ operand: TemplateValue, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateText {
    var values: ArraySlice<TemplateValue> = [operand]
    if case .tuple(let elements) = operand { values = elements[...] }
    var isNamed = false
    var result: [Unicode.Scalar] = []
    var rest = text.scalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "%" else {
        result.append(scalar)
        continue
      }
      if rest.first == "%" {
        result.append(rest.removeFirst())
        continue
      }
      var named: TemplateValue?
      if rest.first == "(", let close = rest.firstIndex(of: ")") {
        guard case .dictionary(let dictionary) = operand,
          let value = dictionary.value(for: TemplateText(rest[(rest.startIndex + 1)..<close]))
        else { throw TemplateFailure("the format names a value that there is not.") }
        named = value
        isNamed = true
        rest = rest[(close + 1)...]
      }
      guard let value = named ?? values.popFirst() else {
        throw TemplateFailure("the format needs more values than there are.")
      }
      result += text.adopted(TemplateText(try field(&rest, value))).scalars
      try renderer.check(length: result.count)
    }
    if !values.isEmpty, !isNamed, !mayBeLeft(operand) {
      throw TemplateFailure("the format has no place for all values.")
    }
    return text.with(result)
  }

  /// Whether Python lets a format leave this value unused: what could be looked up by name.
  private static func mayBeLeft(_ operand: TemplateValue) -> Bool {
    switch operand {
    case .dictionary, .list, .range, .undefined: true
    default: false
    }
  }

  /// Reads flags, width, precision and kind, and writes the value so.
  private static func field(
    _ rest: inout ArraySlice<Unicode.Scalar>, _ value: TemplateValue
  ) throws(TemplateFailure) -> [Unicode.Scalar] {
    var specification = FormatSpecification()
    specification.alignment = ">"
    while let flag = rest.first, ["-", "+", " ", "#", "0"].contains(flag) {
      rest.removeFirst()
      switch flag {
      case "-": specification.alignment = "<"
      case "+": specification.sign = "+"
      case " ": specification.sign = specification.sign == "+" ? "+" : " "
      case "#": specification.isAlternate = true
      default:
        specification.isPaddedWithZeros = true
        if specification.alignment == ">" { specification.alignment = nil }
      }
    }
    specification.width = try FormatSpecification.number(&rest) ?? 0
    if rest.first == "." {
      rest.removeFirst()
      specification.precision = try FormatSpecification.number(&rest) ?? 0
    }
    guard let kind = rest.popFirst() else { throw FormatSpecification.unsound }
    switch kind {
    case "s", "r", "a":
      if specification.alignment == nil { specification.alignment = ">" }
      specification.isPaddedWithZeros = false
      return try specification.format(.text(kind == "s" ? value.printed() : value.represented()))
    case "d", "i", "u":
      guard let number = value.number, number.isFinite else { throw FormatSpecification.unsound }
      specification.type = "d"
      specification.precision = nil
      guard let integer = value.integer ?? Int(exactly: number.rounded(.towardZero)) else {
        throw FormatSpecification.unsound
      }
      return try specification.format(.integer(integer))
    case "x", "X", "o":
      specification.type = kind
      return try specification.format(.integer(try value.requiredInteger("the value")))
    case "f", "F", "e", "E", "g", "G":
      guard let number = value.number else { throw FormatSpecification.unsound }
      specification.type = kind
      return try specification.format(.double(number))
    case "c":
      guard case .text(let text) = value, text.count == 1 else { throw FormatSpecification.unsound }
      return try specification.format(value)
    default: throw FormatSpecification.unsound
    }
  }
}

/// Python's `text.format(...)`.
struct BraceFormat {
  private let text: TemplateText
  private let arguments: TemplateArguments
  private let renderer: TemplateRenderer
  private var next = 0

  init(_ text: TemplateText, _ arguments: TemplateArguments, _ renderer: TemplateRenderer) {
    self.text = text
    self.arguments = arguments
    self.renderer = renderer
  }

  func run() throws(TemplateFailure) -> [Unicode.Scalar] {
    var copy = self
    return try copy.expand(text.scalars[...], depth: 0)
  }

  private mutating func expand(
    _ source: ArraySlice<Unicode.Scalar>, depth: Int
  ) throws(TemplateFailure) -> [Unicode.Scalar] {
    guard depth < 3 else { throw FormatSpecification.unsound }
    var result: [Unicode.Scalar] = []
    var rest = source
    while let scalar = rest.popFirst() {
      if scalar == "{" || scalar == "}", rest.first == scalar {
        result.append(rest.removeFirst())
        continue
      }
      if scalar == "}" { throw FormatSpecification.unsound }
      guard scalar == "{" else {
        result.append(scalar)
        continue
      }
      result += try field(&rest, depth)
      try renderer.check(length: result.count)
    }
    return result
  }

  /// Reads a field up to its closing brace and writes its value.
  private mutating func field(
    _ rest: inout ArraySlice<Unicode.Scalar>, _ depth: Int
  ) throws(TemplateFailure) -> [Unicode.Scalar] {
    var open = 1
    guard
      let close = rest.firstIndex(where: { scalar in
        if scalar == "{" { open += 1 } else if scalar == "}" { open -= 1 }
        return open == 0
      })
    else { throw FormatSpecification.unsound }
    let field = rest[rest.startIndex..<close]
    rest = rest[(close + 1)...]
    let end = field.firstIndex { $0 == "!" || $0 == ":" } ?? field.endIndex
    var value = try value(of: field[..<end])
    var after = field[end...]
    if after.first == "!" {
      guard after.count > 1 else { throw FormatSpecification.unsound }
      let conversion = after[after.startIndex + 1]
      guard ["s", "r"].contains(conversion) else { throw FormatSpecification.unsound }
      value = .text(conversion == "s" ? value.printed() : value.represented())
      after = after.dropFirst(2)
    }
    guard after.first == ":" else {
      guard after.isEmpty else { throw FormatSpecification.unsound }
      return text.adopted(value.printed()).scalars
    }
    let specification = try FormatSpecification(try expand(after.dropFirst(), depth: depth + 1))
    return text.adopted(TemplateText(try specification.format(value))).scalars
  }

  /// The value that a field names: by place, by number or by name, with members and elements.
  private mutating func value(
    of field: ArraySlice<Unicode.Scalar>
  ) throws(TemplateFailure) -> TemplateValue {
    let head = field.prefix { $0 != "." && $0 != "[" }
    var rest = field.dropFirst(head.count)
    let name = TemplateText(head).string
    var value: TemplateValue?
    if name.isEmpty {
      value = next < arguments.positional.count ? arguments.positional[next] : nil
      next += 1
    } else if let index = Int(name) {
      value = arguments.positional.indices.contains(index) ? arguments.positional[index] : nil
    } else {
      value = arguments.named.first { $0.name == name }?.value
    }
    guard var value else { throw TemplateFailure("the format has no value for '{\(name)}'.") }
    while let mark = rest.popFirst() {
      let part = rest.prefix { mark == "[" ? $0 != "]" : $0 != "." && $0 != "[" }
      rest = rest.dropFirst(part.count + (mark == "[" ? 1 : 0))
      let key = TemplateText(part)
      value =
        mark == "["
        ? try renderer.element(
          PythonNumber.integer(key).map(TemplateValue.integer) ?? .text(key), of: value)
        : try renderer.member(key.string, of: value)
      try value.defined()
    }
    return value
  }
}
