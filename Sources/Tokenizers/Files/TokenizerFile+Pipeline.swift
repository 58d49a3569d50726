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
    result.takePrefixSpace(from: configuration, notes: &notes)
    result.takeEnds(from: configuration, added, notes: &notes)
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
}

extension AddedVocabulary {
  /// Adds the tokens of a configuration: those with ids, those with roles, then the others.
  mutating func add(
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
