/// Python's `json.dumps`, as Transformers' `tojson` calls it.
struct TemplateJSON {
  private let isASCII: Bool
  private let indentation: [Unicode.Scalar]?
  private let itemSeparator: [Unicode.Scalar]
  private let keySeparator: [Unicode.Scalar]
  private let sortsKeys: Bool
  private var level = 0
  private(set) var scalars: [Unicode.Scalar] = []

  init(
    isASCII: Bool, indent: TemplateValue, separators: TemplateValue, sortsKeys: Bool
  ) throws(TemplateFailure) {
    self.isASCII = isASCII
    self.sortsKeys = sortsKeys
    if case .text(let text) = indent {
      indentation = text.scalars
    } else if indent.isNull {
      indentation = nil
    } else {
      let width = min(max(0, try indent.requiredInteger("the indent")), 256)
      indentation = [Unicode.Scalar](repeating: " ", count: width)
    }
    if separators.isNull {
      itemSeparator = Array((indentation == nil ? ", " : ",").unicodeScalars)
      keySeparator = Array(": ".unicodeScalars)
    } else {
      let pair = try separators.elements()
      guard pair.count == 2 else { throw TemplateFailure("two separators are expected.") }
      itemSeparator = try pair[0].requiredText("a separator").scalars
      keySeparator = try pair[1].requiredText("a separator").scalars
    }
  }

  mutating func write(_ value: TemplateValue) throws(TemplateFailure) {
    switch value {
    case .null: raw("null")
    case .boolean(let value): raw(value ? "true" : "false")
    case .integer(let value): raw(String(value))
    case .double(let value): raw(Self.number(value))
    case .text(let text): write(text)
    case .list(let values), .tuple(let values):
      try writeAll(values, "[", "]") { (writer, value) throws(TemplateFailure) in
        try writer.write(value)
      }
    case .dictionary(let dictionary): try write(dictionary)
    default:
      try value.defined()
      throw TemplateFailure("a value of type '\(value.typeName)' cannot be written as JSON.")
    }
  }

  private mutating func write(_ dictionary: TemplateDictionary) throws(TemplateFailure) {
    var entries = dictionary.entries.map { TemplateValue.tuple([$0.key, $0.value]) }
    if sortsKeys {
      entries = try TemplateValue.sorted(entries, reversed: false) {
        (entry) throws(TemplateFailure) in try entry.elements()[0]
      }
    }
    try writeAll(entries, "{", "}") { (writer, entry) throws(TemplateFailure) in
      let pair = try entry.elements()
      writer.write(try Self.key(pair[0]))
      writer.scalars += writer.keySeparator
      try writer.write(pair[1])
    }
  }

  private static func key(_ value: TemplateValue) throws(TemplateFailure) -> TemplateText {
    switch value {
    case .text(let text): return text
    case .null: return "null"
    case .boolean(let value): return value ? "true" : "false"
    case .integer(let value): return TemplateText(String(value))
    case .double(let value): return TemplateText(number(value))
    default:
      throw TemplateFailure("a value of type '\(value.typeName)' cannot be a key in JSON.")
    }
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return PythonNumber.represent(value)
  }

  private mutating func writeAll(
    _ values: [TemplateValue], _ open: String, _ close: String,
    _ write: (inout TemplateJSON, TemplateValue) throws(TemplateFailure) -> Void
  ) throws(TemplateFailure) {
    raw(open)
    level += 1
    for (index, value) in values.enumerated() {
      if index > 0 { scalars += itemSeparator }
      breakLine()
      try write(&self, value)
    }
    level -= 1
    if !values.isEmpty { breakLine() }
    raw(close)
  }

  private mutating func breakLine() {
    guard let indentation else { return }
    scalars.append("\n")
    for _ in 0..<level { scalars += indentation }
  }

  private mutating func raw(_ text: String) {
    scalars += text.unicodeScalars
  }

  private mutating func write(_ text: TemplateText) {
    scalars.append("\"")
    for scalar in text.scalars {
      switch scalar {
      case "\"": raw("\\\"")
      case "\\": raw("\\\\")
      case "\n": raw("\\n")
      case "\r": raw("\\r")
      case "\t": raw("\\t")
      case "\u{8}": raw("\\b")
      case "\u{C}": raw("\\f")
      case _ where scalar.value < 0x20 || isASCII && scalar.value >= 0x7F:
        for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
          let digits = String(unit, radix: 16)
          raw("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
        }
      default: scalars.append(scalar)
      }
    }
    scalars.append("\"")
  }
}
