/// A value of one column of one row, before it is known what the column is for.
enum FieldValue {
  case missing
  case text(String)
  /// A JSON number, as it is written.
  case number(String)
  case boolean(Bool)
  case null
  case list([FieldValue])
  case object

  /// The kind, with its article, for messages.
  var kind: String {
    switch self {
    case .missing: "nothing"
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
    case .missing, .null, .list, .object: nil
    }
  }
}
