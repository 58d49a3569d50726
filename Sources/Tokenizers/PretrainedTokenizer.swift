#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// A tokenizer read from the files of a model folder in Hugging Face's layout.
///
/// It gives the same ids and offsets as Hugging Face's `tokenizers`. Values are cheap to copy and
/// may be used from any number of threads.
public struct PretrainedTokenizer: Tokenizer {
  /// The longest sequence, special tokens included, that the model was made for (the file's
  /// `model_max_length`); nil where the files give none or a boundless one.
  public var maximumLength: Int?

  /// The tokens that stand for something other than text.
  public let specialTokens: SpecialTokens

  /// What the files say that is not followed or contradicts itself, as sentences for the user.
  public let notes: [String]

  /// The chat templates of the tokenizer's files, which are saved with it.
  public var chatTemplates = ChatTemplates()

  let pipeline: Pipeline
  let file: TokenizerFile
  let configuration: TokenizerConfiguration

  /// Reads `tokenizer.json`, or where there is none `vocab.json` with `merges.txt`, a SentencePiece
  /// model (`spiece.model`, `sentencepiece.bpe.model`, `tokenizer.model`), which the class in
  /// `tokenizer_config.json` or the `model_type` in `config.json` says how to use, or `vocab.txt`;
  /// and with any of them
  /// `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json` if they are there.
  ///
  /// Where `tokenizer_config.json` contradicts `tokenizer.json` about lower case, accents or
  /// Chinese characters, its word counts, as with Transformers; ``notes`` say so. Truncation and
  /// padding stored in `tokenizer.json` are not applied, but saved again. Chat templates are read
  /// from `chat_template.jinja` and `additional_chat_templates`, else from `tokenizer_config.json`.
  ///
  /// - Throws: ``TokenizersError`` that names the file and the line or key.
  public init(folder: URL) throws {
    var configuration = try TokenizerConfiguration(folder: folder)
    let url = folder.appending(path: "tokenizer.json")
    var notes: [String] = []
    if let bytes = try TextFile.bytes(of: url) {
      file = try TokenizerFile(bytes, name: url.path)
        .reconciled(with: configuration, notes: &notes)
    } else if let pairs = try TokenizerFile(pairsIn: folder, configuration) {
      file = pairs
    } else if let conversion = try SentencePieceConversion(folder: folder, configuration) {
      file = try conversion.converted()
      configuration = conversion.configuration
      notes = conversion.notes
    } else {
      file = try TokenizerFile(vocabularyIn: folder, configuration)
    }
    self.configuration = configuration
    chatTemplates = try ChatTemplates(folder: folder, settings: configuration.settings)
    self.notes = notes
    maximumLength = configuration.maximumLength
    pipeline = try file.pipeline()
    specialTokens = pipeline.specialTokens(configuration)
  }

  /// The kind of its model, as `tokenizer.json` names it: "WordPiece", "BPE", "Unigram" or
  /// "WordLevel".
  public var kind: String { pipeline.model.kind }

  /// The largest id plus one, added tokens included.
  public var vocabularySize: Int {
    let added = pipeline.addedTokens.map { Int($0.id) + 1 }.max() ?? 0
    return max(pipeline.model.vocabulary.idLimit, added)
  }

  /// The id of a token as it is written in the vocabulary.
  public func id(of token: String) -> TokenID? {
    pipeline.addedByContent[token]?.id ?? pipeline.model.vocabulary.id(of: token.utf8)
  }

  /// How the token of an id is written.
  public func token(of id: TokenID) -> String? {
    if let added = pipeline.addedByID[id] { return added.token.content }
    return pipeline.model.vocabulary.token(of: id).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Encodes a text, or a pair of texts.
  ///
  /// - Throws: ``TokenizersError`` of code `truncation` when the text is longer than allowed and
  ///   the options forbid cutting it, or cutting as asked cannot make it fit.
  public func encode(
    _ text: String, pair: String?, options: EncodingOptions
  ) throws -> Encoding {
    var stream = pipeline.makeStream()
    return try pipeline.encode(text, pair, options, &stream)
  }

  /// The text that ids stand for; ids outside the vocabulary are left out.
  public func decode(
    _ ids: some Sequence<TokenID>, skippingSpecialTokens: Bool
  ) -> String {
    pipeline.decode(ids, skippingSpecialTokens: skippingSpecialTokens)
  }
}
