extension TemplateRenderer {
  /// `value is name(arguments)`.
  func test(
    _ value: TemplateValue, _ name: String, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> Bool {
    if let test = Self.simpleTests[name] {
      try arguments.mustBeEmpty(for: "the test '\(name)'")
      return test(value)
    }
    func operand() throws(TemplateFailure) -> TemplateValue {
      try arguments.bound(to: ["other"], required: 1, of: "the test '\(name)'")[0] ?? .null
    }
    switch name {
    case "odd", "even":
      try arguments.mustBeEmpty(for: "the test '\(name)'")
      return try remainder(value, .integer(2)) == (name == "odd" ? 1 : 0)
    case "divisibleby": return try remainder(value, try operand()) == 0
    case "eq", "equalto", "==": return value.equals(try operand())
    case "ne", "!=": return !value.equals(try operand())
    case "lt", "lessthan", "<": return try value.precedes(try operand())
    case "gt", "greaterthan", ">": return try operand().precedes(value)
    case "le", "<=":
      let other = try operand()
      return try value.precedes(other) || value.equals(other)
    case "ge", ">=":
      let other = try operand()
      return try other.precedes(value) || value.equals(other)
    case "in": return try operand().contains(value)
    case "sameas": return try isSame(value, try operand())
    case "filter": return TemplateFilters.named[value.printed().string] != nil
    case "test": return Self.knowsTest(value.printed().string)
    default: throw TemplateFailure("there is no test '\(name)'.", code: .unsupported)
    }
  }

  private static func knowsTest(_ name: String) -> Bool {
    simpleTests[name] != nil
      || [
        "odd", "even", "divisibleby", "eq", "equalto", "==", "ne", "!=", "lt", "lessthan", "<",
        "gt", "greaterthan", ">", "le", "<=", "ge", ">=", "in", "sameas", "filter", "test",
      ].contains(name)
  }

  /// Tests that look at the value alone.
  private static let simpleTests: [String: @Sendable (TemplateValue) -> Bool] = [
    "defined": { !$0.isUndefined },
    "undefined": { $0.isUndefined },
    "none": { $0.isNull },
    "boolean": { if case .boolean = $0 { true } else { false } },
    "true": { if case .boolean(true) = $0 { true } else { false } },
    "false": { if case .boolean(false) = $0 { true } else { false } },
    "integer": { if case .integer = $0 { true } else { false } },
    "float": { if case .double = $0 { true } else { false } },
    "number": { $0.number != nil },
    "string": { $0.text != nil },
    "mapping": { if case .dictionary = $0 { true } else { false } },
    "iterable": { $0.isIterable },
    "sequence": {
      switch $0 {
      case .undefined, .text, .list, .tuple, .dictionary, .range: true
      default: false
      }
    },
    "callable": {
      switch $0 {
      case .function, .loop, .undefined: true
      default: false
      }
    },
    "lower": { TextCase.isLower($0.printed()) },
    "upper": { TextCase.isUpper($0.printed()) },
    "escaped": { $0.text?.isMarkup == true },
  ]

  private func remainder(
    _ value: TemplateValue, _ divisor: TemplateValue
  ) throws(TemplateFailure) -> Double {
    guard let remainder = try combine(value, "%", divisor).number else {
      throw TemplateFailure("a number is expected, not a value of type '\(value.typeName)'.")
    }
    return remainder
  }

  /// Whether two values are one object to Python, as far as that can be told of plain values.
  private func isSame(
    _ value: TemplateValue, _ other: TemplateValue
  ) throws(TemplateFailure) -> Bool {
    value.typeName == other.typeName && value.equals(other)
  }
}
