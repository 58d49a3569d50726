extension PretrainedTokenizer {
  /// The tokenizer that puts a space before each text that does not begin with one.
  ///
  /// It is what Transformers makes of `add_prefix_space=True`, which models with GPT-2's byte-level
  /// tokens (RoBERTa's too) need when a text comes as a list of words: a word within a sentence is
  /// another token than the same letters at its very beginning. Saved files say it too.
  ///
  /// - Returns: The tokenizer itself when its pre-tokeniser is another one, adds the space already,
  ///   or splits texts before the byte-level stage, which would put a space before every part.
  /// - Throws: ``TokenizersError`` when the stages cannot be built anew.
  public func addingPrefixSpace() throws(TokenizersError) -> PretrainedTokenizer {
    var file = file
    guard file.preTokenizer["type"] == .string("ByteLevel"), file.setPrefixSpace(true) else {
      return self
    }
    var configuration = configuration
    configuration.addPrefixSpace()
    var tokenizer = try PretrainedTokenizer(file, configuration: configuration, notes: notes)
    tokenizer.maximumLength = maximumLength
    tokenizer.chatTemplates = chatTemplates
    return tokenizer
  }
}
