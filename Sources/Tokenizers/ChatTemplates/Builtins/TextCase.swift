/// Upper case, lower case and titles as Python forms them.
enum TextCase {
  static func upper(_ text: TemplateText) -> TemplateText {
    text.with(text.scalars.flatMap { $0.properties.uppercaseMapping.unicodeScalars })
  }

  static func lower(_ text: TemplateText) -> TemplateText {
    text.with(text.scalars.indices.flatMap { lower(at: $0, of: text.scalars) })
  }

  private static func lower(at index: Int, of scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    // A capital sigma that ends a word becomes the final one.
    if scalars[index] == "\u{3A3}", isFinal(index, scalars) { return ["\u{3C2}"] }
    return Array(scalars[index].properties.lowercaseMapping.unicodeScalars)
  }

  private static func isFinal(_ index: Int, _ scalars: [Unicode.Scalar]) -> Bool {
    let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
    let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    return before?.properties.isCased == true && after?.properties.isCased != true
  }

  /// The first letter in title case, the others in lower case.
  static func capitalized(_ text: TemplateText) -> TemplateText {
    let lowered = lower(text)
    guard let first = text.scalars.first else { return text }
    let head = Array(first.properties.titlecaseMapping.unicodeScalars)
    let skipped = first.properties.lowercaseMapping.unicodeScalars.count
    return text.with(head + lowered.scalars.dropFirst(skipped))
  }

  /// Each letter after one that has no case in title case, the others in lower case.
  static func titled(_ text: TemplateText) -> TemplateText {
    var isInside = false
    var result: [Unicode.Scalar] = []
    for (index, scalar) in text.scalars.enumerated() {
      result +=
        isInside
        ? lower(at: index, of: text.scalars)
        : Array(scalar.properties.titlecaseMapping.unicodeScalars)
      isInside = scalar.properties.isCased
    }
    return text.with(result)
  }

  static func swapped(_ text: TemplateText) -> TemplateText {
    text.with(
      text.scalars.indices.flatMap { index in
        text.scalars[index].properties.isUppercase
          ? lower(at: index, of: text.scalars)
          : Array(text.scalars[index].properties.uppercaseMapping.unicodeScalars)
      })
  }

  static func isLower(_ text: TemplateText) -> Bool {
    let cased = text.scalars.filter(\.properties.isCased)
    return !cased.isEmpty && cased.allSatisfy(\.properties.isLowercase)
  }

  static func isUpper(_ text: TemplateText) -> Bool {
    let cased = text.scalars.filter(\.properties.isCased)
    return !cased.isEmpty && cased.allSatisfy(\.properties.isUppercase)
  }

  /// The title of Jinja's filter: words begin after white space, hyphens and opening brackets.
  static func titledByWords(_ text: TemplateText) -> TemplateText {
    var result: [Unicode.Scalar] = []
    var isStart = true
    for scalar in text.scalars {
      let separates = scalar.isPythonSpace || "-({[<".unicodeScalars.contains(scalar)
      let mapped =
        isStart ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
      result += mapped.unicodeScalars
      isStart = separates
    }
    return text.with(result)
  }
}
