#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension TokenizerFile {
  /// The tokenizer of `vocab.json` and `merges.txt`, as the class in the configuration builds it;
  /// nil where one of the files is missing.
  init?(
    pairsIn folder: URL, _ configuration: TokenizerConfiguration
  ) throws(TokenizersError) {
    let url = folder.appending(path: "vocab.json")
    let merges = folder.appending(path: "merges.txt")
    guard let vocabularyBytes = try TextFile.bytes(of: url),
      let mergeBytes = try TextFile.bytes(of: merges)
    else { return nil }
    let kind = TokenizerClass(named: configuration.className).kind
    guard kind != .other else {
      throw TokenizersError(
        .unsupportedStage,
        """
        \(folder.path): a tokenizer of class "\(configuration.className ?? "(none)")" cannot be \
        built from vocab.json and merges.txt alone; those of \
        \(TokenizerClass.pairFileClasses.joined(separator: ", ")) can ("tokenizer_class" in \
        tokenizer_config.json, or "model_type" in config.json). Or add a tokenizer.json.
        """)
    }
    var reader = JSONReader(vocabularyBytes, file: url.path)
    let vocabulary = try ModelMembers.vocabulary(&reader)
    try reader.finish()
    var settings = BytePair.Settings()
    settings.continuationPrefix = ""
    settings.endOfWordSuffix = ""
    let model = try BytePair(
      vocabulary: vocabulary, settings: settings, file: merges.path
    ) { (builder) throws(TokenizersError) in try builder.add(file: mergeBytes) }
    self.init(name: url.path, model: .bytePair(model))
    var added = AddedVocabulary(over: vocabulary)
    try added.add(configuration, url.path)
    for role in TokenizerConfiguration.Role.allCases where configuration.roles[role] == nil {
      if let content = configuration.content(of: role) { added.add(.special(content)) }
    }
    addedTokens = added.tokens
    setStages(of: kind, configuration, added)
  }

  private mutating func setStages(
    of kind: TokenizerClass.Kind, _ configuration: TokenizerConfiguration, _ added: AddedVocabulary
  ) {
    let addsPrefixSpace = configuration.addsPrefixSpace ?? false
    decoder = Self.byteLevel(addsPrefixSpace: true, usesPattern: true)
    preTokenizer = Self.byteLevel(addsPrefixSpace: addsPrefixSpace, usesPattern: kind != .qwen2)
    if kind == .qwen2 {
      normalizer = .object([.init(key: "type", value: .string("NFC"))])
      let split = JSONValue.object([
        .init(key: "type", value: .string("Split")),
        .init(
          key: "pattern",
          value: .object([.init(key: "Regex", value: .string(ByteLevel.patternOfQwen2))])),
        .init(key: "behavior", value: .string(SplitBehavior.isolated.rawValue)),
        .init(key: "invert", value: .boolean(false)),
      ])
      preTokenizer = .object([
        .init(key: "type", value: .string("Sequence")),
        .init(key: "pretokenizers", value: .array([split, preTokenizer])),
      ])
    }
    if kind == .roberta {
      func token(_ role: TokenizerConfiguration.Role) -> JSONValue {
        let content = configuration.content(of: role) ?? ""
        return .array([.string(content), .integer(Int(added.id(of: content) ?? 0))])
      }
      postProcessor = .object([
        .init(key: "type", value: .string("RobertaProcessing")),
        .init(key: "sep", value: token(.separator)),
        .init(key: "cls", value: token(.classification)),
        .init(key: "trim_offsets", value: .boolean(configuration.trimsOffsets ?? true)),
        .init(key: "add_prefix_space", value: .boolean(addsPrefixSpace)),
      ])
    } else {
      var notes: [String] = []
      takeEnds(from: configuration, added, notes: &notes)
    }
  }

  private static func byteLevel(addsPrefixSpace: Bool, usesPattern: Bool) -> JSONValue {
    .object([
      .init(key: "type", value: .string("ByteLevel")),
      .init(key: "add_prefix_space", value: .boolean(addsPrefixSpace)),
      .init(key: "trim_offsets", value: .boolean(true)),
      .init(key: "use_regex", value: .boolean(usesPattern)),
    ])
  }

  /// Where the configuration says whether texts get a beginning and an end, a template that does
  /// what it says takes the post-processor's place, as with Transformers.
  mutating func takeEnds(
    from configuration: TokenizerConfiguration, _ added: AddedVocabulary, notes: inout [String]
  ) {
    guard configuration.addsBeginning != nil || configuration.addsEnd != nil else { return }
    func piece(
      _ isAdded: Bool?, _ role: TokenizerConfiguration.Role, _ segment: Int32
    ) -> [PostProcessor.Piece] {
      guard isAdded == true, let content = configuration.content(of: role),
        let id = added.id(of: content)
      else { return [] }
      return [.special(name: content, ids: [id], segment: segment)]
    }
    func framed(_ text: Int, _ segment: Int32) -> [PostProcessor.Piece] {
      piece(configuration.addsBeginning, .beginningOfSequence, segment)
        + [.text(text, segment: segment)] + piece(configuration.addsEnd, .endOfSequence, segment)
    }
    let single = framed(0, 0)
    let template = PostProcessor(single: single, pair: single + framed(1, 1))
    let stored = try? PostProcessor(
      JSONStage(value: postProcessor, path: "post_processor", file: name))
    if let stored, stored.single == template.single, stored.pair == template.pair { return }
    if !postProcessor.isNull {
      notes.append(
        """
        tokenizer_config.json says with add_bos_token and add_eos_token what stands around a \
        text, otherwise than the post-processor of tokenizer.json; tokenizer_config.json counts, \
        as it does with Transformers.
        """)
    }
    postProcessor = template.json
  }
}

extension MergeBuilder {
  /// Adds the lines of a `merges.txt`: two tokens each, with a space between.
  mutating func add(file bytes: [UInt8]) throws(TokenizersError) {
    for line in bytes.split(separator: 0x0A) {
      let text = Array(line.last == 0x0D ? line.dropLast() : line)
      if text.isEmpty || text.starts(with: "#version".utf8) { continue }
      if try !add(line: text) { throw missing(text) }
    }
  }
}

extension BytePair {
  /// `vocab.json` and `merges.txt`; none if a token with a space or a line feed is in a merge.
  func pairFiles() -> [(name: String, bytes: [UInt8])] {
    var writer = JSONWriter()
    writer.write(vocabulary)
    var lines = Array("#version: 0.2\n".utf8)
    for pair in merges.pairs {
      let tokens = [pair.left, pair.right].map { vocabulary.token(of: $0) ?? [] }
      if tokens.contains(where: { $0.contains(0x20) || $0.contains(0x0A) }) { return [] }
      lines += tokens[0] + [0x20] + tokens[1] + [0x0A]
    }
    return [("vocab.json", writer.bytes + [0x0A]), ("merges.txt", lines)]
  }
}
