/// Wording of notes.
enum Note {
  /// What is named, singular and plural.
  struct Noun {
    let one: String
    let many: String

    init(_ one: String, _ many: String) {
      self.one = one
      self.many = many
    }
  }

  /// "class 'a' has", "classes 'a', 'b' have": up to ten are named, the rest counted.
  static func classes(_ names: [String], _ singular: String, _ plural: String) -> String {
    named(names, Noun("class", "classes"), singular, plural)
  }

  /// "type 'a' is", "types 'a', 'b' are": up to ten are named, the rest counted.
  static func named(_ names: [String], _ noun: Noun, _ singular: String, _ plural: String)
    -> String
  {
    let quoted = names.prefix(10).map { "'\($0)'" }.joined(separator: ", ")
    let rest = names.count > 10 ? " and \(names.count - 10) more" : ""
    return names.count == 1
      ? "\(noun.one) \(quoted) \(singular)" : "\(noun.many) \(quoted)\(rest) \(plural)"
  }
}
