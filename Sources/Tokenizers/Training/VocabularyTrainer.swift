#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Makes a tokenizer with a vocabulary of its own from texts: byte-pair encoding, WordPiece or
/// Unigram.
///
/// The vocabulary and merges are those of Hugging Face's `tokenizers` with the same settings. That
/// holds wherever its own result is certain: with a prefix or suffix of pieces it numbers marked
/// characters in an order that changes from run to run; here they come in the order of the words'
/// bytes, so that the same texts give the same tokenizer, on any number of threads. Unigram's seeds
/// and probabilities are those of `tokenizers`; of the pieces that pruning leaves, a few in a hundred
/// differ, and the likelihood of other texts by less than 1 %.
///
/// Gage, "A new algorithm for data compression" (1994); Sennrich, Haddow and Birch, "Neural machine
/// translation of rare words with subword units" (2016). WordPiece here is what `tokenizers` trains
/// under that name: byte-pair encoding with the prefix `##`. Unigram: Kudo, "Subword
/// regularization" (2018).
///
/// Memory is that of the table of distinct words, not of the texts: about 600 bytes for a word of
/// nine characters, most of it while learning. ``maximumDistinctWords`` bounds it.
public struct VocabularyTrainer: Sendable {
  /// The model that is trained.
  public enum Model: Sendable {
    /// Byte-pair encoding, which spells words by merges.
    case bytePair
    /// WordPiece, which spells words by the longest pieces.
    case wordPiece
    /// Unigram, which spells words by the pieces that are most probable together.
    case unigram
  }

  /// How far training is.
  public enum Progress: Sendable, Equatable {
    /// So many texts were read, and so many distinct words found in them.
    case counting(texts: Int, distinctWords: Int)
    /// The vocabulary has so many tokens of the number that was asked for.
    case merging(tokens: Int, of: Int)
    /// Unigram has so many pieces left, on the way down to the vocabulary's size.
    case pruning(pieces: Int, target: Int)
  }

  /// The model that is trained.
  public var model: Model
  /// The stages around the model; texts are normalised and split by them.
  public var stages: TokenizerStages
  /// Tokens of the vocabulary, special ones and single characters included, which are there even if
  /// they are more; fewer where the texts do not give so many.
  ///
  /// Unigram refuses a size that does not hold them.
  public var size = 30_000
  /// How often a pair must be there to be merged; Unigram has no such setting.
  public var minimumFrequency = 0
  /// Special tokens, numbered from 0 in their order; one that is named twice counts once.
  public var specialTokens: [String] = []
  /// The special token for what cannot be spelt; WordPiece needs one.
  public var unknownToken: String?
  /// Single characters at most: the least frequent are left out of words; of equally frequent ones
  /// those of higher code points.
  ///
  /// Unigram keeps them all.
  public var alphabetLimit: Int?
  /// Characters that are in the alphabet whether texts have them or not.
  public var initialAlphabet: [Unicode.Scalar] = []
  /// What marks a piece that does not start its word, such as `##`; it is no part of the text.
  public var continuationPrefix: String?
  /// What marks a piece that ends its word, such as `</w>`; it is no part of the text.
  public var endOfWordSuffix: String?
  /// Merges make tokens of fewer characters than this, and of two in any case.
  ///
  /// Marks do not count. This is how `tokenizers` reads its `max_token_length`. Unigram's pieces
  /// have so many characters at most, 255 with nil.
  public var maximumTokenLength: Int?
  /// Unigram: the share of pieces that a round of pruning leaves, above 0 and below 1.
  public var shrinkingFactor = 0.75
  /// Unigram: how often probabilities are estimated before each round of pruning.
  public var iterationsPerPruning = 2
  /// Training refuses texts with more distinct words, instead of running out of memory.
  ///
  /// Ten million words take about 6 GB.
  public var maximumDistinctWords = 10_000_000
  /// Threads that count words, on which the result does not depend; below 1 counts as 1.
  public var threads = ProcessInfo.processInfo.activeProcessorCount

  /// A trainer with the settings of `tokenizers`: 30,000 tokens; for WordPiece the prefix `##` and
  /// the unknown token `[UNK]`; for Unigram 8,000 tokens, pieces of 16 characters at most, and the
  /// unknown token `<unk>`.
  public init(_ model: Model, stages: TokenizerStages) {
    self.model = model
    self.stages = stages
    switch model {
    case .bytePair: break
    case .wordPiece:
      continuationPrefix = "##"
      unknownToken = "[UNK]"
      specialTokens = ["[UNK]"]
    case .unigram:
      size = 8_000
      maximumTokenLength = 16
      unknownToken = "<unk>"
      specialTokens = ["<unk>"]
    }
  }

  /// The characters that stand for bytes in byte-level models, for ``initialAlphabet``.
  public static let byteAlphabet: [Unicode.Scalar] =
    ByteLevel.characters.compactMap { Unicode.Scalar($0) }

  /// Trains on texts, which are read once and not kept.
  ///
  /// - Throws: ``TokenizersError`` of code `invalidOption` for settings that make no sense, of code
  ///   `tooManyWords` when the bound is passed.
  public func train(
    on texts: some Sequence<String>, progress: (Progress) -> Void = { _ in }
  ) throws -> PretrainedTokenizer {
    var iterator = texts.makeIterator()
    return try train(progress) { (batch) throws(TokenizersError) in
      while !batch.isFull, let text = iterator.next() { try batch.append(text) }
    }
  }

  /// Trains on the lines of files, each with its line feed, as `tokenizers` reads them.
  ///
  /// Files are read as a stream and may be larger than memory.
  ///
  /// - Throws: ``TokenizersError`` as for texts, and of code `unreadableFile` or `notUnicode`.
  public func train(
    onLinesOf files: [URL], progress: (Progress) -> Void = { _ in }
  ) throws -> PretrainedTokenizer {
    var reader = LineReader(files)
    return try train(progress) { (batch) throws(TokenizersError) in try reader.fill(&batch) }
  }

  private func train(
    _ progress: (Progress) -> Void, fill: (inout TextBatch) throws(TokenizersError) -> Void
  ) throws(TokenizersError) -> PretrainedTokenizer {
    try checkSettings()
    let counter = WordCounter(
      normalizer: try stages.makeNormalizer(), preTokenizer: try stages.makePreTokenizer(),
      threads: threads, limit: maximumDistinctWords)
    let words = try counter.count(progress, fill: fill)
    return try tokenizer(learn(words, keepsBytes: counter.keepsBytes, progress))
  }

  /// The name under which errors tell of the tokenizer.
  static let name = "the trained tokenizer"

  private func learn(
    _ words: WordTable, keepsBytes: Bool, _ progress: (Progress) -> Void
  ) throws(TokenizersError) -> Tokenizers.Model {
    guard model == .unigram else {
      var learner = PairLearner(self)
      learner.learn(words, keepsBytes: keepsBytes, progress)
      return try learner.model()
    }
    var learner = try UnigramLearner(self, words, keepsBytes: keepsBytes)
    learner.learn(progress)
    let (vocabulary, scores) = learner.vocabulary()
    return .unigram(
      Unigram(
        vocabulary: vocabulary, scores: scores,
        unknown: unknownToken.flatMap { vocabulary.id(of: $0.utf8) }, hasByteFallback: false))
  }

  /// The stages with what was learnt as their model.
  private func tokenizer(
    _ model: Tokenizers.Model
  ) throws(TokenizersError) -> PretrainedTokenizer {
    var file = TokenizerFile(name: Self.name, model: model)
    var added = AddedVocabulary(over: model.vocabulary)
    for token in specialTokens { added.add(AddedToken.special(token)) }
    file.addedTokens = added.tokens
    file.normalizer = stages.normalizer
    file.preTokenizer = stages.preTokenizer
    file.postProcessor = stages.postProcessor
    file.decoder = stages.decoder
    return try PretrainedTokenizer(file, configuration: TokenizerConfiguration(), notes: [])
  }
}
