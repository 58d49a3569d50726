extension TemplateRenderer {
  /// How a row of statements ended.
  enum Flow {
    case normal
    case broken
    case continued
  }

  func execute(
    _ statements: [TemplateStatement], _ scope: TemplateScope
  ) throws(TemplateFailure) -> Flow {
    for statement in statements {
      let flow = try nested(at: statement.offset) { () throws(TemplateFailure) in
        try execute(statement, scope)
      }
      if flow != .normal { return flow }
    }
    return .normal
  }

  private func execute(
    _ statement: TemplateStatement, _ scope: TemplateScope
  ) throws(TemplateFailure) -> Flow {
    switch statement.kind {
    case .data(let text): try write(text)
    case .output(let expression):
      let value = try evaluate(expression, scope)
      try write(value.printed())
    case .conditional(let branches, let otherwise):
      for branch in branches where try evaluate(branch.condition, scope).isTrue {
        return try execute(branch.body, scope)
      }
      return try execute(otherwise, scope)
    case .loop(let loop): try run(loop, scope)
    case .set(let target, let expression):
      try assign(try evaluate(expression, scope), to: target, scope)
    case .breakLoop: return .broken
    case .continueLoop: return .continued
    case .macro(let macro):
      keep(scope)
      scope.set(macro.name, to: .function(function(of: macro, scope)))
    default: try executeBlock(statement, scope)
    }
    return .normal
  }

  /// Statements whose bodies have a scope of their own.
  private func executeBlock(
    _ statement: TemplateStatement, _ scope: TemplateScope
  ) throws(TemplateFailure) {
    let inner = TemplateScope(in: scope)
    switch statement.kind {
    case .setBlock(let target, let filter, let body):
      var value = TemplateValue.text(try captured(body, inner))
      if let filter { value = try apply(filter, toBlock: value, inner) }
      try assign(value, to: target, scope)
    case .with(let assignments, let body):
      for assignment in assignments {
        try assign(try evaluate(assignment.value, scope), to: assignment.target, inner)
      }
      _ = try execute(body, inner)
    case .filterBlock(let filter, let body):
      let value = TemplateValue.text(try captured(body, inner))
      try write(try apply(filter, toBlock: value, inner).printed())
    case .generation(let body):
      let text = try captured(body, inner)
      noteGeneration(length: text.count)
      try write(text)
    case .callBlock(let callee, let call, let caller):
      var arguments = try evaluate(call, scope)
      keep(scope)
      arguments.named.append(("caller", .function(function(of: caller, scope))))
      try write(try self.call(try evaluate(callee, scope), arguments).printed())
    default: break
    }
  }

  // MARK: Assignment

  private func assign(
    _ value: TemplateValue, to target: TemplateTarget, _ scope: TemplateScope
  ) throws(TemplateFailure) {
    switch target {
    case .name(let name): scope.set(name, to: value)
    case .member(let namespace, let name):
      guard case .namespace(let namespace) = self.value(of: namespace, scope) else {
        throw TemplateFailure("only a namespace's members can be set, not those of others.")
      }
      try Self.checkMember(name)
      namespace.members.set(value, for: TemplateText(name))
    case .tuple(let targets):
      let values = try value.elements()
      guard values.count == targets.count else {
        throw TemplateFailure(
          "\(targets.count) values are expected to unpack, not \(values.count).")
      }
      for (target, value) in zip(targets, values) { try assign(value, to: target, scope) }
    }
  }

  static func checkMember(_ name: String) throws(TemplateFailure) {
    guard !name.hasPrefix("_") else {
      throw TemplateFailure("a namespace's members may not begin with an underscore: '\(name)'.")
    }
  }

  // MARK: Loops

  private func run(_ loop: TemplateLoopSyntax, _ scope: TemplateScope) throws(TemplateFailure) {
    try run(loop, over: try evaluate(loop.elements, scope), depth0: 0, scope)
  }

  private func run(
    _ loop: TemplateLoopSyntax, over value: TemplateValue, depth0: Int, _ scope: TemplateScope
  ) throws(TemplateFailure) {
    let context = TemplateLoop(
      try source(of: loop, over: value, scope), depth0: depth0,
      recurse: loop.isRecursive ? recursion(of: loop, scope) : nil)
    var hasRun = false
    while let element = try context.next() {
      hasRun = true
      let inner = TemplateScope(in: scope)
      inner.set("loop", to: .loop(context))
      try assign(element, to: loop.target, inner)
      if try execute(loop.body, inner) == .broken { break }
    }
    if !hasRun { _ = try execute(loop.otherwise, TemplateScope(in: scope)) }
  }

  /// The elements that satisfy the loop's condition, one by one.
  private func source(
    of loop: TemplateLoopSyntax, over value: TemplateValue, _ scope: TemplateScope
  ) throws(TemplateFailure) -> TemplateLoop.Source {
    var elements = try value.elements()[...]
    return { () throws(TemplateFailure) in
      while let element = elements.popFirst() {
        try self.step()
        guard let condition = loop.condition else { return element }
        let inner = TemplateScope(in: scope)
        try self.assign(element, to: loop.target, inner)
        if try self.evaluate(condition, inner).isTrue { return element }
      }
      return nil
    }
  }

  private func recursion(of loop: TemplateLoopSyntax, _ scope: TemplateScope) -> TemplateFunction {
    TemplateFunction("loop") { (renderer, arguments) throws(TemplateFailure) in
      let bound = try arguments.bound(to: ["elements", "depth"], required: 2, of: "loop")
      renderer.beginCapture()
      defer { renderer.endCapture() }
      try renderer.run(
        loop, over: bound[0] ?? .null, depth0: bound[1]?.integer ?? 0, scope)
      return .text(renderer.capturedSoFar)
    }
  }

  // MARK: Macros

  /// A macro that sees the scope it is written in.
  private func function(
    of macro: TemplateMacroSyntax, _ scope: TemplateScope
  ) -> TemplateFunction {
    TemplateFunction(macro.name) { (renderer, arguments) throws(TemplateFailure) in
      let inner = TemplateScope(in: scope)
      try renderer.bind(arguments, to: macro, inner)
      return .text(try renderer.captured(macro.body, inner))
    }
  }

  private func bind(
    _ arguments: TemplateArguments, to macro: TemplateMacroSyntax, _ scope: TemplateScope
  ) throws(TemplateFailure) {
    var arguments = arguments
    let given = arguments.positional
    for (index, parameter) in macro.parameters.enumerated() {
      var value = index < given.count ? given[index] : nil
      if value == nil { value = arguments.take(parameter.name) }
      if value == nil, let preset = parameter.preset { value = try evaluate(preset, scope) }
      let missing = TemplateValue.undefined("parameter '\(parameter.name)' was not provided.")
      scope.set(parameter.name, to: value ?? missing)
    }
    let specials = macro.specials.subtracting(macro.parameters.map(\.name))
    if specials.contains("caller") {
      scope.set("caller", to: arguments.take("caller") ?? .undefined("no caller is defined."))
    }
    if specials.contains("kwargs") {
      var named = TemplateDictionary()
      for argument in arguments.named {
        named.set(argument.value, for: TemplateText(argument.name))
      }
      scope.set("kwargs", to: .dictionary(named))
    } else if let extra = arguments.named.first {
      throw TemplateFailure("the macro '\(macro.name)' has no parameter '\(extra.name)'.")
    }
    let extra = given.dropFirst(macro.parameters.count)
    if specials.contains("varargs") {
      scope.set("varargs", to: .tuple(Array(extra)))
    } else if !extra.isEmpty {
      throw TemplateFailure(
        "the macro '\(macro.name)' takes at most \(macro.parameters.count) arguments.")
    }
  }
}
