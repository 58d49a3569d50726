/// The stages around the model of a tokenizer that is to be trained, as `tokenizer.json` has them.
public struct TokenizerStages: Sendable, Equatable {
  let normalizer: JSONValue
  let preTokenizer: JSONValue
  let postProcessor: JSONValue
  let decoder: JSONValue

  /// Reads stages that are written as in `tokenizer.json`; nil where there is none.
  ///
  /// A post-processor names special tokens with their ids: the trainer's special tokens are
  /// numbered from 0 in their order.
  ///
  /// - Parameters:
  ///   - normalizer: For instance `{"type": "NFC"}`.
  ///   - preTokenizer: For instance `{"type": "Whitespace"}`; without one a text is one word.
  ///   - postProcessor: For instance `{"type": "BertProcessing", …}`.
  ///   - decoder: For instance `{"type": "BPEDecoder", "suffix": "</w>"}`.
  /// - Throws: ``TokenizersError`` where a text is not JSON or a stage is not supported.
  public init(
    normalizer: String? = nil, preTokenizer: String? = nil, postProcessor: String? = nil,
    decoder: String? = nil
  ) throws {
    func value(_ text: String?, _ name: String) throws -> JSONValue {
      try text.map { try JSONReader.value(of: Array($0.utf8), file: name) } ?? .null
    }
    self.normalizer = try value(normalizer, "normalizer")
    self.preTokenizer = try value(preTokenizer, "pre_tokenizer")
    self.postProcessor = try value(postProcessor, "post_processor")
    self.decoder = try value(decoder, "decoder")
    _ = try PostProcessor(Self.stage(self.postProcessor, "post_processor"))
    _ = try Decoder(Self.stage(self.decoder, "decoder"))
    _ = try makeNormalizer()
    _ = try makePreTokenizer()
  }

  /// GPT-2's stages: bytes as characters, split by its pattern, no tokens around a text.
  public static func byteLevel(addsPrefixSpace: Bool = false) throws -> TokenizerStages {
    let stage = """
      {"type": "ByteLevel", "add_prefix_space": \(addsPrefixSpace), "trim_offsets": true, \
      "use_regex": true}
      """
    return try TokenizerStages(preTokenizer: stage, postProcessor: stage, decoder: stage)
  }

  /// BERT's stages: cleaned text, split at spaces and punctuation, no tokens around a text.
  public static func bert(lowercases: Bool) throws -> TokenizerStages {
    try TokenizerStages(
      normalizer: """
        {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, \
        "strip_accents": null, "lowercase": \(lowercases)}
        """,
      preTokenizer: #"{"type": "BertPreTokenizer"}"#,
      decoder: ###"{"type": "WordPiece", "prefix": "##", "cleanup": true}"###)
  }

  /// SentencePiece's stages: text in compatible composition (NFKC), runs of white space as one
  /// space, and each space a visible sign that starts a word.
  ///
  /// `endToken` stands behind each text: one of the trainer's special tokens, with its number among
  /// them; nil for none.
  public static func sentencePiece(
    endToken: (content: String, id: Int)? = nil
  ) throws -> TokenizerStages {
    let sign =
      #"{"type": "Metaspace", "replacement": "\#u{2581}", "prepend_scheme": "always", "split": true}"#
    return try TokenizerStages(
      normalizer: """
        {"type": "Sequence", "normalizers": [{"type": "Nmt"}, {"type": "NFKC"},
         {"type": "Strip", "strip_left": true, "strip_right": true},
         {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]}
        """,
      preTokenizer: sign, postProcessor: endToken.map(Self.template), decoder: sign)
  }

  /// A post-processor that puts a token behind each text.
  private static func template(_ token: (content: String, id: Int)) -> String {
    var writer = JSONWriter()
    writer.string(Array(token.content.utf8))
    let content = String(decoding: writer.bytes, as: UTF8.self)
    func text(_ name: String) -> String {
      #"{"Sequence": {"id": "\#(name)", "type_id": 0}}"#
    }
    let end = #"{"SpecialToken": {"id": \#(content), "type_id": 0}}"#
    return """
      {"type": "TemplateProcessing", "single": [\(text("A")), \(end)],
       "pair": [\(text("A")), \(end), \(text("B")), \(end)],
       "special_tokens": {\(content): {"id": \(content), "ids": [\(token.id)],
        "tokens": [\(content)]}}}
      """
  }

  private static func stage(_ value: JSONValue, _ path: String) -> JSONStage {
    JSONStage(value: value, path: path, file: "the stages")
  }

  func makeNormalizer() throws(TokenizersError) -> Normalizer? {
    try Normalizer(Self.stage(normalizer, "normalizer"))
  }

  func makePreTokenizer() throws(TokenizersError) -> PreTokenizer? {
    try PreTokenizer(Self.stage(preTokenizer, "pre_tokenizer"))
  }
}
