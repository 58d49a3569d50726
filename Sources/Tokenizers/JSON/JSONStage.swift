/// An object of a file whose members are read by name, with errors that say where they stand.
struct JSONStage {
  let value: JSONValue
  /// The keys that lead to it, joined by full stops.
  let path: String
  let file: String

  /// The stage's `type`.
  func type() throws(TokenizersError) -> String {
    try string("type")
  }

  func allowOnly(_ keys: [String]) throws(TokenizersError) {
    guard let members = value.members else { throw wrongType(path, value, "an object") }
    for member in members where !keys.contains(member.key) {
      throw TokenizersError(
        .invalidKey,
        """
        \(file): the key "\(path).\(member.key)" is not known here; known are \
        \(keys.joined(separator: ", ")).
        """)
    }
  }

  func member(_ key: String) throws(TokenizersError) -> JSONValue {
    guard let member = value[key] else {
      throw TokenizersError(.invalidKey, "\(file): the key \"\(path).\(key)\" is missing.")
    }
    return member
  }

  func string(_ key: String) throws(TokenizersError) -> String {
    let member = try member(key)
    guard let string = member.stringValue else {
      throw wrongType("\(path).\(key)", member, "a text")
    }
    return string
  }

  func boolean(_ key: String) throws(TokenizersError) -> Bool {
    let member = try member(key)
    guard let boolean = member.booleanValue else {
      throw wrongType("\(path).\(key)", member, "true or false")
    }
    return boolean
  }

  /// True, false, or null for nil.
  func optionalBoolean(_ key: String) throws(TokenizersError) -> Bool? {
    try value[key]?.isNull ?? true ? nil : boolean(key)
  }

  /// A whole number, not negative.
  func integer(_ key: String) throws(TokenizersError) -> Int {
    let member = try member(key)
    guard let integer = member.integerValue, integer >= 0 else {
      throw wrongType("\(path).\(key)", member, "a whole number, not negative")
    }
    return integer
  }

  func array(_ key: String) throws(TokenizersError) -> [JSONValue] {
    let member = try member(key)
    guard let array = member.arrayValue else { throw wrongType("\(path).\(key)", member, "a list") }
    return array
  }

  func stages(_ key: String) throws(TokenizersError) -> [JSONStage] {
    try array(key).enumerated().map {
      JSONStage(value: $0.element, path: "\(path).\(key)[\($0.offset)]", file: file)
    }
  }

  /// An id: a whole number that fits.
  func id(_ key: String) throws(TokenizersError) -> TokenID {
    let member = try member(key)
    guard let integer = member.integerValue, let id = TokenID(exactly: integer), id >= 0 else {
      throw wrongType("\(path).\(key)", member, "an id")
    }
    return id
  }

  func wrongType(_ path: String, _ value: JSONValue, _ expected: String) -> TokenizersError {
    TokenizersError(
      .invalidKey, "\(file): \"\(path)\" is \(value.kind), and \(expected) is expected.")
  }

  /// A stage of a kind that is not supported.
  func unsupported(_ kind: String, _ role: String, known: [String]) -> TokenizersError {
    TokenizersError(
      .unsupportedStage,
      """
      \(file): the \(role) "\(kind)" (\(path)) is not supported; \
      \(known.joined(separator: ", ")) \(known.count == 1 ? "is" : "are").
      """)
  }
}
