import Foundation
import TestSupport
import Testing
import Tokenizers

/// Unigram and WordLevel models, and SentencePiece's maps of characters.
struct UnigramTests {
  @Test("Unigram and WordLevel agree with the reference on random vocabularies and strings")
  func agreesOnRandomVocabularies() throws {
    try expectAgreement("models", ["4000"], variants: 15)
  }

  @Test("Maps of characters agree with the reference, offsets included, on generated strings")
  func mapsAgreeOnGeneratedStrings() throws {
    try expectAgreement("maps", ["4000"], variants: 15)
  }

  @Test("Maps of characters agree with the reference on every scalar of the planes that hold text")
  func mapsAgreeOnEveryScalar() throws {
    try expectAgreement("scalars", [], variants: 5)
  }

  private func expectAgreement(_ kind: String, _ arguments: [String], variants: Int) throws {
    let folder = try TemporaryFolder()
    try PythonOracle("tokenizers_unigram").run([kind, folder.url.path] + arguments)
    let answers = try ReferenceAnswers(folder.url)
    #expect(try answers.variants.count == variants)
    for variant in try answers.variants {
      let differences = try answers.differences(variant)
      #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }
  }

  // MARK: Saving

  @Test func aSavedUnigramIsReadBackTheSame() throws {
    let folder = try TokenizerFolder.stages(
      normalizer: "null", preTokenizer: "null", postProcessor: "null", decoder: "null",
      model: Self.model)
    try expectSavedAlike(folder.tokenizer(), on: ["ab ba", "b\"b\n", "äaa", ""])
  }

  @Test func aSavedWordLevelIsReadBackTheSame() throws {
    let folder = try TokenizerFolder.stages(
      normalizer: "null", preTokenizer: #"{"type": "WhitespaceSplit"}"#, postProcessor: "null",
      decoder: "null",
      model: #"{"type": "WordLevel", "vocab": {"a": 0, "?": 1, "b\"": 2}, "unk_token": "?"}"#)
    try expectSavedAlike(folder.tokenizer(), on: ["a b\" c", "a a", ""])
  }

  private func expectSavedAlike(_ tokenizer: PretrainedTokenizer, on texts: [String]) throws {
    let target = try TemporaryFolder()
    try tokenizer.save(to: target.url)
    let again = try PretrainedTokenizer(folder: target.url)
    for text in texts { #expect(try again.encode(text) == tokenizer.encode(text)) }
    let answers = try PythonOracle("tokenizers_unigram").run(
      texts, arguments: ["ids", target.url.appending(path: "tokenizer.json").path],
      returning: [[TokenID]].self)
    #expect(try texts.map { try tokenizer.encode($0).ids } == answers)
  }

  // MARK: What cannot be read

  private static let model = """
    {"type": "Unigram", "unk_id": 0, "vocab":
     [["?", 0.0], ["a", -1.5], ["ab", -2.25], ["b", -1e-3], [" ", -3], ["b\\"", -0.1]]}
    """

  @Test(
    arguments: [
      (#"{"a": 1}"#, "list"), (#"[["a"]]"#, "score"), (#"[["a", 1, 2]]"#, "score"),
      (#"[["a", "1"]]"#, "expected"), (#"[["a", 1e999]]"#, "score"), ("[]", "empty"),
    ])
  func refusesAVocabularyWithoutScores(_ vocabulary: String, _ word: String) throws {
    let folder = try TokenizerFolder.stages(
      model: "{\"type\": \"Unigram\", \"unk_id\": null, \"vocab\": \(vocabulary)}")
    do {
      _ = try folder.tokenizer()
      Issue.record("loading succeeded")
    } catch let error as TokenizersError {
      #expect(error.description.contains(word), "\(error)")
    }
  }

  @Test func refusesAnUnknownTokenOutsideTheVocabulary() throws {
    try TokenizerFolder.stages(model: Self.model.replacing("\"unk_id\": 0", with: "\"unk_id\": 6"))
      .expectFailure(.invalidVocabulary, "unknown token", "6")
  }

  @Test(arguments: ["", "AAAA", "!", "BAAAAAAAAAA", "/////w=="])
  func refusesADamagedMapOfCharacters(_ map: String) throws {
    try TokenizerFolder.stages(
      normalizer: "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"\(map)\"}"
    ).expectFailure(.invalidKey, "normalizer.precompiled_charsmap", "no map")
  }

  @Test func aMapWhoseCellsPointNowhereLeavesTheText() throws {
    // One cell, which points far beyond the end.
    let map = Data([4, 0, 0, 0, 0, 0xFF, 0xFF, 0x7F, 0x61, 0]).base64EncodedString()
    let tokenizer = try TokenizerFolder.stages(
      normalizer: "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"\(map)\"}"
    ).tokenizer()
    #expect(try tokenizer.encode("the cat").ids == [2, 5, 6, 3])
  }

  @Test func saysThatAWordCannotBeSpelt() throws {
    let model = #"{"type": "Unigram", "unk_id": null, "vocab": [["a", 0.5]]}"#
    let tokenizer = try TokenizerFolder.stages(
      normalizer: "null", preTokenizer: "null", postProcessor: "null", model: model
    ).tokenizer()
    #expect(try tokenizer.encode("aa").ids == [0, 0])
    do {
      _ = try tokenizer.encode("ab")
      Issue.record("nothing was thrown")
    } catch let error as TokenizersError {
      #expect(error.code == .unknownWord)
    }
    #expect(try tokenizer.encode("a").ids == [0])
  }
}
