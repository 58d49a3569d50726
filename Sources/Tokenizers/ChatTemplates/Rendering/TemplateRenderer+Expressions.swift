extension TemplateRenderer {
  func evaluate(
    _ expression: TemplateExpression, _ scope: TemplateScope
  ) throws(TemplateFailure) -> TemplateValue {
    switch expression.kind {
    case .text(let text): return .text(text)
    case .integer(let value): return .integer(value)
    case .double(let value): return .double(value)
    case .boolean(let value): return .boolean(value)
    case .null: return .null
    case .name(let name): return value(of: name, scope)
    default:
      return try nested(at: expression.offset) { () throws(TemplateFailure) in
        try evaluateDeeper(expression, scope)
      }
    }
  }

  private func evaluateDeeper(
    _ expression: TemplateExpression, _ scope: TemplateScope
  ) throws(TemplateFailure) -> TemplateValue {
    switch expression.kind {
    case .attribute(let object, let name):
      return try member(name, of: try evaluate(object, scope))
    case .subscripted(let object, let key):
      return try element(try evaluate(key, scope), of: try evaluate(object, scope))
    case .slice(let object, let bounds):
      return try slice(try evaluate(object, scope), bounds, scope)
    case .call(let callee, let call):
      let function = try evaluate(callee, scope)
      return try self.call(function, try evaluate(call, scope))
    case .filter(let operand, let name, let call):
      guard let operand else { throw TemplateFailure("the filter '\(name)' has no value.") }
      return try filter(try evaluate(operand, scope), name, try evaluate(call, scope))
    case .test(let operand, let name, let call):
      let value = try evaluate(operand, scope)
      return .boolean(try test(value, name, try evaluate(call, scope)))
    case .conditional(let condition, let value, let otherwise):
      if try evaluate(condition, scope).isTrue { return try evaluate(value, scope) }
      guard let otherwise else {
        return .undefined("the condition of an inline 'if' is false, and it has no 'else'.")
      }
      return try evaluate(otherwise, scope)
    case .list, .tuple, .dictionary: return try evaluateLiteral(expression, scope)
    default: return try evaluateOperator(expression, scope)
    }
  }

  private func evaluateLiteral(
    _ expression: TemplateExpression, _ scope: TemplateScope
  ) throws(TemplateFailure) -> TemplateValue {
    switch expression.kind {
    case .list(let elements): return .list(try evaluate(elements, scope))
    case .tuple(let elements): return .tuple(try evaluate(elements, scope))
    case .dictionary(let entries):
      var dictionary = TemplateDictionary()
      for entry in entries {
        let key = try evaluate(entry.key, scope)
        try dictionary.set(try evaluate(entry.value, scope), for: key)
      }
      return .dictionary(dictionary)
    default: return .null
    }
  }

  private func evaluate(
    _ expressions: [TemplateExpression], _ scope: TemplateScope
  ) throws(TemplateFailure) -> [TemplateValue] {
    var values: [TemplateValue] = []
    for expression in expressions { values.append(try evaluate(expression, scope)) }
    return values
  }

  private func evaluateOperator(
    _ expression: TemplateExpression, _ scope: TemplateScope
  ) throws(TemplateFailure) -> TemplateValue {
    switch expression.kind {
    case .not(let operand): return .boolean(!(try evaluate(operand, scope).isTrue))
    case .negative(let operand): return try evaluate(operand, scope).negated()
    case .positive(let operand):
      let value = try evaluate(operand, scope)
      return try value.negated().negated()
    case .and(let operands):
      var value = TemplateValue.null
      for operand in operands {
        value = try evaluate(operand, scope)
        if !value.isTrue { break }
      }
      return value
    case .or(let operands):
      var value = TemplateValue.null
      for operand in operands {
        value = try evaluate(operand, scope)
        if value.isTrue { break }
      }
      return value
    case .arithmetic(let first, let operands):
      var value = try evaluate(first, scope)
      for entry in operands {
        value = try combine(value, entry.symbol, try evaluate(entry.operand, scope))
      }
      return value
    case .concatenation(let parts):
      var scalars: [Unicode.Scalar] = []
      for part in parts { scalars += try evaluate(part, scope).printed().scalars }
      try check(length: scalars.count)
      return .text(TemplateText(scalars))
    case .comparison(let first, let operands):
      var left = try evaluate(first, scope)
      for entry in operands {
        let right = try evaluate(entry.operand, scope)
        guard try Self.compare(left, entry.symbol, right) else { return .boolean(false) }
        left = right
      }
      return .boolean(true)
    default: return .null
    }
  }

  private static func compare(
    _ left: TemplateValue, _ symbol: String, _ right: TemplateValue
  ) throws(TemplateFailure) -> Bool {
    switch symbol {
    case "==": return left.equals(right)
    case "!=": return !left.equals(right)
    case "<": return try left.precedes(right)
    case ">": return try right.precedes(left)
    case "<=": return try left.precedes(right) || left.equals(right)
    case ">=": return try right.precedes(left) || left.equals(right)
    case "in": return try right.contains(left)
    default: return !(try right.contains(left))
    }
  }

  // MARK: Calls

  /// The arguments of a call as values.
  func evaluate(
    _ call: TemplateCall, _ scope: TemplateScope
  ) throws(TemplateFailure) -> TemplateArguments {
    var arguments = TemplateArguments(try evaluate(call.positional, scope))
    for argument in call.named {
      arguments.named.append((argument.name, try evaluate(argument.value, scope)))
    }
    if let spread = call.spread {
      arguments.positional += try evaluate(spread, scope).elements()
    }
    if let spread = call.spreadNamed {
      guard case .dictionary(let dictionary) = try evaluate(spread, scope) else {
        throw TemplateFailure("what '**' spreads must be a dict.")
      }
      for entry in dictionary.entries {
        let name = try entry.key.requiredText("the name of an argument").string
        guard !arguments.named.contains(where: { $0.name == name }) else {
          throw TemplateFailure("the argument '\(name)' is given twice.")
        }
        arguments.named.append((name, entry.value))
      }
    }
    return arguments
  }

  func call(
    _ function: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    switch function {
    case .function(let function): return try function.body(self, arguments)
    case .loop(let loop): return try loop.call(self, arguments)
    default:
      try function.defined()
      throw TemplateFailure("a value of type '\(function.typeName)' cannot be called.")
    }
  }

  /// Applies a chain of filters to the text of a block.
  func apply(
    _ chain: TemplateExpression, toBlock value: TemplateValue, _ scope: TemplateScope
  ) throws(TemplateFailure) -> TemplateValue {
    guard case .filter(let operand, let name, let call) = chain.kind else { return value }
    var value = value
    if let operand { value = try apply(operand, toBlock: value, scope) }
    return try filter(value, name, try evaluate(call, scope))
  }
}
