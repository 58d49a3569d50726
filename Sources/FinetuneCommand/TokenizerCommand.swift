import ArgumentParser
import Finetune
import Foundation

/// `finetune tokenizer`: tokenizers by themselves.
struct TokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizer",
    abstract: "Makes tokenizers.",
    discussion: """
      EXAMPLES
        finetune tokenizer train corpus.txt --kind byte-bpe --output tokenizers/mine
      """,
    subcommands: [TrainTokenizerCommand.self])
}

/// `finetune tokenizer train`: a vocabulary of its own from texts.
struct TrainTokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learns a vocabulary from text files.",
    discussion: """
      Each line of a file is a text. Files are read as a stream and may be larger than memory: what is \
      held is the table of distinct words. The vocabulary and merges are those that Hugging Face's \
      tokenizers learns with the same settings; for unigram, nearly all of its pieces.

      byte-bpe   byte-level byte-pair encoding as GPT-2's: every text can be spelt
      wordpiece  WordPiece as BERT's, with [CLS] and [SEP] around a text
      unigram    Unigram as T5's: spaces become visible signs, and </s> stands behind a text; the \
      size must hold every character of the texts

      EXAMPLES
        finetune tokenizer train corpus.txt --kind byte-bpe --output tokenizers/mine
        finetune tokenizer train a.txt b.txt --kind wordpiece --size 20000 \\
          --minimum-count 2 --cased --output tokenizers/bert-like
        finetune tokenizer train corpus.txt --kind unigram --size 8000 --output tokenizers/t5-like
      """)

  /// The kinds that can be trained.
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case bytePair = "byte-bpe"
    case wordPiece = "wordpiece"
    case unigram
  }

  @Argument(help: "Text files in UTF-8.", completion: .file()) var files: [String]
  @Option(help: "What is trained: byte-bpe, wordpiece or unigram.") var kind: Kind
  @Option(help: "Tokens of the vocabulary, special ones included.") var size = 30_000
  @Option(help: "byte-bpe, wordpiece: how often a pair must be there to be merged (default: 2).")
  var minimumCount: Int?
  @Flag(help: "wordpiece: keeps capitals and accents.") var cased = false
  @Option(help: "The folder to make; it must not hold a tokenizer.") var output: String

  func validate() throws {
    guard size > 0 else { throw ValidationError("--size is \(size); it must be above 0.") }
    guard minimumCount ?? 0 >= 0 else {
      throw ValidationError("--minimum-count is \(minimumCount ?? 0); it must be 0 or more.")
    }
    guard minimumCount == nil || kind != .unigram else {
      throw ValidationError(
        "--minimum-count is for byte-bpe and wordpiece; unigram merges no pairs.")
    }
    guard !cased || kind == .wordPiece else {
      throw ValidationError(
        "--cased is for wordpiece; \(kind.rawValue) keeps capitals and accents.")
    }
  }

  func run() throws {
    let folder = URL(filePath: output, directoryHint: .isDirectory)
    let file = folder.appending(path: "tokenizer.json")
    guard !FileManager.default.fileExists(atPath: file.path) else {
      throw ValidationError("\(output) holds a tokenizer already. Name another --output.")
    }
    let tokenizer = try trainer().train(
      onLinesOf: files.map { URL(filePath: $0) }, progress: Self.told())
    try tokenizer.save(to: folder)
    Screen.note("\(tokenizer.vocabularySize) tokens (\(tokenizer.kind)) are in \(output).")
    if tokenizer.vocabularySize < size {
      Screen.note("Note: the texts do not give the \(size) tokens that were asked for.")
    }
  }

  private func trainer() throws -> VocabularyTrainer {
    var trainer: VocabularyTrainer
    switch kind {
    case .bytePair:
      trainer = VocabularyTrainer(.bytePair, stages: try .byteLevel())
      trainer.initialAlphabet = VocabularyTrainer.byteAlphabet
      trainer.specialTokens = ["<|endoftext|>"]
    case .wordPiece:
      // The special tokens are numbered from 0 in their order: [CLS] is 2 and [SEP] 3.
      trainer = VocabularyTrainer(
        .wordPiece,
        stages: try TokenizerStages(
          normalizer: """
            {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, \
            "strip_accents": null, "lowercase": \(!cased)}
            """,
          preTokenizer: #"{"type": "BertPreTokenizer"}"#,
          postProcessor: #"{"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}"#,
          decoder: ###"{"type": "WordPiece", "prefix": "##", "cleanup": true}"###))
      trainer.specialTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    case .unigram:
      trainer = VocabularyTrainer(.unigram, stages: try .sentencePiece(endToken: ("</s>", id: 1)))
      trainer.specialTokens = ["<pad>", "</s>", "<unk>"]
    }
    trainer.size = size
    if kind != .unigram { trainer.minimumFrequency = minimumCount ?? 2 }
    return trainer
  }

  /// Says how far training is, at most once in two seconds.
  private static func told() -> (VocabularyTrainer.Progress) -> Void {
    var last = Date()
    return { progress in
      guard Date().timeIntervalSince(last) >= 2 else { return }
      last = Date()
      switch progress {
      case .counting(let texts, let words):
        Screen.note("reading: \(texts) lines, \(words) distinct words")
      case .merging(let tokens, let all):
        Screen.note("merging: \(tokens) of \(all) tokens (\(100 * tokens / max(1, all))%)")
      case .pruning(let pieces, let target):
        Screen.note("pruning: \(pieces) pieces, on the way down to \(target) tokens")
      }
    }
  }
}
