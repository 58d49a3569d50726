/// A value of a GGUF file's metadata.
public enum GGUFValue: Sendable, Equatable {
  /// A whole number of any width.
  case integer(Int)
  /// A number.
  case number(Double)
  /// A truth value.
  case bool(Bool)
  /// A text.
  case string(String)
  /// A list, whose elements are all of one kind.
  case array([GGUFValue])

  /// The whole number, if it is one.
  public var integer: Int? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The number, whole or not.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The truth value, if it is one.
  public var flag: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The text, if it is one.
  public var text: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The elements, if it is a list.
  public var elements: [GGUFValue]? {
    if case .array(let values) = self { values } else { nil }
  }
}
