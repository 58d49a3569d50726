extension Pipeline {
  /// Where the tokens of texts gather; one a thread.
  func makeStream() -> TokenStream {
    TokenStream(model, spellsBytes: splitter.spellsBytes)
  }

  /// Encodes a text or a pair with a stream that is used again.
  func encode(
    _ text: String, _ pair: String?, _ options: EncodingOptions, _ stream: inout TokenStream
  ) throws(TokenizersError) -> Encoding {
    stream.clear()
    try append(text, to: &stream)
    var texts = [0..<stream.tokens.count]
    if let pair {
      stream.startNextText()
      try append(pair, to: &stream)
      texts.append(texts[0].upperBound..<stream.tokens.count)
    }
    let template = pair == nil ? postProcessor.single : postProcessor.pair
    let special = options.addsSpecialTokens ? PostProcessor.specialCount(of: template) : 0
    let (kept, truncated) = try Truncation(options: options).kept(texts, special: special)
    let tokens = trimmed(stream, kept, text, pair)
    return postProcessor.assemble(
      tokens, kept, addsSpecialTokens: options.addsSpecialTokens, truncated: truncated)
  }

  /// The tokens after the post-processor took spaces out of their places.
  private func trimmed(
    _ stream: TokenStream, _ kept: [Range<Int>], _ text: String, _ pair: String?
  ) -> [TokenStream.Token] {
    guard !postProcessor.trimmings.isEmpty else { return stream.tokens }
    var tokens = stream.tokens
    for (range, text) in zip(kept, [text, pair ?? ""]) {
      let bytes = text.utf8Span.span
      for index in range {
        let spaces =
          stream.spacesOfAdded[index] ?? spacesOfTokens[safe: Int(tokens[index].id)]
          ?? TokenSpaces()
        if spaces.isEmpty { continue }
        for trimming in postProcessor.trimmings {
          tokens[index] = trimming.trimmed(
            tokens[index], spaces, isFirst: index == range.lowerBound, bytes)
        }
      }
    }
    return tokens
  }

  private func append(_ text: String, to stream: inout TokenStream) throws(TokenizersError) {
    // Offsets are stored in 32 bits while a text is read.
    guard text.utf8.count <= Int32.max else {
      throw TokenizersError(
        .textTooLarge, "A text has \(text.utf8.count) bytes; 2 GiB is the most that one may have.")
    }
    append(text.utf8Span.span, to: &stream)
    guard !stream.lacksUnknownToken else {
      throw TokenizersError(
        .unknownWord,
        """
        A text has a word that the vocabulary cannot spell, and the model has no unknown token to \
        put in its place.
        """)
    }
  }

  /// The text that ids stand for.
  func decode(_ ids: some Sequence<TokenID>, skippingSpecialTokens: Bool) -> String {
    var tokens: [ArraySlice<UInt8>] = []
    for id in ids {
      guard
        let token = addedByID[id].map({ $0.decoded[...] }) ?? model.vocabulary.token(of: id)
      else { continue }
      if skippingSpecialTokens, specialContents.contains(token) { continue }
      tokens.append(token)
    }
    let bytes = decoder?.decode(tokens) ?? Array(tokens.joined(separator: [0x20]))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The special tokens by role: those that the configuration names, else the usual ones.
  func specialTokens(_ configuration: TokenizerConfiguration) -> SpecialTokens {
    func token(_ role: TokenizerConfiguration.Role) -> SpecialTokens.Token? {
      guard let content = configuration.content(of: role) else { return nil }
      let id = addedByContent[content]?.id ?? model.vocabulary.id(of: content.utf8)
      return id.map { SpecialTokens.Token(content: content, id: $0) }
    }
    return SpecialTokens(
      unknown: model.unknown ?? token(.unknown),
      padding: token(.padding), classification: token(.classification),
      separator: token(.separator), mask: token(.mask),
      beginningOfSequence: token(.beginningOfSequence), endOfSequence: token(.endOfSequence),
      all: addedTokens.filter(\.isSpecial).map { .init(content: $0.content, id: $0.id) })
  }
}
