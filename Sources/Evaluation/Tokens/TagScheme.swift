/// How tags of words mark entities: which letter stands before the type (`B-PER`), and when.
public enum TagScheme: String, Codable, Sendable, CaseIterable {
  /// `I` inside; `B` only where an entity follows another one of its type at once (Ramshaw and
  /// Marcus 1995; CoNLL-2003 as published).
  case iob1
  /// `B` at every first word, `I` at the others; what is mostly called BIO.
  case iob2
  /// `I` inside; `E` only at the last word of an entity that another one of its type follows at
  /// once.
  case ioe1
  /// `E` at every last word, `I` at the others.
  case ioe2
  /// `B`, `I`, `E` and, for entities of one word, `S`; also called BIOES.
  case iobes
  /// `B`, `I`, `L` and, for entities of one word, `U`.
  case bilou
  /// `B`, `M`, `E`, `S`: IOBES with another letter, usual for Chinese.
  case bmes

  /// Finds a scheme by one of its names.
  ///
  /// In any case of the letters: `BIO` and `IOB2` are one scheme, `BIOES` and `IOBES` are another.
  public init?(named name: String) {
    let plain = name.lowercased().filter { $0 != "-" && $0 != "_" }
    let others: [String: TagScheme] = [
      "bio": .iob2, "bio2": .iob2, "iob": .iob1, "bio1": .iob1, "bioes": .iobes, "bilou": .bilou,
      "ioblu": .bilou, "bmeso": .bmes, "bmoes": .bmes,
    ]
    guard let found = TagScheme(rawValue: plain) ?? others[plain] else { return nil }
    self = found
  }

  /// The name for readers: "IOB2".
  public var title: String { rawValue.uppercased() }

  /// The letters before a type.
  public var letters: [Character] {
    switch self {
    case .iob1, .iob2: ["B", "I"]
    case .ioe1, .ioe2: ["I", "E"]
    case .iobes: ["B", "I", "E", "S"]
    case .bilou: ["B", "I", "L", "U"]
    case .bmes: ["B", "M", "E", "S"]
    }
  }

  /// The letter of a role; nil where the scheme has none.
  func letter(of role: TagRole) -> Character? {
    switch role {
    case .outside: "O"
    case .begin: letters.contains("B") ? "B" : nil
    case .inside: self == .bmes ? "M" : "I"
    case .end: self == .bilou ? "L" : letters.contains("E") ? "E" : nil
    case .single: self == .bilou ? "U" : letters.contains("S") ? "S" : nil
    }
  }

  /// The role that a tag has in this scheme; nil for a tag that is none of it.
  func role(of tag: ParsedTag) -> TagRole? {
    if tag.prefix == "O" { return tag.isOutside ? .outside : nil }
    return TagRole.allCases.first { letter(of: $0) == tag.prefix }
  }
}

/// What a word is to its entity.
enum TagRole: CaseIterable {
  case outside, begin, inside, end, single
}
