extension Model {
  /// Reads the model of a `tokenizer.json`.
  init(_ members: ModelMembers) throws(TokenizersError) {
    switch try members.kind() {
    case "WordPiece": self = .wordPiece(try WordPiece(members))
    case "BPE": self = .bytePair(try BytePair(members))
    case "Unigram": self = .unigram(try Unigram(members))
    case "WordLevel": self = .wordLevel(try WordLevel(members))
    case let kind:
      throw members.stage.unsupported(
        kind, "model", known: ["WordPiece", "BPE", "Unigram", "WordLevel"])
    }
  }

  /// Writes the model as `tokenizer.json` holds it.
  func write(to writer: inout JSONWriter) {
    switch self {
    case .wordPiece(let model): model.write(to: &writer)
    case .bytePair(let model): model.write(to: &writer)
    case .unigram(let model): model.write(to: &writer)
    case .wordLevel(let model): model.write(to: &writer)
    }
  }

  /// The files beside `tokenizer.json` from which the model's class can be read as well.
  func vocabularyFiles(for kind: TokenizerClass.Kind) -> [(name: String, bytes: [UInt8])] {
    switch self {
    case .wordPiece(let model):
      VocabularyFile.bytes(of: model.vocabulary).map { [("vocab.txt", $0)] } ?? []
    case .bytePair(let model): kind == .other ? [] : model.pairFiles()
    case .unigram, .wordLevel: []
    }
  }
}

extension JSONWriter {
  /// Writes a model's object: its settings, then what `others` writes, each with its key.
  mutating func model(
    _ settings: [JSONValue.Member], _ others: [(key: String, (inout JSONWriter) -> Void)]
  ) {
    let members: [(key: String, write: (inout JSONWriter) -> Void)] =
      settings.map { member in (member.key, { $0.write(member.value) }) } + others
    list("{", "}", members) { writer, member in
      writer.key(member.key.utf8)
      member.write(&writer)
    }
  }

  /// Writes the tokens and their ids as an object, in the order of ids.
  mutating func write(_ vocabulary: Vocabulary) {
    let ids = (0..<vocabulary.idLimit).filter { vocabulary.token(of: TokenID($0)) != nil }
    list("{", "}", ids) { writer, id in
      writer.key(vocabulary.token(of: TokenID(id)) ?? [])
      writer.raw(String(id))
    }
  }
}
