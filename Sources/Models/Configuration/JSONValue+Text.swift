import Layers

extension JSONValue {
  /// Reads a JSON text: whole numbers and fractions stay what they are, equal keys are refused.
  package init(parsing bytes: [UInt8]) throws {
    self = JSONValue(try CheckpointJSON(bytes))
  }

  private init(_ value: CheckpointJSON) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .number(value)
    case .string(let value): self = .string(value)
    case .array(let elements): self = .array(elements.map { JSONValue($0) })
    case .object(let members):
      // The reader refused equal keys.
      self = .object(
        Dictionary(
          members.map { ($0.key, JSONValue($0.value)) }, uniquingKeysWith: { first, _ in first }))
    }
  }

  /// The JSON text, a key a line and keys in order, as Hugging Face writes it.
  ///
  /// A fraction keeps its point, `1.0`: Transformers refuses a whole number where it wants a
  /// fraction.
  package func text(indentation: String = "") -> String {
    let inner = indentation + "  "
    switch self {
    case .null: return "null"
    case .bool(let value): return "\(value)"
    case .integer(let value): return "\(value)"
    // JSON has no infinity; none can come from a file.
    case .number(let value): return value.isFinite ? "\(value)" : "null"
    case .string(let value): return CheckpointJSON.quoted(value)
    case .array(let elements):
      let lines = elements.map { inner + $0.text(indentation: inner) }
      return lines.isEmpty ? "[]" : "[\n\(lines.joined(separator: ",\n"))\n\(indentation)]"
    case .object(let members):
      let lines = members.sorted { Self.isBefore($0.key, $1.key) }.map { key, value in
        "\(inner)\(CheckpointJSON.quoted(key)): \(value.text(indentation: inner))"
      }
      return lines.isEmpty ? "{}" : "{\n\(lines.joined(separator: ",\n"))\n\(indentation)}"
    }
  }

  /// Numbers by value, so that label 2 stands before label 10; all other keys by their characters.
  private static func isBefore(_ one: String, _ other: String) -> Bool {
    if let left = Int(one), let right = Int(other) { return left < right }
    return one < other
  }
}
