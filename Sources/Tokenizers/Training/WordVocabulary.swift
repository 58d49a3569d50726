/// How the vocabulary of whole words is chosen for a model that is trained from scratch.
public struct WordVocabulary: Sendable, Equatable {
  /// Words at most: the most frequent ones.
  public var size: Int
  /// How often a word must be there.
  public var minimumCount: Int
  /// Whether words are brought to lower case, and accents taken off.
  public var lowercases: Bool

  /// Names the limits.
  public init(size: Int, minimumCount: Int, lowercases: Bool) {
    self.size = size
    self.minimumCount = minimumCount
    self.lowercases = lowercases
  }
}

extension PretrainedTokenizer {
  /// Makes a tokenizer of the words of texts: split as BERT splits (at spaces and punctuation, each
  /// Chinese character by itself), a token a word, `[UNK]` for all others, no special tokens
  /// around a text.
  ///
  /// The model is WordPiece without any continuing piece: so a word is in the vocabulary whole or
  /// unknown, and the fast path of BERT's stages serves it. The same texts give the same
  /// vocabulary: words are in the order of their counts, equal ones in that of their bytes.
  ///
  /// - Throws: ``TokenizersError`` of code `invalidVocabulary` when no word is frequent enough.
  public init(wordsOf texts: some Sequence<String>, _ vocabulary: WordVocabulary) throws {
    let splitter = try PretrainedTokenizer(
      json: Self.wordTokenizer([], lowercases: vocabulary.lowercases), name: "words")
    var counts: [[UInt8]: Int] = [:]
    let options = EncodingOptions()
    let special = splitter.specialTokens.all.map { Array($0.content.utf8)[...] }
    for text in texts {
      let bytes = Array(text.utf8)
      for range in try splitter.encode(text, pair: nil, options: options).offsets {
        // A special token that a text holds is no word.
        if special.contains(where: { $0 == bytes[range] }) { continue }
        counts[splitter.normalized(bytes.span, range), default: 0] += 1
      }
    }
    let words = counts.filter { $0.value >= vocabulary.minimumCount && !$0.key.isEmpty }
      .sorted { one, other in
        one.value == other.value
          ? one.key.lexicographicallyPrecedes(other.key) : one.value > other.value
      }
      .prefix(vocabulary.size).map(\.key)
    guard !words.isEmpty else {
      throw TokenizersError(
        .invalidVocabulary,
        "None of the \(counts.count) words of the texts is there \(vocabulary.minimumCount) times. "
          + "Lower the minimum count, or give more texts.")
    }
    try self.init(
      json: Self.wordTokenizer(words, lowercases: vocabulary.lowercases), name: "words")
  }

  /// A word of a text as the normaliser leaves it, without the spaces it puts around.
  private func normalized(_ text: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    var normalized = NormalizedText(text, range)
    pipeline.normalizer?.apply(to: &normalized)
    return normalized.utf8().bytes.filter { $0 != 0x20 }
  }

  /// A `tokenizer.json` with these words behind padding and unknown.
  private static func wordTokenizer(_ words: [[UInt8]], lowercases: Bool) -> [UInt8] {
    let special = ["[PAD]", "[UNK]"]
    let added = special.enumerated().map { id, content in
      """
      {"id": \(id), "content": "\(content)", "single_word": false, "lstrip": false,
       "rstrip": false, "normalized": false, "special": true}
      """
    }
    var writer = JSONWriter()
    writer.raw(
      """
      {"version": "1.0", "truncation": null, "padding": null,
       "added_tokens": [\(added.joined(separator: ", "))],
       "normalizer": {"type": "BertNormalizer", "clean_text": true,
        "handle_chinese_chars": true, "strip_accents": null, "lowercase": \(lowercases)},
       "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": null, "decoder": null,
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100, "vocab":
      """)
    let first = special.map { Array($0.utf8) }
    let tokens = first + words.filter { !first.contains($0) }
    writer.list("{", "}", Array(tokens.enumerated())) { writer, token in
      writer.key(token.element)
      writer.raw(String(token.offset))
    }
    writer.raw("}}")
    return writer.bytes
  }
}
