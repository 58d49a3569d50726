extension TemplateParser {
  /// Reads an expression, or a tuple of several with commas between them.
  mutating func readTuple(
    allowsConditional: Bool = true, endsAtRecursive: Bool = false, isInParentheses: Bool = false
  ) throws(TemplateFailure) -> TemplateExpression {
    let offset = current.offset
    var elements: [TemplateExpression] = []
    var isTuple = false
    while true {
      let isAtEnd =
        current.kind == .blockEnd || current.kind == .variableEnd || isAt(")")
        || endsAtRecursive && isAt(name: "recursive")
      if isAtEnd { break }
      elements.append(try allowsConditional ? readExpression() : readOr())
      guard take(",") else { break }
      isTuple = true
    }
    if !isTuple, let first = elements.first { return first }
    guard isTuple || isInParentheses else { throw unexpected("an expression") }
    return TemplateExpression(.tuple(elements), at: offset)
  }

  /// Reads an expression.
  mutating func readExpression() throws(TemplateFailure) -> TemplateExpression {
    try nested { (parser) throws(TemplateFailure) in
      var value = try parser.readOr()
      while parser.take(name: "if") {
        let condition = try parser.readOr()
        let otherwise = parser.take(name: "else") ? try parser.readExpression() : nil
        value = TemplateExpression(
          .conditional(condition: condition, value: value, otherwise: otherwise), at: value.offset)
      }
      return value
    }
  }

  private mutating func readOr() throws(TemplateFailure) -> TemplateExpression {
    var operands = [try readAnd()]
    while take(name: "or") { operands.append(try readAnd()) }
    return operands.count == 1
      ? operands[0] : TemplateExpression(.or(operands), at: operands[0].offset)
  }

  private mutating func readAnd() throws(TemplateFailure) -> TemplateExpression {
    var operands = [try readNot()]
    while take(name: "and") { operands.append(try readNot()) }
    return operands.count == 1
      ? operands[0] : TemplateExpression(.and(operands), at: operands[0].offset)
  }

  private mutating func readNot() throws(TemplateFailure) -> TemplateExpression {
    let offset = current.offset
    guard take(name: "not") else { return try readComparison() }
    let operand = try nested { (parser) throws(TemplateFailure) in try parser.readNot() }
    return TemplateExpression(.not(operand), at: offset)
  }

  private mutating func readComparison() throws(TemplateFailure) -> TemplateExpression {
    let first = try readSum()
    var operands: [(symbol: String, operand: TemplateExpression)] = []
    while true {
      if case .symbol(let symbol) = current.kind,
        ["==", "!=", "<", "<=", ">", ">="].contains(symbol)
      {
        advance()
        operands.append((symbol, try readSum()))
      } else if take(name: "in") {
        operands.append(("in", try readSum()))
      } else if isAt(name: "not"), following.kind == .name("in") {
        advance()
        advance()
        operands.append(("not in", try readSum()))
      } else {
        break
      }
    }
    if operands.isEmpty { return first }
    return TemplateExpression(.comparison(first, operands), at: first.offset)
  }

  private mutating func readSum() throws(TemplateFailure) -> TemplateExpression {
    try readArithmetic(["+", "-"]) { (parser) throws(TemplateFailure) in
      try parser.readConcatenation()
    }
  }

  /// Reads operands with operators of one rank between them.
  private mutating func readArithmetic(
    _ symbols: Set<String>,
    _ operand: (inout TemplateParser) throws(TemplateFailure) -> TemplateExpression
  ) throws(TemplateFailure) -> TemplateExpression {
    let first = try operand(&self)
    var operands: [(symbol: String, operand: TemplateExpression)] = []
    while case .symbol(let symbol) = current.kind, symbols.contains(symbol) {
      advance()
      operands.append((symbol, try operand(&self)))
    }
    return operands.isEmpty
      ? first : TemplateExpression(.arithmetic(first, operands), at: first.offset)
  }

  private mutating func readConcatenation() throws(TemplateFailure) -> TemplateExpression {
    var parts = [try readProduct()]
    while take("~") { parts.append(try readProduct()) }
    return parts.count == 1
      ? parts[0] : TemplateExpression(.concatenation(parts), at: parts[0].offset)
  }

  private mutating func readProduct() throws(TemplateFailure) -> TemplateExpression {
    try readArithmetic(["*", "/", "//", "%"]) { (parser) throws(TemplateFailure) in
      // Unlike Python, Jinja takes powers from the left, and after a sign.
      try parser.readArithmetic(["**"]) { (parser) throws(TemplateFailure) in
        try parser.readUnary(withFilters: true)
      }
    }
  }

  private mutating func readUnary(
    withFilters: Bool
  ) throws(TemplateFailure) -> TemplateExpression {
    let offset = current.offset
    var value: TemplateExpression
    if isAt("-") || isAt("+") {
      let isNegative = isAt("-")
      advance()
      let operand = try nested { (parser) throws(TemplateFailure) in
        try parser.readUnary(withFilters: false)
      }
      value = TemplateExpression(isNegative ? .negative(operand) : .positive(operand), at: offset)
    } else {
      value = try readPrimary()
    }
    value = try readPostfix(on: value)
    return withFilters ? try readFiltersAndTests(on: value) : value
  }

  /// Reads a name, a literal or what stands in brackets.
  mutating func readPrimary() throws(TemplateFailure) -> TemplateExpression {
    let token = current
    let kind: TemplateExpression.Kind
    switch token.kind {
    case .name(let name):
      advance()
      kind = readName(name)
    case .text:
      var scalars: [Unicode.Scalar] = []
      while case .text(let part) = current.kind {
        scalars += part.scalars
        advance()
      }
      kind = .text(TemplateText(scalars))
    case .integer(let value):
      advance()
      kind = .integer(value)
    case .double(let value):
      advance()
      kind = .double(value)
    case .symbol("("):
      advance()
      let inner = try readTuple(isInParentheses: true)
      try expect(.symbol(")"))
      return inner
    case .symbol("["): kind = .list(try readList())
    case .symbol("{"): kind = .dictionary(try readDictionary())
    default: throw unexpected("an expression")
    }
    return TemplateExpression(kind, at: token.offset)
  }

  private mutating func readName(_ name: String) -> TemplateExpression.Kind {
    switch name {
    case "true", "True": return .boolean(true)
    case "false", "False": return .boolean(false)
    case "none", "None": return .null
    default:
      note(name)
      return .name(name)
    }
  }

  private mutating func readList() throws(TemplateFailure) -> [TemplateExpression] {
    advance()
    var elements: [TemplateExpression] = []
    while !isAt("]") {
      if !elements.isEmpty { try expect(.symbol(",")) }
      if isAt("]") { break }
      elements.append(try readExpression())
    }
    advance()
    return elements
  }

  private mutating func readDictionary() throws(TemplateFailure)
    -> [(key: TemplateExpression, value: TemplateExpression)]
  {
    advance()
    var entries: [(key: TemplateExpression, value: TemplateExpression)] = []
    while !isAt("}") {
      if !entries.isEmpty { try expect(.symbol(",")) }
      if isAt("}") { break }
      let key = try readExpression()
      try expect(.symbol(":"))
      entries.append((key, try readExpression()))
    }
    advance()
    return entries
  }
}
