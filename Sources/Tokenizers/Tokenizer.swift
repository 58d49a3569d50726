/// Turns text into tokens and back.
public protocol Tokenizer: Sendable {
  /// The largest id plus one, added tokens included: the rows an embedding needs.
  var vocabularySize: Int { get }

  /// The tokens that stand for something other than text.
  var specialTokens: SpecialTokens { get }

  /// Encodes a text, or a pair of texts.
  ///
  /// - Throws: ``TokenizersError`` of code `truncation` when the text is longer than allowed and
  ///   the options forbid cutting it, or cutting as asked cannot make it fit.
  func encode(_ text: String, pair: String?, options: EncodingOptions) throws -> Encoding

  /// Encodes many texts on up to so many threads; the result is in the order of the inputs.
  ///
  /// - Throws: the error of the first input that has one.
  func encode(batch: [TextInput], options: EncodingOptions, threads: Int) throws -> [Encoding]

  /// The text that ids stand for; ids outside the vocabulary are left out.
  func decode(_ ids: some Sequence<TokenID>, skippingSpecialTokens: Bool) -> String

  /// The id of a token as it is written in the vocabulary.
  func id(of token: String) -> TokenID?

  /// How the token of an id is written.
  func token(of id: TokenID) -> String?
}

extension Tokenizer {
  /// Encodes a text, or a pair of texts, whole and with special tokens.
  public func encode(_ text: String, pair: String? = nil) throws -> Encoding {
    try encode(text, pair: pair, options: EncodingOptions())
  }

  /// Encodes a text.
  public func encode(_ text: String, options: EncodingOptions) throws -> Encoding {
    try encode(text, pair: nil, options: options)
  }

  /// The text that ids stand for, without special tokens.
  public func decode(_ ids: some Sequence<TokenID>) -> String {
    decode(ids, skippingSpecialTokens: true)
  }
}
