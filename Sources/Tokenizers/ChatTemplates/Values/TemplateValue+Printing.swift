extension TemplateValue {
  /// Python's `str`.
  func printed() -> TemplateText {
    switch self {
    case .undefined: return ""
    case .text(let text): return text
    default:
      var result: [Unicode.Scalar] = []
      represent(into: &result)
      return TemplateText(result)
    }
  }

  /// Python's `repr`.
  func represented() -> TemplateText {
    var result: [Unicode.Scalar] = []
    represent(into: &result)
    return TemplateText(result)
  }

  private func represent(into result: inout [Unicode.Scalar]) {
    switch self {
    case .undefined: result += "Undefined".unicodeScalars
    case .null: result += "None".unicodeScalars
    case .boolean(let value): result += (value ? "True" : "False").unicodeScalars
    case .integer(let value): result += String(value).unicodeScalars
    case .double(let value): result += PythonNumber.represent(value).unicodeScalars
    case .text(let text):
      if text.isMarkup { result += "Markup(".unicodeScalars }
      Self.represent(text, into: &result)
      if text.isMarkup { result.append(")") }
    case .list(let values): Self.represent(values, "[", "]", &result)
    case .tuple(let values): Self.represent(values, "(", values.count == 1 ? ",)" : ")", &result)
    case .dictionary(let dictionary): Self.represent(dictionary, into: &result)
    case .range(let range):
      let step = range.step == 1 ? "" : ", \(range.step)"
      result += "range(\(range.start), \(range.stop)\(step))".unicodeScalars
    case .view(let view):
      result += "\(view.typeName)(".unicodeScalars
      Self.represent(view.items, "[", "])", &result)
    case .generator: result += "<generator object>".unicodeScalars
    case .namespace(let namespace):
      result += "<Namespace ".unicodeScalars
      Self.represent(namespace.members, into: &result)
      result.append(">")
    case .function(let function): result += "<function \(function.name)>".unicodeScalars
    case .loop: result += "<LoopContext>".unicodeScalars
    }
  }

  private static func represent(
    _ values: [TemplateValue], _ open: String, _ close: String, _ result: inout [Unicode.Scalar]
  ) {
    result += open.unicodeScalars
    for (index, value) in values.enumerated() {
      if index > 0 { result += ", ".unicodeScalars }
      value.represent(into: &result)
    }
    result += close.unicodeScalars
  }

  private static func represent(
    _ dictionary: TemplateDictionary, into result: inout [Unicode.Scalar]
  ) {
    result.append("{")
    for (index, entry) in dictionary.entries.enumerated() {
      if index > 0 { result += ", ".unicodeScalars }
      entry.key.represent(into: &result)
      result += ": ".unicodeScalars
      entry.value.represent(into: &result)
    }
    result.append("}")
  }

  /// A text between quotation marks, with what does not print escaped.
  private static func represent(_ text: TemplateText, into result: inout [Unicode.Scalar]) {
    let quote: Unicode.Scalar =
      text.scalars.contains("'") && !text.scalars.contains("\"") ? "\"" : "'"
    result.append(quote)
    for scalar in text.scalars {
      switch scalar {
      case quote, "\\": result += ["\\", scalar]
      case "\n": result += "\\n".unicodeScalars
      case "\r": result += "\\r".unicodeScalars
      case "\t": result += "\\t".unicodeScalars
      case _ where scalar.isPrintable: result.append(scalar)
      default: result += ["\\"] + TemplateText.escape(scalar).scalars
      }
    }
    result.append(quote)
  }
}

extension TemplateText {
  /// A scalar as Python escapes it, but for the backslash: `xe9`, `u2028`, `U0001f600`.
  static func escape(_ scalar: Unicode.Scalar) -> TemplateText {
    let value = scalar.value
    let (letter, width) = value < 0x100 ? ("x", 2) : value < 0x10000 ? ("u", 4) : ("U", 8)
    let digits = String(value, radix: 16)
    return TemplateText(letter + String(repeating: "0", count: width - digits.utf8.count) + digits)
  }
}

extension Unicode.Scalar {
  /// What Python's `repr` writes as it is.
  var isPrintable: Bool {
    if value < 0x7F { return value >= 0x20 }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      return false
    default: return true
    }
  }
}
