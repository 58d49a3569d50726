import Foundation

/// A YAML value, and its text in block style with every string quoted.
///
/// A string in double quotes is the same in YAML and JSON, so no text can be taken for a number, a
/// date or `no`.
indirect enum YAMLText {
  case text(String)
  case number(Double)
  case list([YAMLText])
  case map([(String, YAMLText)])

  /// The lines of the value, without a line feed at the end.
  func lines(indentation: Int = 0) -> [String] {
    let margin = String(repeating: " ", count: indentation)
    switch self {
    case .text(let text): return [margin + Self.quoted(text)]
    case .number(let number): return [margin + Self.written(number)]
    case .list(let items):
      return items.flatMap { item in
        var lines = item.lines(indentation: indentation + 2)
        // The dash takes the place of the first two spaces.
        lines[0] = margin + "- " + lines[0].dropFirst(indentation + 2)
        return lines
      }
    case .map(let entries):
      return entries.flatMap { key, value in
        switch value {
        case .text(let text): ["\(margin)\(key): \(Self.quoted(text))"]
        case .number(let number): ["\(margin)\(key): \(Self.written(number))"]
        case .list: ["\(margin)\(key):"] + value.lines(indentation: indentation)
        case .map: ["\(margin)\(key):"] + value.lines(indentation: indentation + 2)
        }
      }
    }
  }

  private static func written(_ number: Double) -> String {
    // YAML 1.1 readers take "1e-05" for a string; it wants a point in the mantissa.
    let text = "\(number)"
    guard let exponent = text.firstIndex(of: "e"), !text[..<exponent].contains(".") else {
      return text
    }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default:
        // Control characters, and the separators that YAML takes for line ends.
        let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        if isControl || scalar.value == 0x2028 || scalar.value == 0x2029 || scalar.value == 0xFEFF {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
