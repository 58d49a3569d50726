extension AddedToken {
  private static let flags = ["single_word", "lstrip", "rstrip", "normalized", "special"]

  /// The `added_tokens` of a `tokenizer.json`.
  static func list(in value: JSONValue, file: String) throws(TokenizersError) -> [AddedToken] {
    if value.isNull { return [] }
    let root = JSONStage(
      value: .object([.init(key: "added_tokens", value: value)]), path: "tokenizer", file: file)
    var tokens: [AddedToken] = []
    for stage in try root.stages("added_tokens") {
      try stage.allowOnly(["id", "content"] + flags)
      tokens.append(try AddedToken(stage, id: try stage.id("id")))
    }
    return tokens
  }

  /// A token as an object; flags that are not given are false, but `normalized`, which is the
  /// opposite of `special`.
  init(_ stage: JSONStage, id: TokenID) throws(TokenizersError) {
    content = try stage.string("content")
    self.id = id
    isSpecial = try stage.optionalBoolean("special") ?? false
    isSingleWord = try stage.optionalBoolean("single_word") ?? false
    stripsLeft = try stage.optionalBoolean("lstrip") ?? false
    stripsRight = try stage.optionalBoolean("rstrip") ?? false
    isNormalized = try stage.optionalBoolean("normalized") ?? !isSpecial
    guard !content.isEmpty else {
      throw TokenizersError(.invalidAddedToken, "\(stage.file): \"\(stage.path)\" has no content.")
    }
  }

  /// The token as `tokenizer.json` writes it.
  var json: JSONValue {
    .object([
      .init(key: "id", value: .integer(Int(id))),
      .init(key: "content", value: .string(content)),
      .init(key: "single_word", value: .boolean(isSingleWord)),
      .init(key: "lstrip", value: .boolean(stripsLeft)),
      .init(key: "rstrip", value: .boolean(stripsRight)),
      .init(key: "normalized", value: .boolean(isNormalized)),
      .init(key: "special", value: .boolean(isSpecial)),
    ])
  }
}
