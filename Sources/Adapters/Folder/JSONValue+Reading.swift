internal import Models

extension JSONValue {
  /// A whole number where it is one, as PEFT writes alphas.
  static func whole(_ value: Double) -> JSONValue {
    Int(exactly: value).map { .integer($0) } ?? .number(value)
  }

  /// A list of texts.
  static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
