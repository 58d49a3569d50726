/// A regular expression as PEFT's settings have them, in Python's spelling.
struct WholeNamePattern {
  private let expression: Regex<AnyRegexOutput>

  /// Compiles it.
  ///
  /// - Throws: ``AdaptersError`` that names the key.
  init(_ pattern: String, key: String, of title: String) throws {
    do {
      expression = try Regex(pattern)
    } catch {
      throw AdaptersError(
        .setting, "\(title): \(key) is \"\(pattern)\", which is no regular expression: \(error).")
    }
  }

  /// Whether it matches the whole name.
  func matches(_ name: String) -> Bool { (try? expression.wholeMatch(in: name)) != nil }

  /// The part of the name that the expression's first group matched, when the expression matches a
  /// beginning of the name.
  func firstGroup(atStartOf name: String) -> String? {
    guard let match = try? expression.prefixMatch(in: name), match.output.count > 1 else {
      return nil
    }
    return match.output[1].substring.map(String.init)
  }
}
