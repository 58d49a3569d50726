/// Wording of notes.
enum Note {
  /// "class 'a' has", "classes 'a', 'b' have": up to ten are named, the rest counted.
  static func classes(_ names: [String], _ singular: String, _ plural: String) -> String {
    let quoted = names.prefix(10).map { "'\($0)'" }.joined(separator: ", ")
    let rest = names.count > 10 ? " and \(names.count - 10) more" : ""
    return names.count == 1
      ? "class \(quoted) \(singular)" : "classes \(quoted)\(rest) \(plural)"
  }
}
