/// Makes a tokenizer of a GGUF file's metadata, as Transformers 5.23 does.
struct GGUFConversion {
  let vocabulary: GGUFVocabulary
  /// What messages call the file.
  let file: String
  /// The special tokens and settings, as `tokenizer_config.json` would hold them.
  private(set) var configuration = TokenizerConfiguration()

  init(_ vocabulary: GGUFVocabulary, file: String) throws(TokenizersError) {
    self.vocabulary = vocabulary
    self.file = file
    try check()
    configuration.setDefault("tokenizer_class", .string("TokenizersBackend"))
    if let template = vocabulary.chatTemplate {
      configuration.setDefault("chat_template", .string(template))
    }
    let isLlama = vocabulary.model == "llama"
    configuration.setDefault("add_bos_token", .boolean(vocabulary.addsBeginning ?? isLlama))
    configuration.setDefault("add_eos_token", .boolean(vocabulary.addsEnd ?? false))
    let roles: [(TokenizerConfiguration.Role, Int?)] = [
      (.beginningOfSequence, vocabulary.beginningID), (.endOfSequence, vocabulary.endID),
      (.unknown, vocabulary.unknownID), (.padding, vocabulary.paddingID),
    ]
    for case (let role, let id?) in roles {
      guard vocabulary.tokens.indices.contains(id) else {
        throw TokenizersError(
          .invalidVocabulary, "\(file): the token \(id), named as \(role.rawValue), does not exist."
        )
      }
      configuration.setDefault(.special(vocabulary.tokens[id]), for: role)
    }
  }

  private func check() throws(TokenizersError) {
    let count = vocabulary.tokens.count
    guard count > 0 else {
      throw TokenizersError(.invalidVocabulary, "\(file): the list of tokens is empty.")
    }
    for (name, values) in [
      ("scores", vocabulary.scores.count), ("token types", vocabulary.tokenTypes.count),
    ] where values != 0 && values != count {
      throw TokenizersError(
        .invalidVocabulary, "\(file): there are \(count) tokens, but \(values) \(name).")
    }
    guard vocabulary.scores.allSatisfy(\.isFinite) else {
      throw TokenizersError(.invalidVocabulary, "\(file): a token's score is no number.")
    }
  }

  /// The tokenizer.
  func tokenizerFile() throws(TokenizersError) -> TokenizerFile {
    switch vocabulary.model {
    case "llama": try sentencePiece()
    case "gpt2": try byteLevel()
    case let kind:
      throw TokenizersError(
        .unsupportedStage,
        "\(file): the tokenizer \"\(kind)\" is not supported; \"llama\" and \"gpt2\" are.")
    }
  }

  // MARK: SentencePiece's byte pairs

  private func sentencePiece() throws(TokenizersError) -> TokenizerFile {
    if let architecture = vocabulary.architecture, architecture.hasPrefix("gemma") {
      throw TokenizersError(
        .unsupportedStage, "\(file): the tokenizer of \"\(architecture)\" is not supported.")
    }
    guard !vocabulary.scores.isEmpty || !vocabulary.merges.isEmpty else {
      throw TokenizersError(
        .invalidVocabulary, "\(file): there are neither scores nor merges to spell words by.")
    }
    let conversion = SentencePieceConversion(
      SentencePieceModel(), as: .llama, configuration, file: file)
    let settings = BytePair.Settings(fusesUnknown: true, fallsBackToBytes: true)
    let model = try bytePairs(try makeVocabulary(vocabulary.tokens), settings)
    var result = TokenizerFile(name: file, model: .bytePair(model))
    let added = addedVocabulary(over: model.vocabulary)
    result.addedTokens = added.tokens
    result.normalizer = conversion.normalizer
    result.preTokenizer = conversion.preTokenizer
    if vocabulary.architecture == "phi3" {
      result.normalizer = SentencePieceConversion.legacyNormalizer
      result.preTokenizer = .null
    }
    result.decoder = conversion.decoder
    result.postProcessor = try conversion.postProcessor(added).json
    return result
  }

  private func makeVocabulary(_ tokens: [String]) throws(TokenizersError) -> Vocabulary {
    var result = Vocabulary(over: [], expecting: tokens.count)
    for (id, token) in tokens.enumerated() {
      guard result.insert(Array(token.utf8), id: id) == nil else {
        throw TokenizersError(
          .invalidVocabulary, "\(file): the token \"\(token)\" (\(id)) is given twice.")
      }
    }
    return result
  }

  private func bytePairs(
    _ tokens: Vocabulary, _ settings: BytePair.Settings
  ) throws(TokenizersError) -> BytePair {
    try BytePair(vocabulary: tokens, settings: settings, file: file) {
      (builder) throws(TokenizersError) in
      if vocabulary.merges.isEmpty {
        for split in TokenSplits.all(of: tokens, by: vocabulary.scores) {
          _ = try builder.add(split.left, split.right)
        }
      }
      for merge in vocabulary.merges {
        let line = Array(merge.utf8)
        if try !builder.add(line: line) { throw builder.missing(line) }
      }
    }
  }

  // MARK: Byte-level byte pairs

  private func byteLevel() throws(TokenizersError) -> TokenizerFile {
    let splitter = try GGUFSplitting(named: vocabulary.preTokenizer ?? "gpt-2", file: file)
    // A token that is not written in the characters of bytes is made of them.
    let tokens = vocabulary.tokens.map { token in
      isSpelt(token)
        ? token
        : String(
          String.UnicodeScalarView(
            token.utf8.compactMap { Unicode.Scalar(ByteLevel.characters[Int($0)]) }))
    }
    let model = try bytePairs(try makeVocabulary(tokens), BytePair.Settings())
    var result = TokenizerFile(name: file, model: .bytePair(model))
    let added = addedVocabulary(over: model.vocabulary)
    result.addedTokens = added.tokens
    result.preTokenizer = splitter.preTokenizer
    result.decoder = GGUFSplitting.byteLevel(usesPattern: true)
    result.postProcessor =
      try SentencePieceConversion(
        SentencePieceModel(), as: .general, configuration, file: file
      ).postProcessor(added).json
    return result
  }

  /// Whether a token is written in the characters that stand for bytes.
  private func isSpelt(_ token: String) -> Bool {
    ByteLevel.bytes(of: Array(token.utf8)[...]) != nil
  }

  // MARK: Added tokens

  /// The control tokens, the user-defined ones, and those with roles.
  private func addedVocabulary(over model: Vocabulary) -> AddedVocabulary {
    var added = AddedVocabulary(over: model)
    for kind in [SentencePieceModel.Kind.control, .userDefined] {
      for (token, type) in zip(vocabulary.tokens, vocabulary.tokenTypes) where type == kind.rawValue
      {
        // What a byte-level vocabulary does not hold as it is written was marked by mistake.
        guard model.id(of: token.utf8) != nil else { continue }
        var token = AddedToken.special(token)
        token.isSpecial = kind == .control
        added.add(token)
      }
    }
    for role in TokenizerConfiguration.Role.allCases {
      if let token = configuration.roles[role], model.id(of: token.content.utf8) != nil {
        added.addOrReplace(token)
      }
    }
    return added
  }
}
