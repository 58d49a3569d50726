/// The filters that work on texts.
enum TextFilters {
  static let named: [String: TemplateFilters.Filter] = [
    "trim": trim, "replace": replace, "indent": indent, "truncate": truncate, "center": center,
    "wordcount": wordCount, "upper": mapping("upper", TextCase.upper),
    "lower": mapping("lower", TextCase.lower), "title": mapping("title", TextCase.titledByWords),
    "capitalize": mapping("capitalize", TextCase.capitalized),
  ]

  /// A filter without arguments.
  private static func mapping(
    _ name: String, _ change: @escaping @Sendable (TemplateText) -> TemplateText
  ) -> TemplateFilters.Filter {
    { (value, arguments, _) throws(TemplateFailure) in
      try arguments.mustBeEmpty(for: name)
      return .text(change(value.printed()))
    }
  }

  @Sendable private static func trim(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let chars = try arguments.bound(to: ["chars"], of: "trim")[0] ?? .null
    let set = chars.isNull ? nil : try chars.requiredText("what trim takes away")
    return .text(value.printed().stripped(of: set))
  }

  @Sendable private static func replace(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    var bound = try arguments.bound(to: ["old", "new", "count"], required: 2, of: "replace")
    for index in 0..<2 { bound[index] = .text((bound[index] ?? .null).printed()) }
    let text = TemplateText(value.printed().scalars)
    return .text(try TextMethods.replaced(text, bound, renderer))
  }

  @Sendable private static func indent(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["width", "first", "blank"], of: "indent")
    let text = try value.requiredText("what indent takes")
    var indentation = TemplateText("    ")
    if case .text(let given)? = bound[0] {
      indentation = given
    } else if let width = try bound[0].map({ (width) throws(TemplateFailure) in
      try width.requiredInteger("the width")
    }) {
      try renderer.check(length: width)
      indentation = TemplateText([Unicode.Scalar](repeating: " ", count: max(0, width)))
    }
    let lines = TextSplitting.lines(of: TemplateText(text.scalars + ["\n"]))
    let length = lines.count.multipliedReportingOverflow(by: indentation.count)
    try renderer.check(length: length.overflow ? .max : text.count + length.partialValue)
    var result: [Unicode.Scalar] = []
    for (index, line) in lines.enumerated() {
      if index > 0 { result.append("\n") }
      let isBlankIndented = bound[2]?.isTrue == true || !line.isEmpty
      if index == 0 ? bound[1]?.isTrue == true : isBlankIndented { result += indentation.scalars }
      result += line.scalars
    }
    return .text(text.with(result))
  }

  @Sendable private static func truncate(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["length", "killwords", "end", "leeway"], of: "truncate")
    let length = try (bound[0] ?? .integer(255)).requiredInteger("the length")
    let end = try (bound[2] ?? .text("...")).requiredText("the end")
    let leeway = bound[3].map { $0.isNull ? .integer(5) : $0 } ?? .integer(5)
    let tolerated = try leeway.requiredInteger("the leeway")
    guard length >= end.count, tolerated >= 0 else {
      throw TemplateFailure("truncate needs a length of at least the end's, and a leeway of 0.")
    }
    if try value.length() - tolerated <= length { return value }
    let text = try value.requiredText("what truncate takes")
    var kept = text.with(text.scalars.prefix(length - end.count))
    if bound[1]?.isTrue != true, let space = kept.lastRange(of: " ") {
      kept = kept.with(kept.scalars[..<space.lowerBound])
    }
    return .text(kept.with(kept.scalars + end.scalars))
  }

  @Sendable private static func center(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["width"], of: "center")
    let width = try (bound[0] ?? .integer(80)).requiredInteger("the width")
    try renderer.check(length: width)
    return .text(TextMethods.padded(value.printed(), "center", width, " "))
  }

  @Sendable private static func wordCount(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    try arguments.mustBeEmpty(for: "wordcount")
    var count = 0
    var isInside = false
    for scalar in value.printed().scalars {
      let belongs = scalar == "_" || scalar.isPythonAlphanumeric
      if belongs, !isInside { count += 1 }
      isInside = belongs
    }
    return .integer(count)
  }
}
