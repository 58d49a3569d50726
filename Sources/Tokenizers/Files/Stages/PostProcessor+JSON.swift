extension PostProcessor {
  /// Reads a stage; no special tokens for null.
  init(_ stage: JSONStage) throws(TokenizersError) {
    if stage.value.isNull {
      self = .plain
      return
    }
    switch try stage.type() {
    case "BertProcessing":
      try stage.allowOnly(["type", "sep", "cls"])
      self = .bert(
        classification: try Self.token("cls", stage), separator: try Self.token("sep", stage))
    case "RobertaProcessing":
      try stage.allowOnly(["type", "sep", "cls", "trim_offsets", "add_prefix_space"])
      self = .roberta(
        classification: try Self.token("cls", stage), separator: try Self.token("sep", stage))
      trimmings = try Self.trimmings(stage)
    case "ByteLevel":
      try stage.allowOnly(["type", "add_prefix_space", "trim_offsets", "use_regex"])
      self = .plain
      trimmings = try Self.trimmings(stage)
    case "TemplateProcessing":
      try stage.allowOnly(["type", "single", "pair", "special_tokens"])
      single = try Self.pieces("single", stage)
      pair = try Self.pieces("pair", stage)
      guard !single.contains(where: \.isSecondText) else {
        throw TokenizersError(
          .invalidKey, "\(stage.file): \"\(stage.path).single\" uses a second text.")
      }
    case "Sequence": self = try Self.sequence(stage)
    case let kind:
      throw stage.unsupported(
        kind, "post-processor",
        known: [
          "TemplateProcessing", "BertProcessing", "RobertaProcessing", "ByteLevel", "Sequence",
        ])
    }
  }

  private static func trimmings(_ stage: JSONStage) throws(TokenizersError) -> [OffsetTrimming] {
    let addsPrefixSpace = try stage.boolean("add_prefix_space")
    return try stage.boolean("trim_offsets")
      ? [OffsetTrimming(addsPrefixSpace: addsPrefixSpace)] : []
  }

  /// Any number of stages that trim, and one that adds tokens.
  private static func sequence(_ stage: JSONStage) throws(TokenizersError) -> PostProcessor {
    try stage.allowOnly(["type", "processors"])
    var result = PostProcessor.plain
    var trimmings: [OffsetTrimming] = []
    for stage in try stage.stages("processors") {
      let processor = try PostProcessor(stage)
      trimmings += processor.trimmings
      guard stage.value["type"]?.stringValue != "ByteLevel" else { continue }
      guard result == .plain else {
        throw TokenizersError(
          .unsupportedStage,
          """
          \(stage.file): \(stage.path) is the second stage of a sequence that adds tokens; only \
          one is supported.
          """)
      }
      result = processor
    }
    result.trimmings = trimmings
    return result
  }

  /// A pair of a token and its id.
  private static func token(
    _ key: String, _ stage: JSONStage
  ) throws(TokenizersError) -> SpecialTokens.Token {
    let values = try stage.array(key)
    guard values.count == 2, let content = values[0].stringValue, let id = values[1].integerValue,
      let id = TokenID(exactly: id)
    else { throw stage.wrongType("\(stage.path).\(key)", .array(values), "a token and its id") }
    return SpecialTokens.Token(content: content, id: id)
  }

  private static func pieces(
    _ key: String, _ stage: JSONStage
  ) throws(TokenizersError) -> [Piece] {
    let specials = JSONStage(
      value: try stage.member("special_tokens"), path: "\(stage.path).special_tokens",
      file: stage.file)
    var pieces: [Piece] = []
    for piece in try stage.stages(key) {
      try piece.allowOnly(["SpecialToken", "Sequence"])
      let name = piece.value["Sequence"] == nil ? "SpecialToken" : "Sequence"
      let body = JSONStage(
        value: try piece.member(name), path: "\(piece.path).\(name)", file: stage.file)
      let segment = try body.id("type_id")
      let id = try body.string("id")
      if name == "Sequence" {
        guard id == "A" || id == "B" else {
          throw TokenizersError(
            .invalidKey, "\(stage.file): \"\(body.path).id\" is \"\(id)\"; it must be A or B.")
        }
        pieces.append(.text(id == "A" ? 0 : 1, segment: segment))
      } else {
        pieces.append(.special(name: id, ids: try ids(of: id, specials), segment: segment))
      }
    }
    return pieces
  }

  private static func ids(
    of name: String, _ specials: JSONStage
  ) throws(TokenizersError) -> [TokenID] {
    let special = JSONStage(
      value: try specials.member(name), path: "\(specials.path).\(name)", file: specials.file)
    var ids: [TokenID] = []
    for value in try special.array("ids") {
      guard let integer = value.integerValue, let id = TokenID(exactly: integer) else {
        throw special.wrongType("\(special.path).ids", value, "an id")
      }
      ids.append(id)
    }
    return ids
  }

  /// A template as `tokenizer.json` writes it.
  var json: JSONValue {
    var specials: [JSONValue.Member] = []
    for case .special(let name, let ids, _) in single + pair
    where !specials.contains(where: { $0.key == name }) {
      let value = JSONValue.object([
        .init(key: "id", value: .string(name)),
        .init(key: "ids", value: .array(ids.map { .integer(Int($0)) })),
        .init(key: "tokens", value: .array(ids.map { _ in .string(name) })),
      ])
      specials.append(.init(key: name, value: value))
    }
    return .object([
      .init(key: "type", value: .string("TemplateProcessing")),
      .init(key: "single", value: .array(single.map(\.json))),
      .init(key: "pair", value: .array(pair.map(\.json))),
      .init(key: "special_tokens", value: .object(specials)),
    ])
  }
}

extension PostProcessor.Piece {
  fileprivate var isSecondText: Bool {
    if case .text(1, _) = self { true } else { false }
  }

  fileprivate var json: JSONValue {
    let (kind, id, segment) =
      switch self {
      case .text(let text, let segment): ("Sequence", text == 0 ? "A" : "B", segment)
      case .special(let name, _, let segment): ("SpecialToken", name, segment)
      }
    let body = JSONValue.object([
      .init(key: "id", value: .string(id)),
      .init(key: "type_id", value: .integer(Int(segment))),
    ])
    return .object([.init(key: kind, value: body)])
  }
}
