#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// What went wrong with a tokenizer's files or with a text to encode.
public struct TokenizersError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The kinds of trouble.
  public enum Code: String, Sendable {
    /// A file that is needed is not there, or cannot be read.
    case unreadableFile
    /// A file is not UTF-8.
    case notUnicode
    /// A file is not JSON.
    case malformedJSON
    /// A SentencePiece or another binary model file is damaged, or none.
    case malformedModel
    /// A key is missing, unknown, given twice or of the wrong type.
    case invalidKey
    /// A stage of a kind that is not supported.
    case unsupportedStage
    /// The vocabulary is empty, holds a token or an id twice, or lacks one that is needed.
    case invalidVocabulary
    /// An added token cannot have the id that the file gives it.
    case invalidAddedToken
    /// A text is longer than allowed, or cannot be cut as asked.
    case truncation
    /// A text has what the vocabulary cannot spell, and the model has no unknown token.
    case unknownWord
    /// A text is too large for one encoding.
    case textTooLarge
    /// A file cannot be written.
    case unwritableFile
    /// A setting of vocabulary training makes no sense.
    case invalidOption
    /// The texts to train on have more distinct words than allowed.
    case tooManyWords
  }

  /// The kind of trouble.
  public let code: Code
  /// What is wrong, where, and what to do, as a sentence.
  public let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}

extension TokenizersError: LocalizedError {
  /// The description.
  public var errorDescription: String? { description }
}
