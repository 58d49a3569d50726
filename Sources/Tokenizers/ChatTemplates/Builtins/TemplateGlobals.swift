/// The functions that every template has.
enum TemplateGlobals {
  static func value(of name: String) -> TemplateValue? {
    switch name {
    case "range": .function(TemplateFunction(name, range))
    case "dict": .function(TemplateFunction(name, dictionary))
    case "namespace": .function(TemplateFunction(name, namespace))
    case "raise_exception": .function(TemplateFunction(name, raise))
    case "strftime_now": .function(TemplateFunction(name, time))
    case "joiner": .function(TemplateFunction(name, joiner))
    case "cycler": .function(TemplateFunction(name, cycler))
    default: nil
    }
  }

  /// A member of a function: only `dict.fromkeys` and a cycler's are known.
  static func member(_ name: String, of function: TemplateFunction) -> TemplateValue? {
    if function.name == "dict", name == "fromkeys" {
      return .function(TemplateFunction("fromkeys", fromKeys))
    }
    if name == "name" { return .text(function.name) }
    return nil
  }

  private static func raise(
    _: TemplateRenderer, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    let message = try arguments.bound(to: ["message"], required: 1, of: "raise_exception")[0]
    throw TemplateFailure((message ?? .null).printed().string, code: .raised)
  }

  private static func time(
    _ renderer: TemplateRenderer, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    let format = try arguments.bound(to: ["format"], required: 1, of: "strftime_now")[0]
    let text = try (format ?? .null).requiredText("the format of strftime_now")
    return .text(try renderer.now.formatted(text.string))
  }

  private static func range(
    _: TemplateRenderer, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    guard arguments.named.isEmpty, (1...3).contains(arguments.positional.count) else {
      throw TemplateFailure("range takes one to three numbers.")
    }
    var numbers: [Int] = []
    for value in arguments.positional {
      let number = try value.requiredInteger("an argument of range")
      guard number.magnitude < 1 << 53 else {
        throw TemplateFailure("an argument of range is too large.", code: .limit)
      }
      numbers.append(number)
    }
    let step = numbers.count > 2 ? numbers[2] : 1
    guard step != 0 else { throw TemplateFailure("the step of a range must not be zero.") }
    let range =
      numbers.count == 1
      ? TemplateRange(start: 0, stop: numbers[0], step: 1)
      : TemplateRange(start: numbers[0], stop: numbers[1], step: step)
    guard range.count <= TemplateRange.limit else {
      throw TemplateFailure(
        "the range is larger than \(TemplateRange.limit).", code: .limit)
    }
    return .range(range)
  }

  private static func dictionary(
    _: TemplateRenderer, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    .dictionary(try members(arguments, of: "dict"))
  }

  private static func namespace(
    _ renderer: TemplateRenderer, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    let members = try members(arguments, of: "namespace")
    for entry in members.entries {
      if case .text(let name) = entry.key { try TemplateRenderer.checkMember(name.string) }
    }
    return renderer.makeNamespace(members)
  }

  /// What Python's `dict(...)` makes of its arguments.
  private static func members(
    _ arguments: TemplateArguments, of function: String
  ) throws(TemplateFailure) -> TemplateDictionary {
    guard arguments.positional.count <= 1 else {
      throw TemplateFailure("\(function) takes at most one argument without a name.")
    }
    var result = TemplateDictionary()
    if let first = arguments.positional.first {
      if case .dictionary(let dictionary) = first {
        result = dictionary
      } else {
        for pair in try first.elements() {
          let elements = try pair.elements()
          guard elements.count == 2 else {
            throw TemplateFailure("\(function) needs pairs of keys and values.")
          }
          try result.set(elements[1], for: elements[0])
        }
      }
    }
    for argument in arguments.named { result.set(argument.value, for: TemplateText(argument.name)) }
    return result
  }

  private static func fromKeys(
    _: TemplateRenderer, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["iterable", "value"], required: 1, of: "fromkeys")
    var result = TemplateDictionary()
    for key in try (bound[0] ?? .null).elements() { try result.set(bound[1] ?? .null, for: key) }
    return .dictionary(result)
  }

  /// Gives nothing at its first call, and the separator at every later one.
  private static func joiner(
    _: TemplateRenderer, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    let separator = try arguments.bound(to: ["sep"], of: "joiner")[0] ?? .text(", ")
    var isUsed = false
    return .function(
      TemplateFunction("joiner") { (_, arguments) throws(TemplateFailure) in
        try arguments.mustBeEmpty(for: "joiner")
        defer { isUsed = true }
        return isUsed ? separator : .text("")
      })
  }

  /// An object whose `next()` goes round its values.
  private static func cycler(
    _ renderer: TemplateRenderer, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    let items = arguments.positional
    guard !items.isEmpty else { throw TemplateFailure("at least one item is needed to cycle.") }
    var position = 0
    let members = TemplateNamespace(TemplateDictionary())
    let next = TemplateFunction("next") {
      [unowned members] (_, arguments) throws(TemplateFailure) in
      try arguments.mustBeEmpty(for: "next")
      defer {
        position = (position + 1) % items.count
        members.members.set(items[position], for: "current")
      }
      return items[position]
    }
    let reset = TemplateFunction("reset") {
      [unowned members] (_, arguments) throws(TemplateFailure) in
      try arguments.mustBeEmpty(for: "reset")
      position = 0
      members.members.set(items[0], for: "current")
      return .null
    }
    members.members.set(items[0], for: "current")
    members.members.set(.function(next), for: "next")
    members.members.set(.function(reset), for: "reset")
    return .namespace(members)
  }
}
