/// A tag taken apart, as each of the reference implementations takes it apart.
struct ParsedTag: Hashable, Sendable {
  /// The tag as given.
  let text: String
  /// The first character.
  let prefix: Character
  /// The type as seqeval's default mode reads it: what follows the first hyphen.
  let type: String
  /// The type as seqeval's strict mode reads it: without any hyphens at its ends.
  let strictType: String
  /// What stands before the first hyphen, or all.
  let chunkTag: String
  /// What stands after the first hyphen, or nothing: conlleval's type.
  let chunkType: String

  /// Nil for an empty text.
  init?(_ text: String) {
    guard let first = text.first else { return nil }
    self.text = text
    prefix = first
    let rest = text.dropFirst()
    let afterHyphen = rest.firstIndex(of: "-").map { rest[rest.index(after: $0)...] } ?? rest
    type = afterHyphen.isEmpty ? "_" : String(afterHyphen)
    var stripped = rest
    while stripped.first == "-" { stripped = stripped.dropFirst() }
    while stripped.last == "-" { stripped = stripped.dropLast() }
    strictType = stripped.isEmpty ? "_" : String(stripped)
    if let hyphen = text.firstIndex(of: "-") {
      chunkTag = String(text[..<hyphen])
      chunkType = String(text[text.index(after: hyphen)...])
    } else {
      chunkTag = text
      chunkType = ""
    }
  }

  /// The tag of a word outside of entities.
  var isOutside: Bool { text == "O" }

  /// Whether it is `O`, a letter and a type, or a letter alone.
  var isPrefixed: Bool {
    guard "BIOESLUM".contains(prefix) else { return false }
    return text.count == 1 || (prefix != "O" && text.dropFirst().first == "-")
  }

  /// Takes the tags of a sentence apart.
  static func parse(_ tags: [String]) throws(EvaluationError) -> [ParsedTag] {
    var parsed: [ParsedTag] = []
    parsed.reserveCapacity(tags.count)
    for (word, tag) in tags.enumerated() {
      guard let found = ParsedTag(tag) else {
        throw EvaluationError(
          .invalidTag, "the tag of word \(word + 1) is empty; words outside of entities have 'O'")
      }
      parsed.append(found)
    }
    return parsed
  }

  static let outside = ParsedTag("O")
}
