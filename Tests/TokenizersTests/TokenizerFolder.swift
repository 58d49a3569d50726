import Foundation
import TestSupport
import Testing
import Tokenizers

/// A small tokenizer's folder, to be broken or varied by a test.
struct TokenizerFolder {
  let folder: TemporaryFolder
  var url: URL { folder.url }

  /// The tokens of the small vocabulary, in the order of their ids.
  static let tokens = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "sat", "##s", "##ting", "un",
    "##known", "mat", ".", ",", "don", "'", "t", "é", "e", "中", "国", "The", "Cat",
  ]

  /// The folder with only a `vocab.txt`.
  static func vocabulary(
    _ tokens: [String] = tokens, configuration: String? = nil, map: String? = nil
  ) throws -> TokenizerFolder {
    let folder = try TemporaryFolder()
    _ = try folder.file("vocab.txt", containing: tokens.joined(separator: "\n") + "\n")
    if let configuration {
      _ = try folder.file("tokenizer_config.json", containing: configuration)
    }
    if let map { _ = try folder.file("special_tokens_map.json", containing: map) }
    return TokenizerFolder(folder: folder)
  }

  /// The folder with only a `tokenizer.json`, whose parts can be replaced.
  static func stages(
    normalizer: String = """
    {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, \
    "strip_accents": null, "lowercase": true}
    """,
    preTokenizer: String = #"{"type": "BertPreTokenizer"}"#,
    postProcessor: String =
      #"{"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}"#,
    decoder: String = ###"{"type": "WordPiece", "prefix": "##", "cleanup": true}"###,
    addedTokens: String = "[]",
    model: String? = nil,
    extra: String = "",
    configuration: String? = nil
  ) throws -> TokenizerFolder {
    let folder = try TemporaryFolder()
    let vocabulary = tokens.enumerated().map { "\"\($0.element)\": \($0.offset)" }
    let model =
      model ?? """
        {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
         "max_input_chars_per_word": 100, "vocab": {\(vocabulary.joined(separator: ", "))}}
        """
    _ = try folder.file(
      "tokenizer.json",
      containing: """
        {"version": "1.0", "truncation": null, "padding": null,
         "added_tokens": \(addedTokens), \(extra)
         "normalizer": \(normalizer),
         "pre_tokenizer": \(preTokenizer),
         "post_processor": \(postProcessor),
         "decoder": \(decoder),
         "model": \(model)}
        """)
    if let configuration {
      _ = try folder.file("tokenizer_config.json", containing: configuration)
    }
    return TokenizerFolder(folder: folder)
  }

  func tokenizer() throws -> PretrainedTokenizer {
    // The folder must not be removed before it is read.
    try withExtendedLifetime(folder) { try PretrainedTokenizer(folder: url) }
  }

  /// Expects that loading fails with a message that holds all of some words.
  func expectFailure(
    _ code: TokenizersError.Code, _ words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    do {
      _ = try tokenizer()
      Issue.record("loading succeeded", sourceLocation: sourceLocation)
    } catch let error as TokenizersError {
      #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
      for word in words {
        #expect(
          error.description.contains(word), "\(error) lacks \(word)",
          sourceLocation: sourceLocation)
      }
    } catch {
      Issue.record("\(error)", sourceLocation: sourceLocation)
    }
  }
}
