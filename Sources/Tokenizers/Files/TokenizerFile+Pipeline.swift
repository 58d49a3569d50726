#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension TokenizerFile {
  /// Builds the stages from what the file holds.
  func pipeline() throws(TokenizersError) -> Pipeline {
    func stage(_ value: JSONValue, _ path: String) -> JSONStage {
      JSONStage(value: value, path: path, file: name)
    }
    return Pipeline(
      normalizer: try Normalizer(stage(normalizer, "normalizer")),
      preTokenizer: try PreTokenizer(stage(preTokenizer, "pre_tokenizer")),
      model: model,
      postProcessor: try PostProcessor(stage(postProcessor, "post_processor")),
      decoder: try Decoder(stage(decoder, "decoder")),
      addedTokens: addedTokens)
  }

  /// Takes over what `tokenizer_config.json` adds or changes, as Transformers does.
  func reconciled(
    with configuration: TokenizerConfiguration, notes: inout [String]
  ) throws(TokenizersError) -> TokenizerFile {
    var result = self
    var added = AddedVocabulary(over: model.vocabulary)
    for token in addedTokens { try added.add(token, from: name) }
    try added.add(configuration, name)
    result.addedTokens = added.tokens
    guard configuration.isOfBERTClass,
      case .bert(var settings) = try Normalizer(
        JSONStage(value: normalizer, path: "normalizer", file: name))
    else { return result }
    let stored = settings
    settings.lowercases = configuration.lowercases ?? settings.lowercases
    settings.splitsChinese = configuration.splitsChinese ?? settings.splitsChinese
    settings.stripsAccents = configuration.stripsAccents ?? settings.stripsAccents
    if settings != stored {
      notes.append(
        """
        tokenizer_config.json contradicts the normaliser of tokenizer.json (do_lower_case, \
        strip_accents or tokenize_chinese_chars); tokenizer_config.json counts, as it does with \
        Transformers.
        """)
      result.normalizer = settings.json
    }
    return result
  }

  /// BERT's tokenizer from `vocab.txt` and the configuration.
  init(
    vocabularyIn folder: URL, _ configuration: TokenizerConfiguration
  ) throws(TokenizersError) {
    let url = folder.appending(path: "vocab.txt")
    guard let bytes = try TextFile.bytes(of: url) else {
      throw TokenizersError(
        .unreadableFile,
        "\(folder.path) holds no tokenizer: there is neither tokenizer.json nor vocab.txt.")
    }
    let vocabulary = try VocabularyFile.vocabulary(in: bytes, name: url.path)
    let wordPiece = try WordPiece(
      vocabulary: vocabulary,
      unknown: configuration.roles[.unknown]?.content
        ?? TokenizerConfiguration.Role.unknown.usualContent,
      prefix: "##", longestWord: 100, file: url.path)
    self.init(name: url.path, model: .wordPiece(wordPiece))
    var added = AddedVocabulary(over: vocabulary)
    for role in TokenizerConfiguration.Role.allCases where configuration.roles[role] == nil {
      guard vocabulary.id(of: role.usualContent.utf8) != nil else { continue }
      var token = AddedToken(content: role.usualContent, id: 0)
      token.isSpecial = true
      token.isNormalized = false
      added.add(token)
    }
    try added.add(configuration, url.path)
    func token(_ role: TokenizerConfiguration.Role) throws(TokenizersError) -> SpecialTokens.Token {
      let content = configuration.roles[role]?.content ?? role.usualContent
      guard let id = added.id(of: content) else {
        throw TokenizersError(
          .invalidVocabulary, "\(url.path): the vocabulary lacks the special token \"\(content)\".")
      }
      return .init(content: content, id: id)
    }
    postProcessor =
      PostProcessor.bert(
        classification: try token(.classification), separator: try token(.separator)
      ).json
    addedTokens = added.tokens
    normalizer =
      BertNormalization(
        splitsChinese: configuration.splitsChinese ?? true,
        stripsAccents: configuration.stripsAccents,
        lowercases: configuration.lowercases ?? true
      ).json
    preTokenizer = .object([.init(key: "type", value: .string("BertPreTokenizer"))])
    decoder = .object([
      .init(key: "type", value: .string("WordPiece")),
      .init(key: "prefix", value: .string("##")),
      .init(key: "cleanup", value: .boolean(true)),
    ])
  }
}

extension AddedVocabulary {
  /// Adds the tokens of a configuration: those with ids, those with roles, then the others.
  fileprivate mutating func add(
    _ configuration: TokenizerConfiguration, _ file: String
  ) throws(TokenizersError) {
    for token in configuration.addedTokens {
      let isSpecial = configuration.specialContents.contains(token.content)
      var token = token
      if isSpecial, !token.isSpecial {
        token.isSpecial = true
        token.isNormalized = false
      }
      try add(token, from: file)
    }
    for role in TokenizerConfiguration.Role.allCases {
      if let token = configuration.roles[role] { add(token) }
    }
    for token in configuration.extraSpecialTokens { add(token) }
  }
}

extension TokenizerConfiguration {
  fileprivate var specialContents: Set<String> {
    Set(roles.values.map(\.content) + extraSpecialTokens.map(\.content))
  }
}
