/// An expression of a template, with the place in the source that an error names.
struct TemplateExpression: Sendable {
  let kind: Kind
  let offset: Int

  init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }

  indirect enum Kind: Sendable {
    case text(TemplateText)
    case integer(Int)
    case double(Double)
    case boolean(Bool)
    case null
    case name(String)
    case list([TemplateExpression])
    case tuple([TemplateExpression])
    case dictionary([(key: TemplateExpression, value: TemplateExpression)])
    case attribute(TemplateExpression, String)
    case subscripted(TemplateExpression, TemplateExpression)
    case slice(TemplateExpression, [TemplateExpression?])
    case call(TemplateExpression, TemplateCall)
    /// A filter on an expression; on the text of a block where there is none.
    case filter(TemplateExpression?, name: String, TemplateCall)
    case test(TemplateExpression, name: String, TemplateCall)
    case not(TemplateExpression)
    case negative(TemplateExpression)
    case positive(TemplateExpression)
    /// `a + b - c`: operators of one rank, from the left, each with what stands on its right.
    case arithmetic(TemplateExpression, [(symbol: String, operand: TemplateExpression)])
    case concatenation([TemplateExpression])
    /// `a < b < c`: each operator with what stands on its right.
    case comparison(TemplateExpression, [(symbol: String, operand: TemplateExpression)])
    case and([TemplateExpression])
    case or([TemplateExpression])
    case conditional(
      condition: TemplateExpression, value: TemplateExpression, otherwise: TemplateExpression?)
  }
}

/// The arguments of a call as they are written.
struct TemplateCall: Sendable {
  var positional: [TemplateExpression] = []
  var named: [(name: String, value: TemplateExpression)] = []
  /// What `*` spreads.
  var spread: TemplateExpression?
  /// What `**` spreads.
  var spreadNamed: TemplateExpression?
}

/// What a value is assigned to.
indirect enum TemplateTarget: Sendable {
  case name(String)
  case member(namespace: String, name: String)
  case tuple([TemplateTarget])
}

/// A statement of a template, with the place in the source that an error names.
struct TemplateStatement: Sendable {
  let kind: Kind
  let offset: Int

  init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }

  indirect enum Kind: Sendable {
    case data(TemplateText)
    case output(TemplateExpression)
    case conditional(
      [(condition: TemplateExpression, body: [TemplateStatement])],
      otherwise: [TemplateStatement])
    case loop(TemplateLoopSyntax)
    case set(TemplateTarget, TemplateExpression)
    case setBlock(TemplateTarget, filter: TemplateExpression?, body: [TemplateStatement])
    case with([(target: TemplateTarget, value: TemplateExpression)], body: [TemplateStatement])
    case macro(TemplateMacroSyntax)
    case callBlock(TemplateExpression, TemplateCall, caller: TemplateMacroSyntax)
    case filterBlock(TemplateExpression, body: [TemplateStatement])
    case generation([TemplateStatement])
    case breakLoop
    case continueLoop
  }
}

/// A `for` statement.
struct TemplateLoopSyntax: Sendable {
  let target: TemplateTarget
  let elements: TemplateExpression
  let condition: TemplateExpression?
  let isRecursive: Bool
  let body: [TemplateStatement]
  let otherwise: [TemplateStatement]
}

/// A macro, or the body of a `call` block.
struct TemplateMacroSyntax: Sendable {
  let name: String
  let parameters: [(name: String, preset: TemplateExpression?)]
  let body: [TemplateStatement]
  /// The names `caller`, `varargs` and `kwargs`, as far as the body uses them.
  let specials: Set<String>
}
