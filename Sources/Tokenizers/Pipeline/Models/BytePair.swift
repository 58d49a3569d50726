/// Byte-pair encoding: a word starts as its characters, and pairs of neighbours merge, the earliest
/// learnt first, until none is left that merges.
///
/// Sennrich, Haddow and Birch, "Neural machine translation of rare words with subword units"
/// (2016).
struct BytePair: Sendable {
  /// What `tokenizer.json` sets beside the vocabulary and the merges.
  struct Settings: Sendable, Equatable {
    /// How the token for unknown characters is written; nil leaves them out.
    var unknown: String?
    /// Marks a token that continues a word.
    var continuationPrefix: String?
    /// Marks a token that ends a word.
    var endOfWordSuffix: String?
    /// Makes one unknown token of neighbouring unknown characters.
    var fusesUnknown = false
    /// Spells unknown characters byte by byte, as `<0x0A>`.
    var fallsBackToBytes = false
    /// Takes a word that is a token as it is, whatever the merges say.
    var ignoresMerges = false
    /// The "dropout" as the file has it: null or zero.
    var dropout = JSONValue.null

    /// Whether tokens are marked by their place in a word; empty marks are none.
    var marksTokens: Bool {
      !(continuationPrefix ?? "").isEmpty || !(endOfWordSuffix ?? "").isEmpty
    }
  }

  let vocabulary: Vocabulary
  let merges: PairTable
  let settings: Settings
  /// The token of unknown characters; nil where there is none, or the vocabulary lacks it.
  let unknown: SpecialTokens.Token?
  /// By byte, the token of its character for text spelt in bytes (``ByteLevel``); -1 for none.
  let tokensOfBytes: [TokenID]
  /// By byte, the token `<0x..>`; -1 for none.
  let fallbackTokens: [TokenID]
  /// By byte of ASCII, the token of that character; -1 for none.
  let tokensOfASCII: [TokenID]
  /// The vocabulary as the bytes it stands for; only where words are looked up whole.
  let byteVocabulary: Vocabulary?
  /// Whether no merge joins anything with a following U+2581, so that words split before it.
  let splitsBeforeSpaceSign: Bool

  init(
    vocabulary: Vocabulary, merges: PairTable, settings: Settings, splitsBeforeSpaceSign: Bool
  ) {
    self.vocabulary = vocabulary
    self.merges = merges
    self.settings = settings
    unknown = settings.unknown.flatMap { content in
      vocabulary.id(of: content.utf8).map { .init(content: content, id: $0) }
    }
    func id(_ token: [UInt8]) -> TokenID { vocabulary.id(of: token) ?? -1 }
    tokensOfBytes = ByteLevel.characters.map { character in
      var token: [UInt8] = []
      token.appendUTF8(of: character)
      return id(token)
    }
    fallbackTokens = (0..<256).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return id(Array("<0x\(byte < 16 ? "0" : "")\(digits)>".utf8))
    }
    tokensOfASCII = (0..<128).map { id([UInt8($0)]) }
    self.splitsBeforeSpaceSign = splitsBeforeSpaceSign
    byteVocabulary = settings.ignoresMerges ? Self.byteVocabulary(vocabulary) : nil
  }

  private static func byteVocabulary(_ vocabulary: Vocabulary) -> Vocabulary {
    var result = Vocabulary(over: [], expecting: vocabulary.count)
    for id in 0..<vocabulary.idLimit {
      guard let token = vocabulary.token(of: TokenID(id)),
        let bytes = ByteLevel.bytes(of: token)
      else { continue }
      _ = result.insert(bytes, id: id)
    }
    return result
  }

  /// Whether words can be spelt from their bytes themselves instead of ``ByteLevel``'s characters.
  var canSpellBytes: Bool {
    !settings.marksTokens && !settings.fallsBackToBytes
  }
}
