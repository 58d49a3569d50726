/// Reads tokens into statements; the grammar is that of Jinja 3.1 with loop controls and
/// Transformers' `generation` blocks.
struct TemplateParser {
  private let tokens: [TemplateToken]
  private var place = 0
  private var depth = 0
  /// For each macro that is being read, the special names that it uses.
  private var specials: [Set<String>] = []

  /// How deep statements and expressions may be nested.
  private static let deepest = 100

  init(_ tokens: [TemplateToken]) {
    self.tokens = tokens
  }

  /// Reads a template.
  static func statements(of lexer: inout TemplateLexer) throws(TemplateFailure)
    -> [TemplateStatement]
  {
    var parser = TemplateParser(try lexer.run())
    return try parser.readBody(until: [])
  }

  // MARK: Tokens

  var current: TemplateToken { tokens[place] }
  var following: TemplateToken { tokens[min(place + 1, tokens.count - 1)] }

  mutating func advance() {
    if place < tokens.count - 1 { place += 1 }
  }

  func isAt(_ symbol: String) -> Bool { current.kind == .symbol(symbol) }

  func isAt(name: String) -> Bool { current.kind == .name(name) }

  mutating func take(_ symbol: String) -> Bool {
    guard isAt(symbol) else { return false }
    advance()
    return true
  }

  mutating func take(name: String) -> Bool {
    guard isAt(name: name) else { return false }
    advance()
    return true
  }

  mutating func expect(_ kind: TemplateToken.Kind) throws(TemplateFailure) {
    guard current.kind == kind else {
      throw unexpected(TemplateToken(kind: kind, offset: 0).description)
    }
    advance()
  }

  /// Takes any name.
  mutating func expectName() throws(TemplateFailure) -> String {
    guard case .name(let name) = current.kind else { throw unexpected("a name") }
    advance()
    return name
  }

  func unexpected(_ expected: String) -> TemplateFailure {
    failure("\(expected) is expected, not \(current.description).")
  }

  func failure(_ message: String) -> TemplateFailure {
    TemplateFailure(message, code: .syntax, at: current.offset)
  }

  /// Notes that a name is used.
  mutating func note(_ name: String) {
    guard name == "caller" || name == "varargs" || name == "kwargs" else { return }
    for index in specials.indices { specials[index].insert(name) }
  }

  /// Does something one level deeper.
  mutating func nested<Result>(
    _ body: (inout TemplateParser) throws(TemplateFailure) -> Result
  ) throws(TemplateFailure) -> Result {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw TemplateFailure(
        "the template is nested more than \(Self.deepest) deep.", code: .limit, at: current.offset)
    }
    return try body(&self)
  }

  /// Reads a macro's body and says which special names it uses.
  mutating func readMacroBody(
    until end: String, parameters: [(name: String, preset: TemplateExpression?)], name: String
  ) throws(TemplateFailure) -> TemplateMacroSyntax {
    specials.append([])
    let body = try readBlock(until: end)
    return TemplateMacroSyntax(
      name: name, parameters: parameters, body: body, specials: specials.removeLast())
  }

  // MARK: Bodies

  /// Reads the body of a statement up to and with its end.
  mutating func readBlock(until end: String) throws(TemplateFailure) -> [TemplateStatement] {
    let body = try readBlock(untilAnyOf: [end])
    advance()
    return body
  }

  /// Reads the body of a statement up to one of some names, which are not taken.
  mutating func readBlock(
    untilAnyOf ends: [String]
  ) throws(TemplateFailure) -> [TemplateStatement] {
    _ = take(":")
    try expect(.blockEnd)
    return try readBody(until: ends)
  }

  private mutating func readBody(until ends: [String]) throws(TemplateFailure)
    -> [TemplateStatement]
  {
    try nested { (parser) throws(TemplateFailure) in
      var body: [TemplateStatement] = []
      while true {
        let token = parser.current
        switch token.kind {
        case .end:
          if ends.isEmpty { return body }
          let names = ends.map { "{% \($0) %}" }.joined(separator: " or ")
          throw parser.failure("the template ends where \(names) is expected.")
        case .data(let text):
          body.append(TemplateStatement(.data(text), at: token.offset))
          parser.advance()
        case .variableBegin:
          parser.advance()
          let expression = try parser.readTuple()
          try parser.expect(.variableEnd)
          body.append(TemplateStatement(.output(expression), at: token.offset))
        default:
          parser.advance()
          if case .name(let name) = parser.current.kind, ends.contains(name) { return body }
          body += try parser.readStatement()
          try parser.expect(.blockEnd)
        }
      }
    }
  }
}
