extension BytePair {
  /// Reads the model of a `tokenizer.json`.
  init(_ members: ModelMembers) throws(TokenizersError) {
    let stage = members.stage
    try stage.allowOnly([
      "type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix",
      "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges",
    ])
    let vocabulary = try members.requiredVocabulary()
    guard let list = members.lists["merges"] else {
      throw TokenizersError(
        .invalidKey, "\(members.file): \"model.merges\" must be a list of pairs of tokens.")
    }
    try self.init(
      vocabulary: vocabulary, settings: Settings(stage), file: members.file
    ) { (builder) throws(TokenizersError) in
      var reader = list
      try reader.readList { (reader) throws(TokenizersError) in try builder.add(&reader) }
    }
  }

  /// A model whose merges `read` adds in order.
  init(
    vocabulary: Vocabulary, settings: Settings, file: String,
    read: (inout MergeBuilder) throws(TokenizersError) -> Void
  ) throws(TokenizersError) {
    var builder = MergeBuilder(vocabulary, prefix: settings.continuationPrefix ?? "", file: file)
    try read(&builder)
    self.init(
      vocabulary: vocabulary, merges: builder.table, settings: settings,
      splitsBeforeSpaceSign: builder.splitsBeforeSpaceSign
        && vocabulary.id(of: "\u{2581}".utf8) != nil
        && !settings.marksTokens && !settings.ignoresMerges)
  }

  /// Writes the model as `tokenizer.json` holds it.
  func write(to writer: inout JSONWriter) {
    func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
    let members: [JSONValue.Member] = [
      .init(key: "type", value: .string("BPE")), .init(key: "dropout", value: settings.dropout),
      .init(key: "unk_token", value: text(settings.unknown)),
      .init(key: "continuing_subword_prefix", value: text(settings.continuationPrefix)),
      .init(key: "end_of_word_suffix", value: text(settings.endOfWordSuffix)),
      .init(key: "fuse_unk", value: .boolean(settings.fusesUnknown)),
      .init(key: "byte_fallback", value: .boolean(settings.fallsBackToBytes)),
      .init(key: "ignore_merges", value: .boolean(settings.ignoresMerges)),
    ]
    writer.model(
      members,
      [
        ("vocab", { $0.write(vocabulary) }),
        (
          "merges",
          { writer in
            writer.list("[", "]", merges.pairs) { writer, pair in
              writer.list("[", "]", [pair.left, pair.right]) { writer, id in
                writer.string(vocabulary.token(of: id) ?? [])
              }
            }
          }
        ),
      ])
  }
}

extension BytePair.Settings {
  /// Reads the settings of a model.
  init(_ stage: JSONStage) throws(TokenizersError) {
    unknown = try stage.optionalString("unk_token")
    continuationPrefix = try stage.optionalString("continuing_subword_prefix")
    endOfWordSuffix = try stage.optionalString("end_of_word_suffix")
    fusesUnknown = try stage.optionalBoolean("fuse_unk") ?? false
    fallsBackToBytes = try stage.optionalBoolean("byte_fallback") ?? false
    ignoresMerges = try stage.optionalBoolean("ignore_merges") ?? false
    dropout = stage.value["dropout"] ?? .null
    guard dropout.isNull || dropout.doubleValue == 0 else {
      throw TokenizersError(
        .unsupportedStage,
        """
        \(stage.file): "model.dropout" is not null or 0; random merges (BPE dropout) are not \
        supported.
        """)
    }
    guard !marksTokens || !fallsBackToBytes else {
      throw TokenizersError(
        .unsupportedStage,
        """
        \(stage.file): "model.byte_fallback" together with "continuing_subword_prefix" or \
        "end_of_word_suffix" is not supported.
        """)
    }
  }
}

extension JSONStage {
  /// A text; nil for null or nothing.
  func optionalString(_ key: String) throws(TokenizersError) -> String? {
    try value[key]?.isNull ?? true ? nil : string(key)
  }
}
