extension PreTokenizer {
  /// Reads a stage; nil for null.
  init?(_ stage: JSONStage) throws(TokenizersError) {
    if stage.value.isNull { return nil }
    switch try stage.type() {
    case "BertPreTokenizer":
      try stage.allowOnly(["type"])
      self = .bert
    case "WhitespaceSplit":
      try stage.allowOnly(["type"])
      self = .whitespace
    case "Sequence":
      try stage.allowOnly(["type", "pretokenizers"])
      var stages: [PreTokenizer] = []
      for stage in try stage.stages("pretokenizers") {
        if let preTokenizer = try PreTokenizer(stage) { stages.append(preTokenizer) }
      }
      self = .sequence(stages)
    case let kind:
      throw stage.unsupported(
        kind, "pre-tokeniser", known: ["BertPreTokenizer", "WhitespaceSplit", "Sequence"])
    }
  }
}
