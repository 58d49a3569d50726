extension PreTokenizer {
  private static let known = [
    "BertPreTokenizer", "WhitespaceSplit", "Whitespace", "Split", "Punctuation", "Digits",
    "CharDelimiterSplit", "FixedLength", "Metaspace", "ByteLevel", "Sequence",
  ]

  /// Reads a stage; nil for null.
  init?(_ stage: JSONStage) throws(TokenizersError) {
    if stage.value.isNull { return nil }
    switch try stage.type() {
    case "BertPreTokenizer": self = try Self.plain(.bert, stage)
    case "WhitespaceSplit": self = try Self.plain(.whitespaceSplit, stage)
    case "Whitespace": self = try Self.plain(.whitespace, stage)
    case "Split":
      try stage.allowOnly(["type", "pattern", "behavior", "invert"])
      self = .split(
        try stage.pattern("pattern"), try stage.behavior("behavior"),
        isInverted: try stage.boolean("invert"))
    case "Punctuation":
      try stage.allowOnly(["type", "behavior"])
      self = .punctuation(
        stage.value["behavior"] == nil ? .isolated : try stage.behavior("behavior"))
    case "Digits":
      try stage.allowOnly(["type", "individual_digits"])
      self = .digits(areIndividual: try stage.boolean("individual_digits"))
    case "CharDelimiterSplit":
      try stage.allowOnly(["type", "delimiter"])
      self = .delimiter(try stage.scalar("delimiter").value)
    case "FixedLength":
      try stage.allowOnly(["type", "length"])
      let length = stage.value["length"] == nil ? 5 : try stage.integer("length")
      guard length > 0 else {
        throw TokenizersError(
          .invalidKey, "\(stage.file): \"\(stage.path).length\" is 0; it must be at least 1.")
      }
      self = .fixedLength(length)
    case "Metaspace": self = .metaspace(try Metaspace(stage))
    case "ByteLevel":
      try stage.allowOnly(["type", "add_prefix_space", "trim_offsets", "use_regex"])
      self = .byteLevel(
        ByteLevel(
          addsPrefixSpace: try stage.boolean("add_prefix_space"),
          usesPattern: try stage.optionalBoolean("use_regex") ?? true))
    case "Sequence":
      try stage.allowOnly(["type", "pretokenizers"])
      var stages: [PreTokenizer] = []
      for stage in try stage.stages("pretokenizers") {
        if let preTokenizer = try PreTokenizer(stage) { stages.append(preTokenizer) }
      }
      self = .sequence(stages)
    case let kind:
      throw stage.unsupported(kind, "pre-tokeniser", known: Self.known)
    }
  }

  private static func plain(
    _ preTokenizer: PreTokenizer, _ stage: JSONStage
  ) throws(TokenizersError) -> PreTokenizer {
    try stage.allowOnly(["type"])
    return preTokenizer
  }
}

extension Metaspace {
  /// Reads a stage, in its old spelling (`add_prefix_space`) as well.
  init(_ stage: JSONStage) throws(TokenizersError) {
    try stage.allowOnly([
      "type", "replacement", "prepend_scheme", "split", "add_prefix_space", "str_rep",
    ])
    replacement = try stage.scalar("replacement")
    splits = try stage.optionalBoolean("split") ?? true
    if stage.value["prepend_scheme"] != nil {
      let name = try stage.string("prepend_scheme")
      guard let scheme = Prepending(rawValue: name) else {
        throw stage.unknownValue("prepend_scheme", name, Prepending.allCases.map(\.rawValue))
      }
      prepending = scheme
    }
    guard try stage.optionalBoolean("add_prefix_space") == false else { return }
    guard stage.value["prepend_scheme"] == nil || prepending == .never else {
      throw TokenizersError(
        .invalidKey,
        """
        \(stage.file): "\(stage.path).add_prefix_space" is false, and "prepend_scheme" says \
        otherwise.
        """)
    }
    prepending = .never
  }
}

extension JSONStage {
  /// A pattern: `{"Regex": "..."}` or `{"String": "..."}`.
  func pattern(_ key: String) throws(TokenizersError) -> Pattern {
    let inner = JSONStage(value: try member(key), path: "\(path).\(key)", file: file)
    try inner.allowOnly(["Regex", "String"])
    do throws(PatternError) {
      if let literal = inner.value["String"]?.stringValue { return try Pattern(literal: literal) }
      if let source = inner.value["Regex"]?.stringValue { return try Pattern(source) }
    } catch {
      throw TokenizersError(
        .unsupportedStage,
        "\(file): the pattern \"\(path).\(key)\" is not supported: \(error.description).")
    }
    throw wrongType(inner.path, inner.value, "an object with a text of key \"Regex\" or \"String\"")
  }

  func behavior(_ key: String) throws(TokenizersError) -> SplitBehavior {
    let name = try string(key)
    guard let behavior = SplitBehavior(rawValue: name) else {
      throw unknownValue(key, name, SplitBehavior.allCases.map(\.rawValue))
    }
    return behavior
  }

  /// A text of one Unicode scalar.
  func scalar(_ key: String) throws(TokenizersError) -> Unicode.Scalar {
    let text = try string(key)
    guard let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1 else {
      throw TokenizersError(
        .invalidKey, "\(file): \"\(path).\(key)\" is \"\(text)\"; it must be one character.")
    }
    return scalar
  }

  /// A value of a key that is none of those there are.
  func unknownValue(_ key: String, _ value: String, _ known: [String]) -> TokenizersError {
    TokenizersError(
      .invalidKey,
      """
      \(file): "\(path).\(key)" is "\(value)", which is not known; known are \
      \(known.joined(separator: ", ")).
      """)
  }
}
