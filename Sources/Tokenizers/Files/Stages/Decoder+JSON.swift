extension Decoder {
  private static let known = [
    "WordPiece", "ByteLevel", "Metaspace", "BPEDecoder", "ByteFallback", "Fuse", "Replace",
    "Strip", "CTC", "Sequence",
  ]

  /// Reads a stage; nil for null.
  init?(_ stage: JSONStage) throws(TokenizersError) {
    if stage.value.isNull { return nil }
    switch try stage.type() {
    case "WordPiece":
      try stage.allowOnly(["type", "prefix", "cleanup"])
      self = .wordPiece(
        prefix: try stage.string("prefix"), cleansUp: try stage.boolean("cleanup"))
    case "ByteLevel":
      try stage.allowOnly(["type", "add_prefix_space", "trim_offsets", "use_regex"])
      self = .byteLevel
    case "Metaspace": self = .metaspace(try Metaspace(stage))
    case "BPEDecoder":
      try stage.allowOnly(["type", "suffix"])
      self = .bytePair(suffix: try stage.string("suffix"))
    case "ByteFallback":
      try stage.allowOnly(["type"])
      self = .byteFallback
    case "Fuse":
      try stage.allowOnly(["type"])
      self = .fuse
    case "Replace":
      try stage.allowOnly(["type", "pattern", "content"])
      self = .replace(try stage.pattern("pattern"), with: try stage.string("content"))
    case "Strip":
      try stage.allowOnly(["type", "content", "start", "stop"])
      self = .strip(
        try stage.scalar("content").value, start: try stage.integer("start"),
        stop: try stage.integer("stop"))
    case "CTC":
      try stage.allowOnly(["type", "pad_token", "word_delimiter_token", "cleanup"])
      self = .repeats(
        padding: try stage.string("pad_token"),
        delimiter: try stage.string("word_delimiter_token"),
        cleansUp: try stage.boolean("cleanup"))
    case "Sequence":
      try stage.allowOnly(["type", "decoders"])
      var stages: [Decoder] = []
      for stage in try stage.stages("decoders") {
        if let decoder = try Decoder(stage) { stages.append(decoder) }
      }
      self = .sequence(stages)
    case let kind:
      throw stage.unsupported(kind, "decoder", known: Self.known)
    }
  }
}
