extension PretrainedTokenizer {
  /// Makes a tokenizer of a `tokenizer.bin` of llama2.c: SentencePiece's byte pairs, texts opened by
  /// the token 1.
  ///
  /// The file holds the longest token's length (int32) and for every token its score (float32), its
  /// length (int32) and its bytes, all little-endian. The tokens 0, 1 and 2 are `<unk>`, `<s>` and
  /// `</s>`; spaces are written as spaces.
  ///
  /// - Throws: ``TokenizersError`` of code `malformedModel` where the bytes are no such file.
  public init(llama2C bytes: [UInt8], name: String) throws {
    let vocabulary = try Llama2CVocabulary(bytes, file: name)
    try self.init(
      vocabulary.tokenizerFile(), configuration: vocabulary.configuration, notes: [])
  }
}

/// The tokens of a `tokenizer.bin` of llama2.c.
struct Llama2CVocabulary {
  private let file: String
  private var tokens: [String] = []
  private var scores: [Float] = []

  /// The special tokens and settings, as `tokenizer_config.json` would hold them.
  var configuration: TokenizerConfiguration {
    var result = TokenizerConfiguration()
    result.setDefault("tokenizer_class", .string("TokenizersBackend"))
    result.setDefault("add_bos_token", .boolean(true))
    result.setDefault(.special("<unk>"), for: .unknown)
    result.setDefault(.special("<s>"), for: .beginningOfSequence)
    result.setDefault(.special("</s>"), for: .endOfSequence)
    return result
  }

  init(_ bytes: [UInt8], file: String) throws(TokenizersError) {
    self.file = file
    var position = 0
    func number() -> UInt32? {
      guard bytes.count - position >= 4 else { return nil }
      defer { position += 4 }
      return (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << UInt32(8 * $1) }
    }
    var isSound = number() != nil
    while isSound, position < bytes.count {
      guard let score = number(), let length = number(), length <= bytes.count - position,
        let token = String(
          validating: bytes[position..<position + Int(length)], as: UTF8.self),
        Float(bitPattern: score).isFinite
      else {
        isSound = false
        break
      }
      tokens.append(token.replacing(" ", with: "▁"))
      scores.append(Float(bitPattern: score))
      position += Int(length)
    }
    guard isSound, tokens.count > 3 else {
      throw TokenizersError(
        .malformedModel,
        "\(file), byte \(position): this is no tokenizer of llama2.c, or it is damaged.")
    }
    tokens.replaceSubrange(0..<3, with: ["<unk>", "<s>", "</s>"])
  }

  /// The tokenizer.
  func tokenizerFile() throws(TokenizersError) -> TokenizerFile {
    var vocabulary = Vocabulary(over: [], expecting: tokens.count)
    for (id, token) in tokens.enumerated() {
      guard vocabulary.insert(Array(token.utf8), id: id) == nil else {
        throw TokenizersError(.invalidVocabulary, "\(file): the token \"\(token)\" is given twice.")
      }
    }
    let settings = BytePair.Settings(
      unknown: "<unk>", fusesUnknown: true, fallsBackToBytes: true)
    let model = try BytePair(vocabulary: vocabulary, settings: settings, file: file) {
      (builder) throws(TokenizersError) in
      for split in TokenSplits.all(of: vocabulary, by: scores) {
        _ = try builder.add(split.left, split.right)
      }
    }
    let conversion = SentencePieceConversion(
      SentencePieceModel(), as: .llama, configuration, file: file)
    var added = AddedVocabulary(over: vocabulary)
    for token in ["<unk>", "<s>", "</s>"] { added.add(.special(token)) }
    var result = TokenizerFile(name: file, model: .bytePair(model))
    result.addedTokens = added.tokens
    result.normalizer = SentencePieceConversion.legacyNormalizer
    result.decoder = conversion.decoder
    result.postProcessor = try conversion.postProcessor(added).json
    return result
  }
}
