extension PretrainedTokenizer {
  /// A tokenizer made of another format's values instead of a `tokenizer.json`.
  init(
    _ file: TokenizerFile, configuration: TokenizerConfiguration, notes: [String]
  ) throws(TokenizersError) {
    self.file = file
    self.configuration = configuration
    self.notes = notes
    maximumLength = configuration.maximumLength
    pipeline = try file.pipeline()
    specialTokens = pipeline.specialTokens(configuration)
  }
}
