import Foundation
import TestSupport
import Testing
import Tokenizers

/// Unigram vocabularies are as good as those that Hugging Face's `tokenizers` trains.
@Suite struct UnigramTrainingTests {
  private static let metaspace =
    #"{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}"#

  @Test("Seeds and expectation-maximisation without pruning give the reference's pieces and scores")
  func agreesWithoutPruning() throws {
    var cases: [UnigramCase] = []
    for (name, texts) in try Self.madeUpTexts().sorted(by: { $0.key < $1.key }) {
      for stage in [Self.metaspace, #"{"type": "Whitespace"}"#, nil] {
        cases.append(UnigramCase(name: name, texts: texts, preTokenizer: stage, size: 100_000))
      }
      // One word of thousands of characters, whose probability no number can hold.
      let long = texts.joined()
      cases.append(UnigramCase(name: "long \(name)", texts: [long, "🙂🙃🙂🙃" + long], size: 100_000))
    }
    cases[1].longest = 3
    cases[2].iterations = 4
    cases[3].alphabet = ["é", "猫", "q"]
    for (training, expected) in zip(cases, try UnigramCase.train(cases)) {
      let found = try training.trained().vocabulary()
      #expect(found.count == expected.vocabulary.count, "\(training.name)")
      let wanted = Dictionary(
        uniqueKeysWithValues: expected.vocabulary.map { (Array($0.token.utf8), $0.score) })
      for (token, score) in found where token.unicodeScalars.count > 1 {
        let other = try #require(wanted[Array(token.utf8)], "\(training.name): \(token)")
        #expect(abs(score - other) < 1e-5, "\(training.name): \(token)")
      }
      // Characters that are hardly ever expected alone have scores in an order left to chance.
      let characters = expected.vocabulary.filter { $0.token.unicodeScalars.count == 1 }
      let foundCharacters = found.filter { $0.token.unicodeScalars.count == 1 }
      for (one, other) in zip(
        foundCharacters.map(\.score).sorted(), characters.map(\.score).sorted())
      {
        #expect(abs(one - other) < 1e-5, "\(training.name)")
      }
    }
  }

  @Test("Other texts are as likely as with the reference's vocabulary, within 1 %, and ids agree")
  func agreesInLikelihood() throws {
    var cases: [UnigramCase] = []
    for (name, texts) in try Self.madeUpTexts("large").sorted(by: { $0.key < $1.key }) {
      for size in [600, 900, 1300] {
        var training = UnigramCase(name: name, texts: texts, size: size)
        training.holdOut(5)
        cases.append(training)
      }
    }
    cases[0].longest = 4
    cases[1].factor = 0.5
    cases[4].iterations = 1
    try expectAgreement(cases)
  }

  @Test(
    "Contexts and questions of XQuAD, English and Chinese, are as likely as with the reference",
    .enabled(if: SharedData.isHere, "\(SharedData.reason)"))
  func agreesOnQuestionsAndContexts() throws {
    let cases = try ["en", "zh"].map { language in
      var training = UnigramCase(
        name: language, texts: try SharedTexts.xquad(language), size: 5000)
      training.holdOut(10)
      return training
    }
    try expectAgreement(cases)
  }

  private func expectAgreement(_ cases: [UnigramCase]) throws {
    for (training, expected) in zip(cases, try UnigramCase.train(cases)) {
      let tokenizer = try training.trained()
      #expect(tokenizer.vocabularySize == training.size, "\(training.name)")
      let found = try UnigramAnswers(of: tokenizer, on: training.heldOut)
      let difference = found.likelihood / expected.likelihood - 1
      #expect(abs(difference) < 0.01, "\(training.name), \(training.size): \(difference)")
      #expect(try training.heldOut.map { try tokenizer.encode($0).ids } == found.ids)
    }
  }

  @Test(
    "Special tokens stand first, every character has a token, and the size is what was asked for")
  func holdsWhatItMust() throws {
    let texts = try #require(Self.madeUpTexts()["mixed"])
    var trainer = VocabularyTrainer(
      .unigram, stages: try TokenizerStages(preTokenizer: Self.metaspace))
    trainer.specialTokens = ["<pad>", "<unk>", "the", "<pad>", "a"]
    trainer.initialAlphabet = ["𝔸", "é"]
    trainer.size = 600
    let tokenizer = try trainer.train(on: texts)
    #expect(tokenizer.vocabularySize == 600)
    #expect((0..<4).map { tokenizer.token(of: $0) } == ["<pad>", "<unk>", "the", "a"])
    let tokens = Set(try tokenizer.vocabulary().map { Array($0.token.utf8) })
    #expect(tokens.count == 600)
    for scalar in Set(texts.joined().unicodeScalars).union(["𝔸", "é", "▁"]) where scalar != " " {
      #expect(tokens.contains(Array(String(scalar).utf8)), "\(scalar)")
    }
    for text in texts {
      #expect(!(try tokenizer.encode(text).ids).contains(1), "\(text.debugDescription)")
    }
    #expect(try tokenizer.encode("ж").ids.last == 1)
  }

  @Test("The number of threads and the order of texts change nothing")
  func isDeterministic() throws {
    let texts = try #require(Self.madeUpTexts()["mixed"])
    var trainer = VocabularyTrainer(
      .unigram, stages: try TokenizerStages(preTokenizer: Self.metaspace))
    trainer.size = 500
    trainer.threads = 1
    let one = try trainer.train(on: texts).file()
    trainer.threads = 5
    #expect(try trainer.train(on: texts).file() == one)
    #expect(try trainer.train(on: texts.reversed()).file() == one)
  }

  @Test("SentencePiece's stages put the end token behind texts, and are read by the reference")
  func hasStagesOfItsOwn() throws {
    var trainer = VocabularyTrainer(
      .unigram, stages: try .sentencePiece(endToken: ("</s>", id: 1)))
    trainer.specialTokens = ["<pad>", "</s>", "<unk>"]
    trainer.size = 60
    let lines = ["The cat sat on the mat.\n", "the  cats\tsat,  and ｔｈｅ mats sat\n"]
    let tokenizer = try trainer.train(on: lines)
    let texts = ["the cat sat", " the\nmat  ", "", "Zürich </s> sat"]
    let ids = try texts.map { try tokenizer.encode($0).ids }
    #expect(try UnigramAnswers(of: tokenizer, on: texts).ids == ids)
    #expect(ids.allSatisfy { $0.last == 1 })
    #expect(tokenizer.decode(ids[1], skippingSpecialTokens: true) == "the mat")
    #expect(tokenizer.id(of: "\n") == nil)
  }

  @Test("Byte-level words are trained in the characters that stand for bytes")
  func trainsOnBytes() throws {
    var trainer = VocabularyTrainer(.unigram, stages: try .byteLevel())
    trainer.initialAlphabet = VocabularyTrainer.byteAlphabet
    trainer.size = 300
    let tokenizer = try trainer.train(on: (0..<40).map { "The cats, déjà \($0)猫 sat." })
    let text = "cats 猫 Ω\n"
    let ids = try tokenizer.encode(text).ids
    #expect(!ids.contains(0))
    #expect(tokenizer.decode(ids, skippingSpecialTokens: false) == text)
    #expect(try UnigramAnswers(of: tokenizer, on: [text]).ids == [ids])
  }

  @Test("Progress tells the texts that were read and the pieces that are left")
  func tellsProgress() throws {
    var trainer = VocabularyTrainer(.unigram, stages: try TokenizerStages())
    trainer.size = 6
    var told: [VocabularyTrainer.Progress] = []
    let tokenizer = try trainer.train(on: ["abab", "ab"]) { told.append($0) }
    #expect(told.first == .counting(texts: 2, distinctWords: 2))
    guard case .pruning(let pieces, 6) = told.last else {
      Issue.record("\(told)")
      return
    }
    #expect(1...3 ~= pieces)
    #expect(Set((0..<4).map { tokenizer.token(of: $0) }) == ["<unk>", "a", "b", "ab"])
  }

  // MARK: What is refused

  @Test("A size without room for all characters is refused, and so are texts without words")
  func refusesWhatCannotBeTrained() throws {
    var trainer = VocabularyTrainer(.unigram, stages: try TokenizerStages())
    trainer.size = 6
    trainer.initialAlphabet = ["ä", "b"]
    #expect(throws: Never.self) { try trainer.train(on: ["abc", "cad"]) }
    expectFailure(
      .invalidOption,
      "The vocabulary's size is 6, but Unigram keeps all 6 characters of the texts and of the "
        + "initial alphabet, and 1 special tokens: the size must be 7 or more."
    ) { try trainer.train(on: ["abc", "cade"]) }
    for texts in [[], [""]] as [[String]] {
      expectFailure(
        .invalidVocabulary,
        "The texts have no words, so that Unigram has nothing to learn from. Give other texts."
      ) { try trainer.train(on: texts) }
    }
  }

  private static let badSettings: [(String, @Sendable (inout VocabularyTrainer) -> Void)] = [
    (
      "Unigram knows no minimum frequency, and it is 2; leave it at 0.",
      { $0.minimumFrequency = 2 }
    ),
    (
      "Unigram keeps every character; leave the alphabet's limit at nil.",
      { $0.alphabetLimit = 100 }
    ),
    (
      "Unigram marks no pieces; leave the prefix and the suffix of pieces at nil.",
      { $0.endOfWordSuffix = "</w>" }
    ),
    (
      "The maximum length of tokens is 256; for Unigram it must be 255 or less.",
      { $0.maximumTokenLength = 256 }
    ),
    (
      "The shrinking factor is 1.0; it must be above 0 and below 1.", { $0.shrinkingFactor = 1 }
    ),
    (
      "The shrinking factor is nan; it must be above 0 and below 1.", { $0.shrinkingFactor = .nan }
    ),
    (
      "The iterations before pruning are 0; there must be 1 or more.",
      { $0.iterationsPerPruning = 0 }
    ),
    (
      "The unknown token \"<unk>\" is not among the special tokens; add it to them.",
      { $0.specialTokens = [] }
    ),
  ]

  @Test("Settings that make no sense are refused", arguments: badSettings)
  func refusesBadSettings(
    message: String, change: @Sendable (inout VocabularyTrainer) -> Void
  ) throws {
    var trainer = VocabularyTrainer(.unigram, stages: try TokenizerStages())
    change(&trainer)
    expectFailure(.invalidOption, message) { try trainer.train(on: ["text"]) }
  }

  private func expectFailure(
    _ code: TokenizersError.Code, _ message: String, _ body: () throws -> PretrainedTokenizer
  ) {
    let error = #expect(throws: TokenizersError.self) { try body() }
    #expect(error?.code == code)
    #expect(error?.description == message)
  }

  /// Texts of made-up languages, by their names.
  private static func madeUpTexts(_ kind: String = "small") throws -> [String: [String]] {
    try JSONDecoder().decode(
      [String: [String]].self, from: PythonOracle("tokenizers_unigram_training").run([kind]))
  }
}

/// A training that the reference and ours run alike.
private struct UnigramCase: Encodable {
  var name: String
  var texts: [String]
  var preTokenizer: String? =
    #"{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}"#
  var size: Int
  var heldOut: [String] = []
  var special = ["<unk>", "[X]"]
  var alphabet: [String] = []
  var longest = 16
  var factor = 0.75
  var iterations = 2

  private enum CodingKeys: CodingKey {
    case texts, preTokenizer, size, heldOut, special, alphabet, longest, factor, iterations
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(texts, forKey: .texts)
    try container.encode(preTokenizer, forKey: .preTokenizer)
    try container.encode(size, forKey: .size)
    try container.encode(heldOut, forKey: .heldOut)
    try container.encode(special, forKey: .special)
    try container.encode(alphabet, forKey: .alphabet)
    try container.encode(longest, forKey: .longest)
    try container.encode(factor, forKey: .factor)
    try container.encode(iterations, forKey: .iterations)
  }

  /// Takes every so many texts out of training.
  mutating func holdOut(_ step: Int) {
    let all = texts.enumerated()
    heldOut = all.filter { $0.offset % step == 0 }.map(\.element)
    texts = all.filter { $0.offset % step != 0 }.map(\.element)
  }

  func trained() throws -> PretrainedTokenizer {
    var trainer = VocabularyTrainer(
      .unigram, stages: try TokenizerStages(preTokenizer: preTokenizer))
    trainer.size = size
    trainer.specialTokens = special
    trainer.initialAlphabet = alphabet.compactMap(\.unicodeScalars.first)
    trainer.maximumTokenLength = longest
    trainer.shrinkingFactor = factor
    trainer.iterationsPerPruning = iterations
    return try trainer.train(on: texts)
  }

  /// What the reference trains for cases.
  static func train(_ cases: [UnigramCase]) throws -> [Result] {
    try PythonOracle("tokenizers_unigram_training").run(cases, arguments: ["train"])
  }

  struct Result: Decodable {
    let vocabulary: [Entry]
    let likelihood: Double
  }

  struct Entry: Decodable {
    let token: String
    let score: Double
  }
}

/// What the reference makes of texts with one of our tokenizers.
private struct UnigramAnswers: Decodable {
  let ids: [[TokenID]]
  let likelihood: Double

  init(of tokenizer: PretrainedTokenizer, on texts: [String]) throws {
    let folder = try TemporaryFolder()
    try tokenizer.save(to: folder.url)
    self = try PythonOracle("tokenizers_unigram_training").run(
      texts, arguments: ["answers", folder.url.appending(path: "tokenizer.json").path])
  }
}

extension PretrainedTokenizer {
  /// The `tokenizer.json`.
  fileprivate func file() throws -> Data {
    let folder = try TemporaryFolder()
    try save(to: folder.url)
    return try Data(contentsOf: folder.url.appending(path: "tokenizer.json"))
  }

  /// The tokens of a Unigram model and their scores.
  fileprivate func vocabulary() throws -> [(token: String, score: Double)] {
    struct File: Decodable {
      struct Model: Decodable { let vocab: [Entry] }
      struct Entry: Decodable {
        let token: String
        let score: Double

        init(from decoder: any Decoder) throws {
          var container = try decoder.unkeyedContainer()
          token = try container.decode(String.self)
          score = try container.decode(Double.self)
        }
      }
      let model: Model
    }
    return try JSONDecoder().decode(File.self, from: file()).model.vocab
      .map { ($0.token, $0.score) }
  }
}
