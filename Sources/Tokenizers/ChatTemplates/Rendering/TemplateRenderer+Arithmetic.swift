extension TemplateRenderer {
  /// Python's `+ - * / // % **`.
  func combine(
    _ left: TemplateValue, _ symbol: String, _ right: TemplateValue
  ) throws(TemplateFailure) -> TemplateValue {
    if case .text(let text) = left, symbol == "%" {
      return .text(try PercentFormat.format(text, right, self))
    }
    try left.defined()
    try right.defined()
    if let first = left.integer, let second = right.integer {
      return try Self.combine(first, symbol, second)
    }
    if let first = left.number, let second = right.number {
      return try Self.combine(first, symbol, second)
    }
    if symbol == "*" {
      if let count = right.integer { return try repeated(left, count) }
      if let count = left.integer { return try repeated(right, count) }
    }
    switch (left, right, symbol) {
    case (.text(let first), .text(let second), "+"):
      try check(length: first.count + second.count)
      let isMarkup = first.isMarkup || second.isMarkup
      let left = isMarkup ? first.escaped() : first
      let right = isMarkup ? second.escaped() : second
      return .text(TemplateText(left.scalars + right.scalars, isMarkup: isMarkup))
    case (.list(let first), .list(let second), "+"):
      try check(length: first.count + second.count)
      return .list(first + second)
    case (.tuple(let first), .tuple(let second), "+"):
      try check(length: first.count + second.count)
      return .tuple(first + second)
    default:
      throw TemplateFailure(
        "'\(symbol)' does not go with values of types '\(left.typeName)' and '\(right.typeName)'.")
    }
  }

  private func repeated(
    _ value: TemplateValue, _ count: Int
  ) throws(TemplateFailure) -> TemplateValue {
    let count = max(0, count)
    func repeating<Element>(_ elements: [Element]) throws(TemplateFailure) -> [Element] {
      let (length, overflows) = elements.count.multipliedReportingOverflow(by: count)
      try check(length: overflows ? .max : length)
      return Array(repeatElement(elements, count: elements.isEmpty ? 0 : count).joined())
    }
    switch value {
    case .text(let text): return .text(text.with(try repeating(text.scalars)))
    case .list(let values): return .list(try repeating(values))
    case .tuple(let values): return .tuple(try repeating(values))
    default:
      throw TemplateFailure("'*' does not go with a value of type '\(value.typeName)'.")
    }
  }

  private static func combine(
    _ left: Int, _ symbol: String, _ right: Int
  ) throws(TemplateFailure) -> TemplateValue {
    switch symbol {
    case "+": return try whole(left.addingReportingOverflow(right))
    case "-": return try whole(left.subtractingReportingOverflow(right))
    case "*": return try whole(left.multipliedReportingOverflow(by: right))
    case "//", "%":
      guard right != 0 else { throw TemplateFailure("division by zero.") }
      if right == -1 { return symbol == "%" ? .integer(0) : try .integer(left).negated() }
      let (quotient, remainder) = left.quotientAndRemainder(dividingBy: right)
      // Python rounds down where Swift rounds towards zero.
      let isBelow = remainder != 0 && (remainder < 0) != (right < 0)
      if symbol == "%" { return .integer(isBelow ? remainder + right : remainder) }
      return .integer(isBelow ? quotient - 1 : quotient)
    case "**" where right >= 0: return try power(left, right)
    default: return try combine(Double(left), symbol, Double(right))
    }
  }

  private static func power(
    _ base: Int, _ exponent: Int
  ) throws(TemplateFailure) -> TemplateValue {
    if exponent == 0 || base == 1 { return .integer(1) }
    if base == 0 { return .integer(0) }
    if base == -1 { return .integer(exponent % 2 == 0 ? 1 : -1) }
    // Any other base leaves 64 bits before its 64th power.
    guard exponent < 64 else { return try whole((0, true)) }
    var result = 1
    for _ in 0..<exponent {
      let product = result.multipliedReportingOverflow(by: base)
      _ = try whole(product)
      result = product.partialValue
    }
    return .integer(result)
  }

  private static func whole(
    _ result: (partialValue: Int, overflow: Bool)
  ) throws(TemplateFailure) -> TemplateValue {
    guard !result.overflow else {
      throw TemplateFailure("a whole number does not fit in 64 bits.", code: .limit)
    }
    return .integer(result.partialValue)
  }

  private static func combine(
    _ left: Double, _ symbol: String, _ right: Double
  ) throws(TemplateFailure) -> TemplateValue {
    if ["/", "//", "%"].contains(symbol), right == 0 { throw TemplateFailure("division by zero.") }
    switch symbol {
    case "+": return .double(left + right)
    case "-": return .double(left - right)
    case "*": return .double(left * right)
    case "/": return .double(left / right)
    case "//": return .double((left / right).rounded(.down))
    case "%":
      let remainder = left.truncatingRemainder(dividingBy: right)
      let isBelow = remainder != 0 && (remainder < 0) != (right < 0)
      return .double(isBelow ? remainder + right : remainder)
    default: return .double(TemplateMath.power(left, right))
    }
  }
}

extension TemplateValue {
  /// Python's `-` before a value.
  func negated() throws(TemplateFailure) -> TemplateValue {
    try defined()
    if let integer {
      guard integer != .min else {
        throw TemplateFailure("a whole number does not fit in 64 bits.", code: .limit)
      }
      return .integer(-integer)
    }
    if case .double(let value) = self { return .double(-value) }
    throw TemplateFailure("a value of type '\(typeName)' has no sign.")
  }
}
