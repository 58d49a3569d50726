/// A JSON value (RFC 8259) with all that is in it.
enum JSONValue {
  case text(String)
  /// A number, as it is written.
  case number(String)
  case boolean(Bool)
  case null
  case list([JSONValue])
  case object(JSONObject)

  /// The kind, with its article, for messages.
  var kind: String {
    switch self {
    case .text: "a text"
    case .number: "a number"
    case .boolean: "true or false"
    case .null: "null"
    case .list: "a list"
    case .object: "an object"
    }
  }

  /// The value as text where it is one scalar.
  var scalarText: String? {
    switch self {
    case .text(let text): text
    case .number(let number): number
    case .boolean(let flag): flag ? "true" : "false"
    case .null, .list, .object: nil
    }
  }

  /// The whole number that a JSON number is, or nil.
  var wholeNumber: Int? {
    if case .number(let number) = self { Int(number) } else { nil }
  }
}

/// A JSON object: its members in the order of the file, and where it stands.
struct JSONObject {
  /// The members; no name stands twice.
  let members: [(name: String, value: JSONValue)]
  /// The place in the file of `{`, and the place after `}`.
  let range: Range<Int>

  /// The value of a key; nil where there is none.
  subscript(_ name: String) -> JSONValue? {
    let wanted = ExactText(name)
    return members.first { ExactText($0.name) == wanted }?.value
  }

  /// The value of a key, or of a path such as `a.b`: the key `b` of the object under `a`.
  func value(at path: String) -> JSONValue? {
    if let value = self[path] { return value }
    for dot in path.indices where path[dot] == "." {
      guard case .object(let inner)? = self[String(path[..<dot])] else { continue }
      if let value = inner.value(at: String(path[path.index(after: dot)...])) { return value }
    }
    return nil
  }

  /// The first of several keys that is there and not null.
  func first(of names: [String]) -> (name: String, value: JSONValue)? {
    for name in names {
      switch self[name] {
      case nil, .null: continue
      case let value?: return (name, value)
      }
    }
    return nil
  }
}
