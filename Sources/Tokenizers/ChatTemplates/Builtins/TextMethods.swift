/// The methods of Python's `str`.
enum TextMethods {
  typealias Body =
    @Sendable (TemplateText, TemplateArguments, TemplateRenderer) throws(TemplateFailure) ->
    TemplateValue

  /// The bound method of a name; nil where `str` has none.
  static func method(_ name: String, of text: TemplateText) -> TemplateValue? {
    guard let body = methods[name] else { return nil }
    return .function(
      TemplateFunction(name) { (renderer, arguments) throws(TemplateFailure) in
        try body(text, arguments, renderer)
      })
  }

  // Each is a function, not a closure in the table: Swift 6.3 crashes on closures with typed throws
  // that become optional.
  private static let methods: [String: Body] = [
    "startswith": startsWith, "endswith": endsWith, "replace": replace, "join": join,
    "format": format, "zfill": zeroFill, "splitlines": splitLines, "count": count,
    "split": splitting(fromRight: false), "rsplit": splitting(fromRight: true),
    "partition": partitioning(fromRight: false), "rpartition": partitioning(fromRight: true),
    "strip": stripping("strip", left: true, right: true),
    "lstrip": stripping("lstrip", left: true, right: false),
    "rstrip": stripping("rstrip", left: false, right: true),
    "removeprefix": removePrefix, "removesuffix": removeSuffix,
    "find": search("find", fromRight: false, mustFind: false),
    "rfind": search("rfind", fromRight: true, mustFind: false),
    "index": search("index", fromRight: false, mustFind: true),
    "rindex": search("rindex", fromRight: true, mustFind: true),
    "center": padding("center"), "ljust": padding("ljust"), "rjust": padding("rjust"),
    "upper": mapping("upper", TextCase.upper), "lower": mapping("lower", TextCase.lower),
    "casefold": mapping("casefold", TextCase.lower), "title": mapping("title", TextCase.titled),
    "capitalize": mapping("capitalize", TextCase.capitalized),
    "swapcase": mapping("swapcase", TextCase.swapped),
    "islower": question("islower", TextCase.isLower),
    "isupper": question("isupper", TextCase.isUpper),
    "isascii": question("isascii") { $0.scalars.allSatisfy(\.isASCII) },
    "isspace": question("isspace") { !$0.isEmpty && $0.scalars.allSatisfy(\.isPythonSpace) },
    "isalpha": question("isalpha") { !$0.isEmpty && $0.scalars.allSatisfy(\.isPythonLetter) },
    "isdigit": question("isdigit") { !$0.isEmpty && $0.scalars.allSatisfy(\.isPythonDigit) },
    "isdecimal": question("isdecimal") {
      !$0.isEmpty && $0.scalars.allSatisfy(\.isPythonDecimal)
    },
    "isnumeric": question("isnumeric") {
      !$0.isEmpty && $0.scalars.allSatisfy(\.isPythonNumeric)
    },
    "isalnum": question("isalnum") {
      !$0.isEmpty && $0.scalars.allSatisfy(\.isPythonAlphanumeric)
    },
  ]

  // MARK: Methods that stand for themselves

  @Sendable private static func startsWith(
    _ text: TemplateText, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    .boolean(try affix(text, arguments, "startswith") { $0.starts(with: $1) })
  }

  @Sendable private static func endsWith(
    _ text: TemplateText, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    .boolean(try affix(text, arguments, "endswith") { $0.reversed().starts(with: $1.reversed()) })
  }

  @Sendable private static func replace(
    _ text: TemplateText, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["old", "new", "count"], required: 2, of: "replace")
    return .text(try replaced(text, bound, renderer))
  }

  @Sendable private static func join(
    _ text: TemplateText, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["iterable"], required: 1, of: "join")
    return try joined(text, bound[0] ?? .null, renderer)
  }

  @Sendable private static func format(
    _ text: TemplateText, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    .text(text.with(try BraceFormat(text, arguments, renderer).run()))
  }

  @Sendable private static func zeroFill(
    _ text: TemplateText, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["width"], required: 1, of: "zfill")
    let width = try (bound[0] ?? .null).requiredInteger("the width")
    try renderer.check(length: width)
    let sign = text.scalars.prefix(1).filter { $0 == "-" || $0 == "+" }
    let zeros = [Unicode.Scalar](repeating: "0", count: max(0, width - text.count))
    return .text(text.with(sign + zeros + text.scalars.dropFirst(sign.count)))
  }

  @Sendable private static func splitLines(
    _ text: TemplateText, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let keeps = try arguments.bound(to: ["keepends"], of: "splitlines")[0]
    let lines = TextSplitting.lines(of: text, keepsEnds: keeps?.isTrue == true)
    return .list(lines.map { .text($0) })
  }

  @Sendable private static func count(
    _ text: TemplateText, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["sub", "start", "end"], required: 1, of: "count")
    let part = try (bound[0] ?? .null).requiredText("what count looks for")
    let range = try bounds(text, bound[1], bound[2])
    guard range.lowerBound <= text.count else { return .integer(0) }
    if part.isEmpty { return .integer(range.count + 1) }
    var count = 0
    var position = range.lowerBound
    while let found = text.firstRange(of: part, from: position, to: range.upperBound) {
      count += 1
      position = found.upperBound
    }
    return .integer(count)
  }

  @Sendable private static func removePrefix(
    _ text: TemplateText, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let prefix = try arguments.bound(to: ["prefix"], required: 1, of: "removeprefix")[0]
    let scalars = try (prefix ?? .null).requiredText("the prefix").scalars
    guard text.scalars.starts(with: scalars) else { return .text(text) }
    return .text(text.with(text.scalars.dropFirst(scalars.count)))
  }

  @Sendable private static func removeSuffix(
    _ text: TemplateText, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let suffix = try arguments.bound(to: ["suffix"], required: 1, of: "removesuffix")[0]
    let scalars = try (suffix ?? .null).requiredText("the suffix").scalars
    guard text.scalars.reversed().starts(with: scalars.reversed()) else { return .text(text) }
    return .text(text.with(text.scalars.dropLast(scalars.count)))
  }

  // MARK: Families of methods

  private static func splitting(fromRight: Bool) -> Body {
    { (text, arguments, _) throws(TemplateFailure) in
      try TextSplitting.split(text, arguments, fromRight: fromRight)
    }
  }

  private static func partitioning(fromRight: Bool) -> Body {
    { (text, arguments, _) throws(TemplateFailure) in
      try TextSplitting.partition(text, arguments, fromRight: fromRight)
    }
  }

  private static func stripping(_ name: String, left: Bool, right: Bool) -> Body {
    { (text, arguments, _) throws(TemplateFailure) in
      let chars = try arguments.bound(to: ["chars"], of: name)[0] ?? .null
      let set = chars.isNull ? nil : try chars.requiredText("what \(name) takes away")
      return .text(text.stripped(of: set, left: left, right: right))
    }
  }

  private static func search(_ name: String, fromRight: Bool, mustFind: Bool) -> Body {
    { (text, arguments, _) throws(TemplateFailure) in
      let bound = try arguments.bound(to: ["sub", "start", "end"], required: 1, of: name)
      let part = try (bound[0] ?? .null).requiredText("what \(name) looks for")
      let range = try bounds(text, bound[1], bound[2])
      let found =
        fromRight
        ? text.lastRange(of: part, from: range.lowerBound, to: range.upperBound)
        : text.firstRange(of: part, from: range.lowerBound, to: range.upperBound)
      if found == nil, mustFind { throw TemplateFailure("the text sought is not there.") }
      return .integer(found?.lowerBound ?? -1)
    }
  }

  private static func padding(_ name: String) -> Body {
    { (text, arguments, renderer) throws(TemplateFailure) in
      let bound = try arguments.bound(to: ["width", "fillchar"], required: 1, of: name)
      let width = try (bound[0] ?? .null).requiredInteger("the width")
      let fill = try (bound[1] ?? .text(" ")).requiredText("what fills up").scalars
      guard fill.count == 1 else { throw TemplateFailure("one character fills up.") }
      try renderer.check(length: width)
      return .text(padded(text, name, width, fill[0]))
    }
  }

  private static func mapping(
    _ name: String, _ change: @escaping @Sendable (TemplateText) -> TemplateText
  ) -> Body {
    { (text, arguments, _) throws(TemplateFailure) in
      try arguments.mustBeEmpty(for: name)
      return .text(change(text))
    }
  }

  private static func question(
    _ name: String, _ answer: @escaping @Sendable (TemplateText) -> Bool
  ) -> Body {
    { (text, arguments, _) throws(TemplateFailure) in
      try arguments.mustBeEmpty(for: name)
      return .boolean(answer(text))
    }
  }

  // MARK: Pieces

  static func padded(
    _ text: TemplateText, _ side: String, _ width: Int, _ fill: Unicode.Scalar
  ) -> TemplateText {
    let missing = max(0, width - text.count)
    // Python puts the odd one out to the left where the width is odd.
    let left = side == "ljust" ? 0 : side == "rjust" ? missing : missing / 2 + (missing & width & 1)
    let before = [Unicode.Scalar](repeating: fill, count: left)
    let after = [Unicode.Scalar](repeating: fill, count: missing - left)
    return text.with(before + text.scalars + after)
  }

  private static func bounds(
    _ text: TemplateText, _ start: TemplateValue?, _ end: TemplateValue?
  ) throws(TemplateFailure) -> Range<Int> {
    func place(_ value: TemplateValue?, _ preset: Int) throws(TemplateFailure) -> Int {
      guard let value else { return preset }
      if case .null = value { return preset }
      let index = try value.requiredInteger("a bound")
      return index < 0 ? max(0, index + text.count) : index
    }
    let lower = try place(start, 0)
    return lower..<max(lower, min(text.count, try place(end, text.count)))
  }

  private static func affix(
    _ text: TemplateText, _ arguments: TemplateArguments, _ name: String,
    _ matches: (ArraySlice<Unicode.Scalar>, [Unicode.Scalar]) -> Bool
  ) throws(TemplateFailure) -> Bool {
    let bound = try arguments.bound(to: ["affix", "start", "end"], required: 1, of: name)
    let range = try bounds(text, bound[1], bound[2])
    guard range.lowerBound <= text.count else { return false }
    var candidates = [bound[0] ?? .null]
    if case .tuple(let values) = candidates[0] { candidates = values }
    for candidate in candidates {
      let affix = try candidate.requiredText("what \(name) looks for")
      if matches(text.scalars[range], affix.scalars) { return true }
    }
    return false
  }

  static func replaced(
    _ text: TemplateText, _ bound: [TemplateValue?], _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateText {
    let old = text.adopted(try (bound[0] ?? .null).requiredText("what is replaced"))
    let new = text.adopted(try (bound[1] ?? .null).requiredText("what replaces"))
    var limit = -1
    if let count = bound[2] {
      if case .null = count {} else { limit = try count.requiredInteger("the count") }
    }
    // At most every place between scalars is replaced.
    let (added, overflows) = new.count.multipliedReportingOverflow(by: text.count + 1)
    if overflows || added > renderer.limits.scalars {
      try renderer.check(length: text.replacing(old, with: "").count + added)
    }
    return text.replacing(old, with: new, limit: limit < 0 ? .max : limit)
  }

  private static func joined(
    _ text: TemplateText, _ value: TemplateValue, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    var scalars: [Unicode.Scalar] = []
    for (index, element) in try value.elements().enumerated() {
      if index > 0 { scalars += text.scalars }
      let part = try element.requiredText("what join puts together")
      scalars += text.adopted(part).scalars
      try renderer.check(length: scalars.count)
    }
    return .text(text.with(scalars))
  }
}

extension Unicode.Scalar {
  /// What Python's `str.isalpha` asks of each character.
  var isPythonLetter: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  var isPythonDecimal: Bool { properties.numericType == .decimal }

  var isPythonDigit: Bool {
    properties.numericType == .decimal || properties.numericType == .digit
  }

  var isPythonNumeric: Bool { properties.numericType != nil }

  var isPythonAlphanumeric: Bool { isPythonLetter || isPythonNumeric }
}
