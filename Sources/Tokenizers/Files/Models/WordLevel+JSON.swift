extension WordLevel {
  /// Reads the model of a `tokenizer.json`.
  init(_ members: ModelMembers) throws(TokenizersError) {
    let stage = members.stage
    try stage.allowOnly(["type", "vocab", "unk_token"])
    try self.init(
      vocabulary: members.requiredVocabulary(), unknown: stage.string("unk_token"))
  }

  /// Writes the model as `tokenizer.json` holds it.
  func write(to writer: inout JSONWriter) {
    let settings: [JSONValue.Member] = [.init(key: "type", value: .string("WordLevel"))]
    writer.model(
      settings,
      [
        ("vocab", { $0.write(vocabulary) }),
        ("unk_token", { $0.write(.string(unknownContent)) }),
      ])
  }
}
