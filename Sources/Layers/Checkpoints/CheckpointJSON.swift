/// A JSON value as checkpoints hold it; read strictly, so that nothing in a header can hide.
///
/// Foundation's decoders keep the last of two equal keys without a word; here such an object is
/// refused.
package enum CheckpointJSON: Equatable {
  case object([Member])
  case array([CheckpointJSON])
  case string(String)
  /// A number without fraction or exponent that fits 64 bits.
  case integer(Int)
  case number(Double)
  case bool(Bool)
  case null

  package struct Member: Equatable {
    package let key: String
    package let value: CheckpointJSON
  }

  /// Where and why the text is not JSON, or not allowed here.
  package struct Problem: Error, CustomStringConvertible {
    let offset: Int
    let reason: String
    package var description: String { "\(reason) at byte \(offset)" }
  }

  /// Reads one value that fills the whole text, white space aside.
  package init(_ bytes: [UInt8]) throws(Problem) {
    var reader = CheckpointJSONReader(bytes)
    self = try reader.document()
  }

  /// The kind of value in words, for messages.
  var kind: String {
    switch self {
    case .object: "an object"
    case .array: "a list"
    case .string: "a text"
    case .integer, .number: "a number"
    case .bool: "a truth value"
    case .null: "null"
    }
  }

  /// The list's elements when all are integers of 0 or more.
  var sizes: [Int]? {
    guard case .array(let elements) = self else { return nil }
    var sizes: [Int] = []
    sizes.reserveCapacity(elements.count)
    for element in elements {
      guard case .integer(let size) = element, size >= 0 else { return nil }
      sizes.append(size)
    }
    return sizes
  }

  /// A text as JSON writes it, in quotes; other scripts stay as they are.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{8}": result += "\\b"
      case "\u{C}": result += "\\f"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
