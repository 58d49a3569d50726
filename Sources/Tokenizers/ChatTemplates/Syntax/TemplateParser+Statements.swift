extension TemplateParser {
  /// Statements of Jinja that chat templates do not use.
  private static let refused: Set<String> = [
    "include", "import", "from", "extends", "block", "autoescape", "trans", "do",
  ]

  /// Reads one statement, whose name comes next; the end of its last tag is left.
  mutating func readStatement() throws(TemplateFailure) -> [TemplateStatement] {
    let offset = current.offset
    guard case .name(let name) = current.kind else { throw unexpected("a statement") }
    advance()
    let kind: TemplateStatement.Kind
    switch name {
    case "if": kind = try readConditional()
    case "for": kind = try readLoop()
    case "set": kind = try readSet()
    case "with": kind = try readWith()
    case "macro": kind = try readMacro()
    case "call": kind = try readCallBlock()
    case "filter":
      let filter = try readFilters(on: nil, startsInline: true)
      kind = .filterBlock(filter, body: try readBlock(until: "endfilter"))
    case "generation": kind = .generation(try readBlock(until: "endgeneration"))
    case "break": kind = .breakLoop
    case "continue": kind = .continueLoop
    case "print": return try readPrint()
    default:
      let isRefused = Self.refused.contains(name)
      throw TemplateFailure(
        isRefused
          ? "the statement \"\(name)\" is not supported."
          : "the statement \"\(name)\" is not known, or closes nothing that is open.",
        code: isRefused ? .unsupported : .syntax, at: offset)
    }
    return [TemplateStatement(kind, at: offset)]
  }

  private mutating func readPrint() throws(TemplateFailure) -> [TemplateStatement] {
    var statements: [TemplateStatement] = []
    while current.kind != .blockEnd {
      if !statements.isEmpty { try expect(.symbol(",")) }
      let offset = current.offset
      statements.append(TemplateStatement(.output(try readExpression()), at: offset))
    }
    return statements
  }

  private mutating func readConditional() throws(TemplateFailure) -> TemplateStatement.Kind {
    var branches: [(condition: TemplateExpression, body: [TemplateStatement])] = []
    while true {
      let condition = try readTuple(allowsConditional: false)
      branches.append((condition, try readBlock(untilAnyOf: ["elif", "else", "endif"])))
      if take(name: "elif") { continue }
      let otherwise = take(name: "else") ? try readBlock(untilAnyOf: ["endif"]) : []
      advance()
      return .conditional(branches, otherwise: otherwise)
    }
  }

  private mutating func readLoop() throws(TemplateFailure) -> TemplateStatement.Kind {
    let target = try readTarget(endsAtIn: true)
    try expect(.name("in"))
    let elements = try readTuple(allowsConditional: false, endsAtRecursive: true)
    let condition = take(name: "if") ? try readExpression() : nil
    let isRecursive = take(name: "recursive")
    let body = try readBlock(untilAnyOf: ["endfor", "else"])
    let otherwise = take(name: "else") ? try readBlock(untilAnyOf: ["endfor"]) : []
    advance()
    return .loop(
      TemplateLoopSyntax(
        target: target, elements: elements, condition: condition, isRecursive: isRecursive,
        body: body, otherwise: otherwise))
  }

  private mutating func readSet() throws(TemplateFailure) -> TemplateStatement.Kind {
    let target = try readTarget(allowsMembers: true)
    if take("=") { return .set(target, try readTuple()) }
    let filter = isAt("|") ? try readFilters(on: nil) : nil
    return .setBlock(target, filter: filter, body: try readBlock(until: "endset"))
  }

  private mutating func readWith() throws(TemplateFailure) -> TemplateStatement.Kind {
    var assignments: [(target: TemplateTarget, value: TemplateExpression)] = []
    while current.kind != .blockEnd {
      if !assignments.isEmpty { try expect(.symbol(",")) }
      let target = try readTarget()
      try expect(.symbol("="))
      assignments.append((target, try readExpression()))
    }
    return .with(assignments, body: try readBlock(until: "endwith"))
  }

  private mutating func readMacro() throws(TemplateFailure) -> TemplateStatement.Kind {
    let name = try expectName()
    let parameters = try readParameters()
    return .macro(try readMacroBody(until: "endmacro", parameters: parameters, name: name))
  }

  private mutating func readCallBlock() throws(TemplateFailure) -> TemplateStatement.Kind {
    let parameters = isAt("(") ? try readParameters() : []
    let call = try readExpression()
    guard case .call(let callee, let arguments) = call.kind else {
      throw TemplateFailure("a call is expected.", code: .syntax, at: call.offset)
    }
    let caller = try readMacroBody(until: "endcall", parameters: parameters, name: "caller")
    return .callBlock(callee, arguments, caller: caller)
  }

  private mutating func readParameters() throws(TemplateFailure)
    -> [(name: String, preset: TemplateExpression?)]
  {
    try expect(.symbol("("))
    var parameters: [(name: String, preset: TemplateExpression?)] = []
    while !isAt(")") {
      if !parameters.isEmpty { try expect(.symbol(",")) }
      let name = try expectName()
      if take("=") {
        parameters.append((name, try readExpression()))
      } else if parameters.contains(where: { $0.preset != nil }) {
        throw failure("a parameter without a default follows one with a default.")
      } else {
        parameters.append((name, nil))
      }
    }
    advance()
    return parameters
  }

  // MARK: Targets

  /// Reads a name, or several with commas between them.
  private mutating func readTarget(
    allowsMembers: Bool = false, endsAtIn: Bool = false
  ) throws(TemplateFailure) -> TemplateTarget {
    var targets: [TemplateTarget] = []
    var isTuple = false
    while true {
      let isAtEnd =
        current.kind == .blockEnd || current.kind == .variableEnd || isAt(")")
        || endsAtIn && isAt(name: "in")
      if isAtEnd { break }
      targets.append(try readSingleTarget(allowsMembers))
      guard take(",") else { break }
      isTuple = true
    }
    if isTuple { return .tuple(targets) }
    guard let target = targets.first else { throw unexpected("a name") }
    return target
  }

  private mutating func readSingleTarget(
    _ allowsMembers: Bool
  ) throws(TemplateFailure) -> TemplateTarget {
    if take("(") {
      let target = try nested { (parser) throws(TemplateFailure) in try parser.readTarget() }
      try expect(.symbol(")"))
      return target
    }
    let name = try expectName()
    if allowsMembers, take(".") { return .member(namespace: name, name: try expectName()) }
    guard !["true", "false", "none", "True", "False", "None"].contains(name) else {
      throw failure("nothing can be assigned to \"\(name)\".")
    }
    return .name(name)
  }
}
