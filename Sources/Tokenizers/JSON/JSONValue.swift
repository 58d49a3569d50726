/// A JSON value that keeps the order of members and the spelling of numbers.
indirect enum JSONValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  /// The number as it was written, so that nothing of it is lost.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// One member of an object.
  struct Member: Sendable, Equatable {
    var key: String
    var value: JSONValue
  }

  static func integer(_ value: Int) -> JSONValue { .number(String(value)) }

  /// The member of that key; nil where there is none or the value is no object.
  subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  var isNull: Bool { self == .null }

  var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  var booleanValue: Bool? {
    if case .boolean(let value) = self { value } else { nil }
  }

  /// The number if it is whole and fits.
  var integerValue: Int? {
    if case .number(let text) = self { Int(text) } else { nil }
  }

  var doubleValue: Double? {
    if case .number(let text) = self { Double(text) } else { nil }
  }

  var arrayValue: [JSONValue]? {
    if case .array(let values) = self { values } else { nil }
  }

  var members: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// What kind of value it is, in words.
  var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "true or false"
    case .number: "a number"
    case .string: "a text"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
