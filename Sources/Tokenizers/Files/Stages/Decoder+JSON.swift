extension Decoder {
  /// Reads a stage; nil for null.
  init?(_ stage: JSONStage) throws(TokenizersError) {
    if stage.value.isNull { return nil }
    let kind = try stage.type()
    guard kind == "WordPiece" else {
      throw stage.unsupported(kind, "decoder", known: ["WordPiece"])
    }
    try stage.allowOnly(["type", "prefix", "cleanup"])
    self = .wordPiece(
      prefix: try stage.string("prefix"), cleansUp: try stage.boolean("cleanup"))
  }
}
