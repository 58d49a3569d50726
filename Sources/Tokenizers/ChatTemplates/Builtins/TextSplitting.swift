/// How Python takes texts apart.
enum TextSplitting {
  /// `split` and `rsplit`.
  static func split(
    _ text: TemplateText, _ arguments: TemplateArguments, fromRight: Bool
  ) throws(TemplateFailure) -> TemplateValue {
    let name = fromRight ? "rsplit" : "split"
    let bound = try arguments.bound(to: ["sep", "maxsplit"], of: name)
    var limit = try (bound[1] ?? .integer(-1)).requiredInteger("the number of splits")
    if limit < 0 { limit = .max }
    let parts: [Range<Int>]
    if let separator = bound[0], !separator.isNull {
      let separator = try separator.requiredText("what separates")
      guard !separator.isEmpty else { throw TemplateFailure("what separates is empty.") }
      parts = ranges(text, separator, limit, fromRight)
    } else {
      parts = fromRight ? wordsFromRight(text, limit) : words(text, limit)
    }
    return .list(parts.map { .text(text.with(text.scalars[$0])) })
  }

  private static func ranges(
    _ text: TemplateText, _ separator: TemplateText, _ limit: Int, _ fromRight: Bool
  ) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    if fromRight {
      var end = text.count
      while parts.count < limit, let found = text.lastRange(of: separator, to: end) {
        parts.append(found.upperBound..<end)
        end = found.lowerBound
      }
      return ([0..<end] + parts.reversed())
    }
    var start = 0
    while parts.count < limit, let found = text.firstRange(of: separator, from: start) {
      parts.append(start..<found.lowerBound)
      start = found.upperBound
    }
    return parts + [start..<text.count]
  }

  private static func words(_ text: TemplateText, _ limit: Int) -> [Range<Int>] {
    let scalars = text.scalars
    var parts: [Range<Int>] = []
    var index = 0
    while true {
      while index < scalars.count, scalars[index].isPythonSpace { index += 1 }
      guard index < scalars.count else { return parts }
      let start = index
      if parts.count == limit {
        // What is left keeps its white space.
        return parts + [start..<scalars.count]
      }
      while index < scalars.count, !scalars[index].isPythonSpace { index += 1 }
      parts.append(start..<index)
    }
  }

  private static func wordsFromRight(_ text: TemplateText, _ limit: Int) -> [Range<Int>] {
    let mirrored = words(TemplateText(text.scalars.reversed()), limit)
    return mirrored.reversed().map { text.count - $0.upperBound..<text.count - $0.lowerBound }
  }

  /// `partition` and `rpartition`.
  static func partition(
    _ text: TemplateText, _ arguments: TemplateArguments, fromRight: Bool
  ) throws(TemplateFailure) -> TemplateValue {
    let name = fromRight ? "rpartition" : "partition"
    let bound = try arguments.bound(to: ["sep"], required: 1, of: name)
    let separator = try (bound[0] ?? .null).requiredText("what separates")
    guard !separator.isEmpty else { throw TemplateFailure("what separates is empty.") }
    let found = fromRight ? text.lastRange(of: separator) : text.firstRange(of: separator)
    guard let found else {
      let rest: [TemplateValue] = [.text(""), .text("")]
      return .tuple(fromRight ? rest + [.text(text)] : [.text(text)] + rest)
    }
    let ranges = [0..<found.lowerBound, found, found.upperBound..<text.count]
    return .tuple(ranges.map { .text(text.with(text.scalars[$0])) })
  }

  /// `splitlines`.
  static func lines(of text: TemplateText, keepsEnds: Bool = false) -> [TemplateText] {
    var lines: [TemplateText] = []
    var start = 0
    var index = 0
    let scalars = text.scalars
    while index < scalars.count {
      guard endsLine(scalars[index]) else {
        index += 1
        continue
      }
      let isPair = scalars[index] == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
      let next = index + (isPair ? 2 : 1)
      lines.append(text.with(scalars[start..<(keepsEnds ? next : index)]))
      start = next
      index = next
    }
    if start < scalars.count { lines.append(text.with(scalars[start...])) }
    return lines
  }

  private static func endsLine(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }
}

extension TemplateValue {
  var isNull: Bool {
    if case .null = self { true } else { false }
  }
}
