/// What the metadata of a GGUF file say of its tokenizer: the values of the keys that begin with
/// `tokenizer.`, of which the names below leave out that beginning.
public struct GGUFVocabulary: Sendable {
  /// How words are spelt (`ggml.model`): "llama" for SentencePiece's byte pairs, "gpt2" for
  /// byte-level byte-pair encoding.
  public var model: String
  /// How text is split into words where `model` is "gpt2" (`ggml.pre`), for instance "llama-bpe".
  public var preTokenizer: String?
  /// The model's architecture (`general.architecture`), for instance "llama".
  public var architecture: String?
  /// The tokens in the order of their ids (`ggml.tokens`).
  public var tokens: [String]
  /// The tokens' scores, the higher the earlier a merge (`ggml.scores`); empty if not given.
  public var scores: [Float]
  /// What the tokens are for (`ggml.token_type`): 1 normal, 2 unknown, 3 control, 4 user-defined,
  /// 5 unused, 6 byte; empty if not given.
  public var tokenTypes: [Int]
  /// Pairs of tokens with a space between, in the order of merging (`ggml.merges`).
  public var merges: [String]
  /// The id of the token that opens a text (`ggml.bos_token_id`).
  public var beginningID: Int?
  /// The id of the token that ends a text (`ggml.eos_token_id`).
  public var endID: Int?
  /// The id of the token for what cannot be spelt (`ggml.unknown_token_id`).
  public var unknownID: Int?
  /// The id of the token that fills batches (`ggml.padding_token_id`).
  public var paddingID: Int?
  /// Whether texts get the opening token (`ggml.add_bos_token`); nil if not given, which means yes
  /// for "llama" and no for "gpt2".
  public var addsBeginning: Bool?
  /// Whether texts get the ending token (`ggml.add_eos_token`); nil if not given, which means no.
  public var addsEnd: Bool?
  /// How conversations are written, in Jinja (`chat_template`).
  public var chatTemplate: String?

  /// A vocabulary of which only the kind and the tokens are known so far.
  public init(model: String, tokens: [String]) {
    self.model = model
    self.tokens = tokens
    scores = []
    tokenTypes = []
    merges = []
  }
}

extension PretrainedTokenizer {
  /// Makes the tokenizer that a GGUF file describes.
  ///
  /// - Parameters:
  ///   - vocabulary: The values of the file's metadata.
  ///   - name: What messages call the file.
  /// - Throws: ``TokenizersError`` of code `unsupportedStage` for a kind of tokenizer that is not
  ///   supported, by name, and of `invalidVocabulary` for values that contradict each other.
  public init(_ vocabulary: GGUFVocabulary, name: String) throws {
    let conversion = try GGUFConversion(vocabulary, file: name)
    try self.init(
      conversion.tokenizerFile(), configuration: conversion.configuration, notes: [])
  }
}
