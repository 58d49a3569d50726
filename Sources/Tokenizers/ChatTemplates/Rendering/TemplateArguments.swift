/// The arguments of a call as values.
struct TemplateArguments {
  var positional: [TemplateValue] = []
  var named: [(name: String, value: TemplateValue)] = []

  init(_ positional: [TemplateValue] = []) {
    self.positional = positional
  }

  /// The arguments by the names of a function's parameters, of which the first so many must be
  /// given; nil for those that are not.
  func bound(
    to parameters: [String], required: Int = 0, of function: String
  ) throws(TemplateFailure) -> [TemplateValue?] {
    guard positional.count <= parameters.count else {
      throw TemplateFailure(
        "\(function) takes at most \(parameters.count) arguments, not \(positional.count).")
    }
    var values: [TemplateValue?] = positional
    values += [TemplateValue?](repeating: nil, count: parameters.count - positional.count)
    for argument in named {
      guard let place = parameters.firstIndex(of: argument.name) else {
        throw TemplateFailure("\(function) has no parameter '\(argument.name)'.")
      }
      guard values[place] == nil else {
        throw TemplateFailure("\(function) is given '\(argument.name)' twice.")
      }
      values[place] = argument.value
    }
    for index in 0..<required where values[index] == nil {
      throw TemplateFailure("\(function) needs the argument '\(parameters[index])'.")
    }
    return values
  }

  /// Checks that nothing is given.
  func mustBeEmpty(for function: String) throws(TemplateFailure) {
    _ = try bound(to: [], of: function)
  }

  /// Takes a named argument away.
  mutating func take(_ name: String) -> TemplateValue? {
    guard let place = named.firstIndex(where: { $0.name == name }) else { return nil }
    return named.remove(at: place).value
  }
}

extension TemplateValue {
  /// A text that a function needs.
  func requiredText(_ what: String) throws(TemplateFailure) -> TemplateText {
    try defined()
    guard case .text(let text) = self else {
      throw TemplateFailure("\(what) must be a text, not a value of type '\(typeName)'.")
    }
    return text
  }

  /// A whole number that a function needs.
  func requiredInteger(_ what: String) throws(TemplateFailure) -> Int {
    try defined()
    guard let integer else {
      throw TemplateFailure("\(what) must be a whole number, not a value of type '\(typeName)'.")
    }
    return integer
  }
}
