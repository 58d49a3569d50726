/// A value as it was written, before its setting's type is known.
struct RawValue: Sendable {
  /// What was written.
  enum Content: Sendable {
    /// YAML's null: `null`, `~` or nothing at all.
    case null
    /// A word or number without quotes.
    case plain(String)
    /// A text in quotes or as a block.
    case quoted(String)
    /// A list.
    case list([RawValue])
    /// Keys and values, in their order, repetitions included.
    case mapping([Entry])
    /// The text after a flag, which no YAML rule applies to.
    case argument(String)
  }

  /// A key of a mapping and its value.
  struct Entry: Sendable {
    var key: String
    var place: SettingPlace
    var value: RawValue
  }

  var content: Content
  var place: SettingPlace

  /// Whether it is YAML's null.
  var isNull: Bool {
    if case .null = content { true } else { false }
  }

  /// The keys and values of a mapping; nil for anything else.
  var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// The text of a value that could be a word, number or choice; nil for anything else.
  var word: String? {
    switch content {
    case .plain(let text): text
    case .argument(let text): text.trimmingSpaces
    case .quoted, .null, .list, .mapping: nil
    }
  }

  /// What was found, for the end of a sentence that says what was expected.
  var found: String {
    switch content {
    case .null: "nothing"
    case .plain(let text), .argument(let text): "'\(text.shortened)'"
    case .quoted(let text): "the quoted text \"\(text.shortened)\""
    case .list: "a list"
    case .mapping: "a group of keys"
    }
  }

  /// The same value, seen as a word without quotes.
  func replacing(_ text: String) -> RawValue {
    RawValue(content: .plain(text), place: place)
  }
}

extension String {
  /// Without spaces and tabs at either end.
  var trimmingSpaces: String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }

  /// Cut for a message, line breaks shown.
  var shortened: String {
    let line = replacing("\n", with: "\\n")
    return line.count > 60 ? line.prefix(57) + "..." : line
  }

  private func replacing(_ character: Character, with text: String) -> String {
    split(separator: character, omittingEmptySubsequences: false).joined(separator: text)
  }
}
