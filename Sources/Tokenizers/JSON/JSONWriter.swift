/// Writes JSON as Hugging Face's libraries do: two spaces a level, text as it is.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private var level = 0

  /// The value as a whole file, with a line feed at its end.
  static func file(of value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.write(value)
    return writer.bytes + [0x0A]
  }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: raw("null")
    case .boolean(let value): raw(value ? "true" : "false")
    case .number(let text): raw(text)
    case .string(let text): string(text.utf8)
    case .array(let values):
      list("[", "]", values) { writer, value in writer.write(value) }
    case .object(let members):
      list("{", "}", members) { writer, member in
        writer.key(member.key.utf8)
        writer.write(member.value)
      }
    }
  }

  /// Writes a list or an object: `item` writes each element after its indentation.
  mutating func list<Items: Collection>(
    _ open: String, _ close: String, _ items: Items,
    _ item: (inout JSONWriter, Items.Element) -> Void
  ) {
    raw(open)
    level += 1
    for (index, element) in items.enumerated() {
      raw(index == 0 ? "\n" : ",\n")
      indent()
      item(&self, element)
    }
    level -= 1
    if !items.isEmpty {
      raw("\n")
      indent()
    }
    raw(close)
  }

  mutating func key(_ text: some Sequence<UInt8>) {
    string(text)
    raw(": ")
  }

  mutating func raw(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  mutating func string(_ text: some Sequence<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""): raw("\\\"")
      case UInt8(ascii: "\\"): raw("\\\\")
      case 0x0A: raw("\\n")
      case 0x0D: raw("\\r")
      case 0x09: raw("\\t")
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        raw("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func indent() {
    bytes.append(contentsOf: repeatElement(0x20, count: 2 * level))
  }
}
