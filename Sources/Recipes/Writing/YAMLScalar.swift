/// Texts as YAML scalars that any YAML reader takes for the same text.
enum YAMLScalar {
  /// Without quotes where no reader could take it for anything but this text, else with them.
  static func text(_ text: String) -> String {
    isPlain(text) ? text : quoted(text)
  }

  /// In double quotes, with escapes.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }
    }
    return result + "\""
  }

  /// Words that YAML readers take for something else than a text.
  private static let reserved: Set<String> = [
    "null", "none", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan",
  ]

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else {
      return false
    }
    let startsWell = first.properties.isAlphabetic || first == "_" || first == "/" || first == "."
    let isSafe = text.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || scalar == "_" || scalar == "/" || scalar == "." || scalar == "-" || scalar == " "
    }
    return startsWell && isSafe && last != " " && !reserved.contains(text.lowercased())
      && Double(text) == nil && text.contains { $0 != "." }
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      false
    default: true
    }
  }
}
