extension PretrainedTokenizer {
  /// The tokenizer with further special tokens, as Transformers' `add_special_tokens` makes it.
  ///
  /// A token is found in texts as it is written, before anything is normalised. It keeps the id that
  /// the vocabulary or an earlier addition gives it; new ones follow the largest id. They are saved
  /// with the tokenizer, where Transformers reads the same ids.
  ///
  /// - Parameter contents: How the tokens are written; none may be empty.
  /// - Returns: A tokenizer whose ``vocabularySize`` may be larger: a model needs as many rows.
  /// - Throws: ``TokenizersError`` of code `invalidAddedToken` for an empty token.
  public func adding(
    specialTokens contents: [String]
  ) throws(TokenizersError) -> PretrainedTokenizer {
    guard contents.allSatisfy({ !$0.isEmpty }) else {
      throw TokenizersError(.invalidAddedToken, "A special token to be added has no content.")
    }
    var vocabulary = AddedVocabulary(over: file.model.vocabulary)
    for token in pipeline.addedTokens { vocabulary.take(token) }
    for content in contents { vocabulary.addOrReplace(.special(content)) }
    var file = file
    file.addedTokens = vocabulary.tokens
    var configuration = configuration
    configuration.add(
      extraSpecialTokens: vocabulary.tokens.filter { contents.contains($0.content) })
    var result = try PretrainedTokenizer(file, configuration: configuration, notes: notes)
    result.maximumLength = maximumLength
    result.chatTemplates = chatTemplates
    return result
  }
}
