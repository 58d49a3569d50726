extension SentencePieceConversion {
  /// Byte-pair encoding over the file's tokens: an earlier token is an earlier merge.
  func bytePairs(unknown: String?, hasByteFallback: Bool) throws(TokenizersError) -> Model {
    var contents = model.pieces.map(\.content)
    if kind == .general { rename(&contents) }
    var vocabulary = Vocabulary(over: [], expecting: contents.count)
    for (id, content) in contents.enumerated() {
      guard vocabulary.insert(Array(content.utf8), id: id) == nil else {
        throw TokenizersError(
          .invalidVocabulary, "\(file): the token \"\(content)\" is given twice.")
      }
    }
    let settings = BytePair.Settings(
      unknown: unknown, fusesUnknown: true, fallsBackToBytes: hasByteFallback)
    return .bytePair(
      try BytePair(vocabulary: vocabulary, settings: settings, file: file) {
        (builder) throws(TokenizersError) in
        for split in TokenSplits.all(of: vocabulary) {
          _ = try builder.add(split.left, split.right)
        }
      })
  }

  /// Gives tokens the content that the configuration's added tokens have under their ids: files
  /// hold stand-ins for tokens that were added later.
  private func rename(_ contents: inout [String]) {
    var known = Set(contents)
    for token in configuration.addedTokens where contents.indices.contains(Int(token.id)) {
      if known.insert(token.content).inserted { contents[Int(token.id)] = token.content }
    }
  }
}
