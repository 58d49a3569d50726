import Foundation
import TestSupport
import Testing
import Tokenizers

/// Ids, offsets, segments, words and decoded text are those of Hugging Face's `tokenizers`.
struct ReferenceTests {
  private let tokenizer = DemoAssets.model.appending(path: "tokenizer.json").path

  @Test("Agrees with the reference on 100,000 generated strings and every variant")
  func agreesOnGeneratedStrings() throws {
    let folder = try TemporaryFolder()
    try PythonOracle("tokenizers_reference")
      .run(["generated", tokenizer, folder.url.path, "100000"])
    let answers = try ReferenceAnswers(folder.url)
    #expect(answers.texts.count == 100_000)
    #expect(try answers.variants.count > 70)
    try expectAgreement(in: folder)
  }

  @Test("Agrees with the reference on every scalar of the planes that hold text")
  func agreesOnEveryScalar() throws {
    let folder = try TemporaryFolder()
    try PythonOracle("tokenizers_reference").run(["scalars", tokenizer, folder.url.path])
    try expectAgreement(in: folder)
  }

  @Test(
    "Agrees with the reference on XQuAD", .enabled(if: SharedData.isHere, "\(SharedData.reason)"))
  func agreesOnQuestionsAndContexts() throws {
    var texts: [String] = []
    for language in ["en", "zh"] {
      texts += try SharedTexts.xquad(language)
    }
    try expectAgreement(on: texts)
  }

  @Test(
    "Agrees with the reference on the gold questions",
    .enabled(if: SharedData.isHere, "\(SharedData.reason)"))
  func agreesOnGoldQuestions() throws {
    try expectAgreement(on: SharedTexts.goldQuestions().map(\.original))
  }

  @Test(
    "Gives the ids and tokens of the gold questions",
    .enabled(if: SharedData.isHere, "\(SharedData.reason)"))
  func givesTheGoldTokens() throws {
    let tokenizer = try PretrainedTokenizer(folder: DemoAssets.model)
    let questions = try SharedTexts.goldQuestions()
    let gold = try SharedTexts.goldIDs()
    let words = try SharedTexts.goldWords()
    #expect(questions.count == gold.count)
    let options = EncodingOptions(addsSpecialTokens: false)
    for (index, question) in questions.enumerated() {
      let encoding = try tokenizer.encode(question.original, options: options)
      #expect(encoding.ids == gold[index])
      #expect(encoding.ids.compactMap(tokenizer.token(of:)) == question.wordpiece)
      #expect(Int(encoding.words.last ?? -1) + 1 == words[index].count)
    }
  }

  private func expectAgreement(on texts: [String]) throws {
    let folder = try TemporaryFolder()
    try PythonOracle("tokenizers_reference")
      .run(["texts", tokenizer, folder.url.path], input: JSONEncoder().encode(texts))
    try expectAgreement(in: folder)
  }

  private func expectAgreement(in folder: TemporaryFolder) throws {
    let answers = try ReferenceAnswers(folder.url)
    for variant in try answers.variants {
      let differences = try answers.differences(variant)
      #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }
  }
}

/// The texts of the shared data.
enum SharedTexts {
  struct GoldQuestion: Decodable {
    let original: String
    let basic: [String]
    let wordpiece: [String]
  }

  private static func decode<Value: Decodable>(_ path: String, _ type: Value.Type) throws -> Value {
    let folder = try #require(SharedData.folder)
    return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: path)))
  }

  static func goldQuestions() throws -> [GoldQuestion] {
    try decode("tokenizer_gold/question_tokens.json", [GoldQuestion].self)
  }

  static func goldIDs() throws -> [[TokenID]] {
    try decode("tokenizer_gold/tokenized_questions.json", [[TokenID]].self)
  }

  static func goldWords() throws -> [[String]] {
    try decode("tokenizer_gold/basic_tokenized_questions.json", [[String]].self)
  }

  private struct XQuAD: Decodable {
    struct Article: Decodable { let paragraphs: [Paragraph] }
    struct Paragraph: Decodable {
      let context: String
      let qas: [Question]
    }
    struct Question: Decodable { let question: String }
    let data: [Article]
  }

  /// Contexts and questions, one after another.
  static func xquad(_ language: String) throws -> [String] {
    try decode("xquad_en_zh/xquad.\(language).json", XQuAD.self).data
      .flatMap(\.paragraphs).flatMap { [$0.context] + $0.qas.map(\.question) }
  }
}
