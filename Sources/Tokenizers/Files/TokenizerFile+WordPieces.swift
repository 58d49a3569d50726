#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension TokenizerFile {
  /// BERT's tokenizer from `vocab.txt` and the configuration.
  init(
    vocabularyIn folder: URL, _ configuration: TokenizerConfiguration
  ) throws(TokenizersError) {
    let url = folder.appending(path: "vocab.txt")
    guard let bytes = try TextFile.bytes(of: url) else {
      throw TokenizersError(
        .unreadableFile,
        """
        \(folder.path) holds no tokenizer: there is neither tokenizer.json nor vocab.txt, nor \
        vocab.json with merges.txt, nor a SentencePiece model \
        (\(SentencePieceConversion.fileNames.joined(separator: ", "))).
        """)
    }
    let vocabulary = try VocabularyFile.vocabulary(in: bytes, name: url.path)
    let wordPiece = try WordPiece(
      vocabulary: vocabulary,
      unknown: configuration.content(of: .unknown) ?? "[UNK]",
      prefix: "##", longestWord: 100, file: url.path)
    self.init(name: url.path, model: .wordPiece(wordPiece))
    var added = AddedVocabulary(over: vocabulary)
    for role in TokenizerConfiguration.Role.allCases where configuration.roles[role] == nil {
      guard let content = configuration.content(of: role), vocabulary.id(of: content.utf8) != nil
      else { continue }
      added.add(.special(content))
    }
    try added.add(configuration, url.path)
    func token(_ role: TokenizerConfiguration.Role) throws(TokenizersError) -> SpecialTokens.Token {
      let content = configuration.content(of: role) ?? role.rawValue
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
