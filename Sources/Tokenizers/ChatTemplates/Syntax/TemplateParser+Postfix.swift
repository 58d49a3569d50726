extension TemplateParser {
  /// How many members, calls or filters may follow one another.
  private static let longestChain = 100

  private var tooLong: TemplateFailure {
    TemplateFailure(
      "more than \(Self.longestChain) members, calls or filters follow one another.", code: .limit,
      at: current.offset)
  }

  /// Reads members, subscripts and calls that follow a value.
  mutating func readPostfix(
    on value: TemplateExpression
  ) throws(TemplateFailure) -> TemplateExpression {
    var value = value
    for _ in 0..<Self.longestChain {
      let offset = current.offset
      if take(".") {
        switch current.kind {
        case .name(let name):
          value = TemplateExpression(.attribute(value, name), at: offset)
        case .integer(let index):
          let key = TemplateExpression(.integer(index), at: current.offset)
          value = TemplateExpression(.subscripted(value, key), at: offset)
        default: throw unexpected("a name or a number")
        }
        advance()
      } else if isAt("[") {
        value = try readSubscript(on: value)
      } else if isAt("(") {
        value = TemplateExpression(.call(value, try readCall()), at: offset)
      } else {
        return value
      }
    }
    throw tooLong
  }

  private mutating func readSubscript(
    on value: TemplateExpression
  ) throws(TemplateFailure) -> TemplateExpression {
    let offset = current.offset
    advance()
    var keys: [TemplateExpression] = []
    var slice: TemplateExpression?
    if isAt(":") {
      slice = try readSlice(from: nil, on: value, offset)
    } else {
      keys.append(try readExpression())
      if isAt(":") { slice = try readSlice(from: keys[0], on: value, offset) }
    }
    while slice == nil, take(",") { keys.append(try readExpression()) }
    try expect(.symbol("]"))
    if let slice { return slice }
    let key = keys.count == 1 ? keys[0] : TemplateExpression(.tuple(keys), at: keys[0].offset)
    return TemplateExpression(.subscripted(value, key), at: offset)
  }

  /// Reads what follows the start of a slice.
  private mutating func readSlice(
    from start: TemplateExpression?, on value: TemplateExpression, _ offset: Int
  ) throws(TemplateFailure) -> TemplateExpression {
    var bounds = [start]
    while bounds.count < 3 {
      guard take(":") else {
        bounds.append(nil)
        continue
      }
      let isEmpty = isAt(":") || isAt("]") || isAt(",")
      bounds.append(isEmpty ? nil : try readExpression())
    }
    return TemplateExpression(.slice(value, bounds), at: offset)
  }

  /// Reads the arguments of a call with their parentheses.
  mutating func readCall() throws(TemplateFailure) -> TemplateCall {
    try expect(.symbol("("))
    var call = TemplateCall()
    var isFirst = true
    while !isAt(")") {
      if !isFirst {
        try expect(.symbol(","))
        if isAt(")") { break }
      }
      isFirst = false
      try readArgument(into: &call)
    }
    advance()
    return call
  }

  private mutating func readArgument(into call: inout TemplateCall) throws(TemplateFailure) {
    let misplaced = failure("the arguments of the call are in an order that Python does not allow.")
    if take("*") {
      guard call.spread == nil, call.spreadNamed == nil else { throw misplaced }
      call.spread = try readExpression()
    } else if take("**") {
      guard call.spreadNamed == nil else { throw misplaced }
      call.spreadNamed = try readExpression()
    } else if case .name(let name) = current.kind, following.kind == .symbol("=") {
      guard call.spreadNamed == nil else { throw misplaced }
      advance()
      advance()
      call.named.append((name, try readExpression()))
    } else {
      guard call.spread == nil, call.spreadNamed == nil, call.named.isEmpty else {
        throw misplaced
      }
      call.positional.append(try readExpression())
    }
  }

  // MARK: Filters and tests

  mutating func readFiltersAndTests(
    on value: TemplateExpression
  ) throws(TemplateFailure) -> TemplateExpression {
    var value = value
    for _ in 0..<Self.longestChain {
      if isAt("|") {
        value = try readFilters(on: value)
      } else if isAt(name: "is") {
        value = try readTest(on: value)
      } else if isAt("(") {
        let offset = current.offset
        value = TemplateExpression(.call(value, try readCall()), at: offset)
      } else {
        return value
      }
    }
    throw tooLong
  }

  /// Reads filters one after another; the first one without its `|` if it starts inline.
  mutating func readFilters(
    on value: TemplateExpression?, startsInline: Bool = false
  ) throws(TemplateFailure) -> TemplateExpression {
    var value = value
    var startsInline = startsInline
    var length = 0
    while startsInline || take("|") {
      startsInline = false
      length += 1
      guard length <= Self.longestChain else { throw tooLong }
      let offset = current.offset
      let name = try readDottedName()
      let call = isAt("(") ? try readCall() : TemplateCall()
      value = TemplateExpression(.filter(value, name: name, call), at: offset)
    }
    guard let value else { throw unexpected("a filter") }
    return value
  }

  private mutating func readDottedName() throws(TemplateFailure) -> String {
    var name = try expectName()
    while take(".") { name += "." + (try expectName()) }
    return name
  }

  private mutating func readTest(
    on value: TemplateExpression
  ) throws(TemplateFailure) -> TemplateExpression {
    let offset = current.offset
    advance()
    let isNegated = take(name: "not")
    let name = try readDottedName()
    var call = TemplateCall()
    if isAt("(") {
      call = try readCall()
    } else if startsTestArgument {
      if isAt(name: "is") { throw failure("tests cannot follow one another with \"is\".") }
      let argument = try readPrimary()
      call.positional = [try readPostfix(on: argument)]
    }
    let test = TemplateExpression(.test(value, name: name, call), at: offset)
    return isNegated ? TemplateExpression(.not(test), at: offset) : test
  }

  /// Whether the argument of a test follows without parentheses.
  private var startsTestArgument: Bool {
    switch current.kind {
    case .name(let name): !["else", "or", "and"].contains(name)
    case .text, .integer, .double, .symbol("["), .symbol("{"): true
    default: false
    }
  }
}
