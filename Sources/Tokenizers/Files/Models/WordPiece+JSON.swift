extension WordPiece {
  /// Reads the model of a `tokenizer.json`.
  init(_ members: ModelMembers) throws(TokenizersError) {
    let stage = members.stage
    try stage.allowOnly(
      ["type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab"])
    try self.init(
      vocabulary: members.requiredVocabulary(), unknown: stage.string("unk_token"),
      prefix: stage.string("continuing_subword_prefix"),
      longestWord: stage.integer("max_input_chars_per_word"), file: members.file)
  }

  /// A model over a vocabulary that must hold the unknown token.
  init(
    vocabulary: Vocabulary, unknown: String, prefix: String, longestWord: Int, file: String
  ) throws(TokenizersError) {
    self.init(
      vocabulary: vocabulary,
      unknown: try ModelMembers.required(unknown, in: vocabulary, file),
      prefix: prefix, longestWord: longestWord)
  }

  /// Writes the model as `tokenizer.json` holds it.
  func write(to writer: inout JSONWriter) {
    let prefix = String(decoding: prefix, as: UTF8.self)
    let settings: [JSONValue.Member] = [
      .init(key: "type", value: .string("WordPiece")),
      .init(key: "unk_token", value: .string(unknown.content)),
      .init(key: "continuing_subword_prefix", value: .string(prefix)),
      .init(key: "max_input_chars_per_word", value: .integer(longestWord)),
    ]
    writer.model(settings, [("vocab", { $0.write(vocabulary) })])
  }
}
