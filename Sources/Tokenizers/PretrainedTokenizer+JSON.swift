extension PretrainedTokenizer {
  /// Reads the content of a `tokenizer.json` that lies in no folder.
  ///
  /// - Parameters:
  ///   - json: The bytes of the file.
  ///   - name: What messages call it.
  /// - Throws: ``TokenizersError`` that names the line or key.
  public init(json: [UInt8], name: String) throws(TokenizersError) {
    file = try TokenizerFile(json, name: name)
    configuration = TokenizerConfiguration()
    notes = []
    maximumLength = nil
    pipeline = try file.pipeline()
    specialTokens = pipeline.specialTokens(configuration)
  }
}
