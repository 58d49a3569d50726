/// Whose rules turn tags into entities.
///
/// They differ only where tags are not well-formed: an `I-PER` after an `O`, say, starts an entity
/// for seqeval's default mode and for conlleval, and is nothing for the strict mode.
public enum EntityRules: Hashable, Codable, Sendable {
  /// seqeval's default mode; it knows the letters B, I, E, S and O.
  case seqeval
  /// seqeval's strict mode in a scheme: only what is well-formed counts.
  case strict(TagScheme)
  /// conlleval, the script of the CoNLL shared tasks (Tjong Kim Sang 2000); it knows B, I, E and O.
  case conlleval

  /// The entities that the tags of a sentence mark, in the order of the words.
  ///
  /// - Throws: ``EvaluationError`` for an empty tag and, in the strict mode, for a tag that is none
  ///   of the scheme.
  public func entities(in tags: [String]) throws(EvaluationError) -> [EntitySpan] {
    try entities(in: ParsedTag.parse(tags))
  }

  func entities(in tags: [ParsedTag]) throws(EvaluationError) -> [EntitySpan] {
    switch self {
    case .strict(let scheme): try StrictReading(tags, scheme).entities
    case .seqeval:
      Self.chunks(
        tags.map { Chunk(letter: String($0.prefix), type: $0.type) }, outside: "_",
        ends: Self.seqevalEnds, starts: Self.seqevalStarts)
    case .conlleval:
      Self.chunks(
        tags.map { Chunk(letter: $0.chunkTag, type: $0.chunkType) }, outside: "",
        ends: Self.conllevalEnds, starts: Self.conllevalStarts)
    }
  }

  /// A tag as the two streaming readings see it.
  struct Chunk {
    let letter: String
    let type: String
  }

  /// Goes through the words once; `outside` is the type that an `O` has.
  private static func chunks(
    _ tags: [Chunk], outside: String, ends: (Chunk, Chunk) -> Bool, starts: (Chunk, Chunk) -> Bool
  ) -> [EntitySpan] {
    var entities: [EntitySpan] = []
    var start: Int?
    var previous = Chunk(letter: "O", type: "")
    for (word, tag) in (tags + [Chunk(letter: "O", type: outside)]).enumerated() {
      if ends(previous, tag), let first = start {
        entities.append(EntitySpan(type: previous.type, words: first..<word))
        start = nil
      }
      if starts(previous, tag) { start = word }
      previous = tag
    }
    return entities
  }

  private static func seqevalEnds(_ previous: Chunk, _ next: Chunk) -> Bool {
    switch previous.letter {
    case "O", ".": false
    case "E", "S": true
    case "B", "I": ["B", "S", "O"].contains(next.letter) || previous.type != next.type
    default: previous.type != next.type
    }
  }

  private static func seqevalStarts(_ previous: Chunk, _ next: Chunk) -> Bool {
    switch next.letter {
    case "O", ".": false
    case "B", "S": true
    case "E", "I": ["E", "S", "O"].contains(previous.letter) || previous.type != next.type
    default: previous.type != next.type
    }
  }

  private static func conllevalEnds(_ previous: Chunk, _ next: Chunk) -> Bool {
    switch (previous.letter, next.letter) {
    case ("O", _), (".", _): false
    case ("B", "B"), ("B", "O"), ("I", "B"), ("I", "O"): true
    case ("E", "E"), ("E", "I"), ("E", "O"): true
    default: previous.type != next.type
    }
  }

  private static func conllevalStarts(_ previous: Chunk, _ next: Chunk) -> Bool {
    switch (previous.letter, next.letter) {
    case (_, "O"), (_, "."): false
    case ("B", "B"), ("I", "B"), ("O", "B"), ("O", "I"): true
    case ("E", "E"), ("E", "I"), ("O", "E"): true
    default: previous.type != next.type
    }
  }
}
