import Foundation
import TestSupport
import Testing
import Tokenizers

/// Vocabularies and merges are those that Hugging Face's `tokenizers` trains.
@Suite struct VocabularyTrainingTests {
  @Test("Gives the vocabularies, merges and ids of the reference for crossed settings")
  func agreesOnCrossedSettings() throws {
    let reference = try TrainingReference(["generated"])
    #expect(reference.cases.count > 50)
    for training in reference.cases {
      let texts = try #require(reference.corpora[training.corpus])
      let difference = try training.difference(
        from: training.trainer().train(on: texts), on: texts)
      #expect(difference == nil, "\(training.name): \(difference ?? "")")
    }
  }

  @Test("Streamed lines of a file give what the reference makes of the file, and what texts give")
  func agreesOnFiles() throws {
    let folder = try TemporaryFolder()
    // More than one batch, so that lines are cut between pieces that are read.
    let lines = (0..<120_000).map { "The \($0 % 977) cats, déjà \($0 % 89)\($0 % 7)猫 sat. " }
    let file = try folder.file("lines.txt", containing: lines.joined(separator: "\r\n"))
    let reference = try TrainingReference(["file", file.path])
    let firstTexts = try #require(reference.corpora["file"])
    let texts = lines.dropLast().map { $0 + "\r\n" } + lines.suffix(1)
    for training in reference.cases {
      let streamed = try training.trainer().train(onLinesOf: [file])
      #expect(try training.difference(from: streamed, on: firstTexts) == nil)
      let inMemory = try training.trainer().train(on: texts)
      #expect(try files(of: streamed) == files(of: inMemory))
    }
  }

  @Test(
    "Gives the vocabulary of the reference on XQuAD",
    .enabled(if: SharedData.isHere, "\(SharedData.reason)"))
  func agreesOnQuestionsAndContexts() throws {
    let folder = try TemporaryFolder()
    let texts = try SharedTexts.xquad("en") + SharedTexts.xquad("zh")
    let file = try folder.file("xquad.txt", containing: texts.joined(separator: "\n"))
    let reference = try TrainingReference(["file", file.path])
    let firstTexts = try #require(reference.corpora["file"])
    for training in reference.cases {
      let tokenizer = try training.trainer().train(onLinesOf: [file])
      let difference = try training.difference(from: tokenizer, on: firstTexts)
      #expect(difference == nil, "\(training.name): \(difference ?? "")")
    }
  }

  @Test("The number of threads and the order of texts change nothing")
  func isDeterministic() throws {
    let texts = (0..<3000).map { "word\($0 % 313) and pièce\($0 % 71)" }
    var trainer = VocabularyTrainer(.wordPiece, stages: try .bert(lowercases: true))
    trainer.size = 400
    trainer.threads = 1
    let one = try files(of: trainer.train(on: texts))
    trainer.threads = 5
    #expect(try files(of: trainer.train(on: texts)) == one)
    #expect(try files(of: trainer.train(on: texts.reversed())) == one)
  }

  @Test("A trained tokenizer is saved, read again and spells with its pieces")
  func isAWholeTokenizer() throws {
    var trainer = VocabularyTrainer(.bytePair, stages: try .byteLevel())
    trainer.size = 280
    trainer.specialTokens = ["<|endoftext|>"]
    trainer.initialAlphabet = VocabularyTrainer.byteAlphabet
    let trained = try trainer.train(on: ["low lower lowest", "low slow"])
    let folder = try TemporaryFolder()
    try trained.save(to: folder.url)
    let read = try PretrainedTokenizer(folder: folder.url)
    let text = "lowest 猫<|endoftext|>"
    let ids = try read.encode(text, options: EncodingOptions()).ids
    #expect(ids == (try trained.encode(text, options: EncodingOptions()).ids))
    #expect(ids.last == 0)
    #expect(read.decode(ids, skippingSpecialTokens: false) == text)
    #expect(read.id(of: "low") != nil)
  }

  @Test("Progress tells the texts that were read and the tokens that there are")
  func tellsProgress() throws {
    var trainer = VocabularyTrainer(.bytePair, stages: try .byteLevel())
    trainer.size = 5
    var told: [VocabularyTrainer.Progress] = []
    _ = try trainer.train(on: ["aba aba", "ab"]) { told.append($0) }
    #expect(
      told == [.counting(texts: 2, distinctWords: 3), .merging(tokens: 5, of: 5)])
  }

  // MARK: What is refused

  @Test("More distinct words than the bound are refused")
  func refusesTooManyWords() throws {
    var trainer = VocabularyTrainer(.bytePair, stages: try .byteLevel())
    trainer.maximumDistinctWords = 3
    #expect(throws: Never.self) { try trainer.train(on: ["a b a", " b"]) }
    expectFailure(
      .tooManyWords,
      "The texts have more than 3 distinct words, the bound that keeps training within memory. "
        + "Raise maximumDistinctWords, or split texts with a pre-tokenizer."
    ) { try trainer.train(on: ["a b a", " b d"]) }
  }

  private static let badSettings: [(String, @Sendable (inout VocabularyTrainer) -> Void)] = [
    ("The vocabulary's size is 0; it must be from 1 to 16777215.", { $0.size = 0 }),
    (
      "The minimum frequency is -1; it must not be negative.", { $0.minimumFrequency = -1 }
    ),
    ("The alphabet's limit is -2; it must not be negative.", { $0.alphabetLimit = -2 }),
    (
      "The maximum length of tokens is 0; it must be 1 or more.", { $0.maximumTokenLength = 0 }
    ),
    (
      "The bound of distinct words is 0; it must be 1 or more.", { $0.maximumDistinctWords = 0 }
    ),
    (
      "A special token is empty; give it a text or leave it out.",
      { $0.specialTokens = ["[UNK]", ""] }
    ),
    (
      "The prefix of continuing pieces is empty; use nil for none.",
      { $0.continuationPrefix = "" }
    ),
    ("The suffix of words' ends is empty; use nil for none.", { $0.endOfWordSuffix = "" }),
    (
      "WordPiece needs an unknown token, such as \"[UNK]\"; none is given.",
      { $0.unknownToken = nil }
    ),
    (
      "WordPiece needs a prefix of continuing pieces, such as \"##\"; none is given.",
      { $0.continuationPrefix = nil }
    ),
    (
      "The unknown token \"[UNK]\" is not among the special tokens; add it to them.",
      { $0.specialTokens = [] }
    ),
  ]

  @Test(
    "Settings that make no sense are refused",
    arguments: badSettings)
  func refusesBadSettings(
    message: String, change: @Sendable (inout VocabularyTrainer) -> Void
  ) throws {
    var trainer = VocabularyTrainer(.wordPiece, stages: try .bert(lowercases: true))
    change(&trainer)
    expectFailure(.invalidOption, message) { try trainer.train(on: ["text"]) }
  }

  @Test("A file that is not there, or not UTF-8, is refused with its line")
  func refusesBadFiles() throws {
    let folder = try TemporaryFolder()
    let trainer = VocabularyTrainer(.bytePair, stages: try .byteLevel())
    let missing = try folder.file("missing.txt")
    let error = #expect(throws: TokenizersError.self) { try trainer.train(onLinesOf: [missing]) }
    #expect(error?.code == .unreadableFile)
    let file = try folder.file("bad.txt")
    try Data("one\ntwo \u{e9}\n".utf8 + [0x61, 0xFF, 0x0A]).write(to: file)
    expectFailure(
      .notUnicode, "\(file.path), line 3: the bytes are not UTF-8; save the file as UTF-8."
    ) { try trainer.train(onLinesOf: [file]) }
  }

  private func expectFailure(
    _ code: TokenizersError.Code, _ message: String, _ body: () throws -> PretrainedTokenizer
  ) {
    let error = #expect(throws: TokenizersError.self) { try body() }
    #expect(error?.code == code)
    #expect(error?.description == message)
  }

  /// The `tokenizer.json` of a tokenizer.
  private func files(of tokenizer: PretrainedTokenizer) throws -> Data {
    let folder = try TemporaryFolder()
    try tokenizer.save(to: folder.url)
    return try Data(contentsOf: folder.url.appending(path: "tokenizer.json"))
  }
}

/// What `Tests/Oracles/tokenizers_training.py` printed.
private struct TrainingReference: Decodable {
  let corpora: [String: [String]]
  let cases: [Training]

  init(_ arguments: [String]) throws {
    self = try JSONDecoder().decode(
      Self.self, from: PythonOracle("tokenizers_training").run(arguments))
  }

  struct Training: Decodable {
    let corpus: String
    let stages: String
    let model: String
    let normalizer: String?
    let preTokenizer: String?
    let size: Int
    let frequency: Int
    let special: [String]
    let alphabet: [String]
    let limit: Int?
    let prefix: String?
    let suffix: String?
    let longest: Int?
    let result: Result

    struct Result: Decodable {
      let vocabulary: [Entry]
      let merges: [[String]]
      let ids: [[TokenID]]
    }

    /// Swift's strings are equal where they are canonically equivalent, so tokens are scalars.
    struct Entry: Decodable {
      let token: String
      let id: TokenID
    }

    var name: String {
      "\(model) on \(corpus) with \(stages), size \(size), frequency \(frequency), "
        + "limit \(limit ?? -1), longest \(longest ?? -1), \(prefix ?? "no prefix"), "
        + "\(suffix ?? "no suffix"), initial \(alphabet.count)"
    }

    func trainer() throws -> VocabularyTrainer {
      var trainer = VocabularyTrainer(
        model == "BPE" ? .bytePair : .wordPiece,
        stages: try TokenizerStages(normalizer: normalizer, preTokenizer: preTokenizer))
      trainer.size = size
      trainer.minimumFrequency = frequency
      trainer.specialTokens = special
      trainer.unknownToken = special.contains("[UNK]") ? "[UNK]" : nil
      trainer.initialAlphabet = alphabet.compactMap(\.unicodeScalars.first)
      trainer.alphabetLimit = limit
      trainer.continuationPrefix = prefix
      trainer.endOfWordSuffix = suffix
      trainer.maximumTokenLength = longest
      return trainer
    }

    /// The first thing in which a tokenizer differs from the reference's.
    func difference(from tokenizer: PretrainedTokenizer, on texts: [String]) throws -> String? {
      if tokenizer.vocabularySize != result.vocabulary.count {
        return "\(tokenizer.vocabularySize) tokens instead of \(result.vocabulary.count)"
      }
      for entry in result.vocabulary {
        let token = tokenizer.token(of: entry.id) ?? ""
        if !token.unicodeScalars.elementsEqual(entry.token.unicodeScalars) {
          return "the token \(entry.id) is \(token) instead of \(entry.token)"
        }
      }
      if model == "BPE" {
        let merges = try Self.merges(of: tokenizer)
        guard merges.count == result.merges.count else {
          return "\(merges.count) merges instead of \(result.merges.count)"
        }
        for (place, (found, wanted)) in zip(merges, result.merges).enumerated() {
          for (one, other) in zip(found, wanted)
          where !one.unicodeScalars.elementsEqual(other.unicodeScalars) {
            return "merge \(place) is \(found) instead of \(wanted)"
          }
        }
      }
      for (text, ids) in zip(texts, result.ids) {
        let found = try tokenizer.encode(text, options: EncodingOptions()).ids
        if found != ids { return "\(text.debugDescription) is \(found) instead of \(ids)" }
      }
      return nil
    }

    private static func merges(of tokenizer: PretrainedTokenizer) throws -> [[String]] {
      struct File: Decodable {
        struct Model: Decodable { let merges: [[String]] }
        let model: Model
      }
      let folder = try TemporaryFolder()
      try tokenizer.save(to: folder.url)
      let data = try Data(contentsOf: folder.url.appending(path: "tokenizer.json"))
      return try JSONDecoder().decode(File.self, from: data).model.merges
    }
  }
}
