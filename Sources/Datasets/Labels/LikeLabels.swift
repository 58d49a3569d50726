import Foundation

/// Finds labels that are probably one label in two spellings.
enum LikeLabels {
  /// A sentence for each group of labels that differ only in case, white space, Unicode composition
  /// or the spelling of a number.
  static func warnings(_ names: [String]) -> [String] {
    var groups: [String: [String]] = [:]
    for name in names { groups[key(name), default: []].append(name) }
    return names.compactMap { name in
      guard let group = groups[key(name)], group.count > 1, ExactText(group[0]) == ExactText(name)
      else { return nil }
      return "The labels \(quotedList(group)) look like spellings of one label, and are kept apart."
    }
  }

  private static func key(_ name: String) -> String {
    if let number = Decimals.number(name) { return "\(number)" }
    return name.trimmed.lowercased().precomposedStringWithCompatibilityMapping
  }
}
