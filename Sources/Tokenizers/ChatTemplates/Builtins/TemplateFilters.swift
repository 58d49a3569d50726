extension TemplateRenderer {
  /// `value | name(arguments)`.
  func filter(
    _ value: TemplateValue, _ name: String, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    guard let filter = TemplateFilters.named[name] else {
      throw TemplateFailure("there is no filter '\(name)'.", code: .unsupported)
    }
    return try filter(value, arguments, self)
  }
}

/// The filters that every template has.
enum TemplateFilters {
  typealias Filter =
    @Sendable (TemplateValue, TemplateArguments, TemplateRenderer) throws(TemplateFailure) ->
    TemplateValue

  static let named: [String: Filter] = {
    var filters: [String: Filter] = [
      "default": preset, "d": preset, "tojson": json, "string": string, "list": list,
      "length": length, "count": length, "items": items, "attr": attribute, "safe": safe,
      "escape": escape, "e": escape, "forceescape": forceEscape, "int": int, "float": float,
      "abs": abs, "round": round, "format": format,
    ]
    filters.merge(TextFilters.named) { $1 }
    filters.merge(SequenceFilters.named) { $1 }
    return filters
  }()

  @Sendable private static func preset(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["default_value", "boolean"], of: "default")
    let replaces = value.isUndefined || bound[1]?.isTrue == true && !value.isTrue
    return replaces ? bound[0] ?? .text("") : value
  }

  @Sendable private static func json(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(
      to: ["ensure_ascii", "indent", "separators", "sort_keys"], of: "tojson")
    var writer = try TemplateJSON(
      isASCII: bound[0]?.isTrue == true, indent: bound[1] ?? .null, separators: bound[2] ?? .null,
      sortsKeys: bound[3]?.isTrue == true)
    try writer.write(value)
    try renderer.check(length: writer.scalars.count)
    return .text(TemplateText(writer.scalars))
  }

  @Sendable private static func string(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    try arguments.mustBeEmpty(for: "string")
    return .text(value.printed())
  }

  @Sendable private static func list(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    try arguments.mustBeEmpty(for: "list")
    return .list(try value.elements())
  }

  @Sendable private static func length(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    try arguments.mustBeEmpty(for: "length")
    return .integer(try value.length())
  }

  @Sendable private static func items(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    try arguments.mustBeEmpty(for: "items")
    return .generator { () throws(TemplateFailure) in
      switch value {
      case .undefined: return []
      case .dictionary(let dictionary):
        return dictionary.entries.map { .tuple([$0.key, $0.value]) }
      default: throw TemplateFailure("only a mapping has items.")
      }
    }
  }

  @Sendable private static func attribute(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["name"], required: 1, of: "attr")
    let name = try (bound[0] ?? .null).requiredText("the name of an attribute").string
    // Unlike a full stop, this filter does not look among a dictionary's keys.
    if case .dictionary = value {
      return try renderer.member(name, of: .dictionary(TemplateDictionary()))
    }
    return try renderer.member(name, of: value)
  }

  @Sendable private static func safe(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    try arguments.mustBeEmpty(for: "safe")
    return .text(TemplateText(value.printed().scalars, isMarkup: true))
  }

  @Sendable private static func escape(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    try arguments.mustBeEmpty(for: "escape")
    return .text(value.printed().escaped())
  }

  @Sendable private static func forceEscape(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    try arguments.mustBeEmpty(for: "forceescape")
    return .text(TemplateText(value.printed().scalars).escaped())
  }

  // MARK: Numbers

  @Sendable private static func int(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["default", "base"], of: "int")
    let base = try (bound[1] ?? .integer(10)).requiredInteger("the base")
    guard (2...36).contains(base) else { throw TemplateFailure("a base is 2 to 36.") }
    try value.defined()
    let preset = bound[0] ?? .integer(0)
    if let integer = value.integer { return .integer(integer) }
    var number = value.number
    if case .text(let text) = value {
      if let integer = PythonNumber.integer(text, base: base) { return .integer(integer) }
      number = PythonNumber.double(text)
    }
    guard let number, number.isFinite else { return preset }
    guard let integer = Int(exactly: number.rounded(.towardZero)) else {
      throw TemplateFailure("a whole number does not fit in 64 bits.", code: .limit)
    }
    return .integer(integer)
  }

  @Sendable private static func float(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["default"], of: "float")
    try value.defined()
    if let number = value.number ?? value.text.flatMap(PythonNumber.double) {
      return .double(number)
    }
    return bound[0] ?? .double(0)
  }

  @Sendable private static func abs(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    try arguments.mustBeEmpty(for: "abs")
    try value.defined()
    if case .double(let number) = value { return .double(number.magnitude) }
    let integer = try value.requiredInteger("what abs takes")
    return integer < 0 ? try value.negated() : .integer(integer)
  }

  @Sendable private static func round(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["precision", "method"], of: "round")
    let places = try (bound[0] ?? .integer(0)).requiredInteger("the precision")
    let method = (bound[1] ?? .text("common")).printed().string
    try value.defined()
    guard let number = value.number, ["common", "ceil", "floor"].contains(method) else {
      throw TemplateFailure("round takes a number, and the method common, ceil or floor.")
    }
    if method == "common" {
      guard let integer = value.integer else {
        return .double(PythonNumber.rounded(number, places: places))
      }
      if places >= 0 { return .integer(integer) }
      return .integer(Int(PythonNumber.rounded(number, places: places)))
    }
    let scale = TemplateMath.power(10, Double(places))
    let rule: FloatingPointRoundingRule = method == "ceil" ? .up : .down
    return .double((number * scale).rounded(rule) / scale)
  }

  @Sendable private static func format(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    guard arguments.named.isEmpty || arguments.positional.isEmpty else {
      throw TemplateFailure("format takes arguments by place or by name, not both.")
    }
    var operand = TemplateValue.tuple(arguments.positional)
    if !arguments.named.isEmpty {
      var dictionary = TemplateDictionary()
      for argument in arguments.named {
        dictionary.set(argument.value, for: TemplateText(argument.name))
      }
      operand = .dictionary(dictionary)
    }
    return .text(try PercentFormat.format(value.printed(), operand, renderer))
  }
}
