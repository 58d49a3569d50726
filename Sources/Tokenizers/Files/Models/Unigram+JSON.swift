extension Unigram {
  /// Reads the model of a `tokenizer.json`.
  init(_ members: ModelMembers) throws(TokenizersError) {
    let stage = members.stage
    try stage.allowOnly(["type", "unk_id", "vocab", "byte_fallback"])
    guard var reader = members.lists["vocab"] else {
      throw TokenizersError(
        .invalidKey, "\(members.file): \"model.vocab\" must be a list of tokens and their scores.")
    }
    var vocabulary = Vocabulary(over: reader.bytes, expecting: reader.bytes.count / 24)
    var scores: [Double] = []
    try reader.readList { (reader) throws(TokenizersError) in
      scores.append(try Self.readEntry(&reader, id: scores.count, into: &vocabulary))
    }
    let hasUnknown = stage.value["unk_id"]?.isNull == false
    try self.init(
      vocabulary: vocabulary, scores: scores,
      unknown: hasUnknown ? stage.integer("unk_id") : nil,
      hasByteFallback: stage.optionalBoolean("byte_fallback") ?? false, file: members.file)
  }

  /// A model over a vocabulary that must not be empty and must hold the unknown token.
  init(
    vocabulary: Vocabulary, scores: [Double], unknown: Int?, hasByteFallback: Bool, file: String
  ) throws(TokenizersError) {
    guard vocabulary.count > 0 else {
      throw TokenizersError(.invalidVocabulary, "\(file): the vocabulary is empty.")
    }
    if let unknown, !(0..<vocabulary.idLimit).contains(unknown) {
      throw TokenizersError(
        .invalidVocabulary,
        "\(file): the unknown token's id, \(unknown), is not one of the vocabulary's.")
    }
    self.init(
      vocabulary: vocabulary, scores: scores, unknown: unknown.map { TokenID($0) },
      hasByteFallback: hasByteFallback)
  }

  /// Reads a list of a token and its score, adds the token and gives back the score.
  private static func readEntry(
    _ reader: inout JSONReader, id: Int, into vocabulary: inout Vocabulary
  ) throws(TokenizersError) -> Double {
    var parts = 0
    var score = 0.0
    try reader.readList { (reader) throws(TokenizersError) in
      switch parts {
      case 0:
        let token = try reader.readText()
        let conflict =
          token.isEscaped
          ? vocabulary.insertAgain(reader.bytes(of: token), id: id)
          : vocabulary.insertAgain(at: token.start, length: token.end - token.start, id: id)
        if conflict != nil {
          throw reader.invalidKey("the vocabulary has too many tokens", code: .invalidVocabulary)
        }
      case 1: score = try reader.readDouble()
      default: try reader.skipValue()
      }
      parts += 1
    }
    guard parts == 2, score.isFinite else {
      throw reader.invalidKey("an entry of the vocabulary must be a token and its score")
    }
    return score
  }

  /// Writes the model as `tokenizer.json` holds it.
  func write(to writer: inout JSONWriter) {
    let settings: [JSONValue.Member] = [
      .init(key: "type", value: .string("Unigram")),
      .init(key: "unk_id", value: unknown.map { .integer(Int($0.id)) } ?? .null),
    ]
    writer.model(
      settings,
      [
        ("vocab", { writeVocabulary(to: &$0) }),
        ("byte_fallback", { $0.write(.boolean(hasByteFallback)) }),
      ])
  }

  private func writeVocabulary(to writer: inout JSONWriter) {
    writer.list("[", "]", scores.indices) { writer, id in
      writer.list("[", "]", [0, 1]) { writer, part in
        if part == 0 {
          writer.string(vocabulary.token(of: TokenID(id)) ?? [])
        } else {
          writer.raw("\(scores[id])")
        }
      }
    }
  }
}
