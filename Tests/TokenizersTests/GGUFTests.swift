import Foundation
import TestSupport
import Testing
import Tokenizers

/// Tokenizers out of the metadata of GGUF files, and of llama2.c's files.
struct GGUFTests {
  /// What `Tests/Oracles/tokenizers_gguf.py` writes as `vocabulary.json`.
  private struct Metadata: Decodable {
    let model: String
    let architecture: String
    let pre: String?
    let tokens: [String]
    let scores: [Float]
    let types: [Int]
    let merges: [String]
    let bos: Int?
    let eos: Int?
    let unk: Int?
    let pad: Int?
    let add_bos: Bool?
    let add_eos: Bool?

    var vocabulary: GGUFVocabulary {
      var result = GGUFVocabulary(model: model, tokens: tokens)
      result.preTokenizer = pre
      result.architecture = architecture
      result.scores = scores
      result.tokenTypes = types
      result.merges = merges
      (result.beginningID, result.endID) = (bos, eos)
      (result.unknownID, result.paddingID) = (unk, pad)
      (result.addsBeginning, result.addsEnd) = (add_bos, add_eos)
      return result
    }
  }

  @Test("Agrees with Transformers on GGUF files of every kind, and on what is saved of them")
  func agreesWithTransformers() throws {
    let folder = try TemporaryFolder()
    try PythonOracle("tokenizers_gguf").run([folder.url.path, "500"])
    let answers = try ReferenceAnswers(folder.url)
    let variants = try answers.variants
    #expect(variants.count == 9)
    for variant in variants {
      let differences = try answers.differences(variant) { folder in
        let file = folder.appending(path: "vocabulary.json")
        let metadata = try JSONDecoder().decode(Metadata.self, from: Data(contentsOf: file))
        return try PretrainedTokenizer(metadata.vocabulary, name: "model.gguf")
      }
      #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
      let saved = try answers.differences(variant) { folder in
        let file = folder.appending(path: "vocabulary.json")
        let metadata = try JSONDecoder().decode(Metadata.self, from: Data(contentsOf: file))
        let tokenizer = try PretrainedTokenizer(metadata.vocabulary, name: "model.gguf")
        try tokenizer.save(to: folder.appending(path: "saved"))
        return try PretrainedTokenizer(folder: folder.appending(path: "saved"))
      }
      #expect(saved.isEmpty, "\(saved.joined(separator: "\n"))")
    }
  }

  // MARK: What cannot be made

  private func small(_ change: (inout GGUFVocabulary) -> Void) -> TokenizersError? {
    var vocabulary = GGUFVocabulary(model: "llama", tokens: ["<unk>", "<s>", "a", "aa"])
    vocabulary.scores = [0, 0, -1, -2]
    vocabulary.tokenTypes = [2, 3, 1, 1]
    vocabulary.beginningID = 1
    change(&vocabulary)
    do {
      _ = try PretrainedTokenizer(vocabulary, name: "m.gguf")
      return nil
    } catch {
      return error as? TokenizersError
    }
  }

  @Test func refusesValuesThatContradictEachOther() {
    #expect(small { _ in } == nil)
    #expect(small { $0.tokens = [] }?.description.contains("empty") == true)
    #expect(small { $0.scores = [1] }?.description.contains("1 scores") == true)
    #expect(small { $0.scores[2] = .nan }?.code == .invalidVocabulary)
    #expect(small { $0.scores = [] }?.description.contains("neither scores nor merges") == true)
    #expect(small { $0.tokenTypes.append(1) }?.description.contains("5 token types") == true)
    #expect(small { $0.beginningID = 4 }?.description.contains("bos_token") == true)
    #expect(small { $0.endID = -1 }?.code == .invalidVocabulary)
    #expect(small { $0.tokens[3] = "a" }?.description.contains("twice") == true)
    #expect(small { $0.merges = ["a b"] }?.code == .invalidVocabulary)
    #expect(small { $0.merges = ["aa"] }?.code == .invalidVocabulary)
  }

  @Test func refusesWhatIsNotSupportedByName() {
    #expect(small { $0.model = "rwkv" }?.description.contains("\"rwkv\"") == true)
    #expect(small { $0.architecture = "gemma3" }?.description.contains("gemma3") == true)
    let other = small {
      $0.model = "gpt2"
      $0.preTokenizer = "tekken"
    }
    #expect(other?.code == .unsupportedStage)
    #expect(other?.description.contains("\"tekken\"") == true)
  }

  // MARK: llama2.c

  private struct Answers: Decodable {
    let texts: [String]
    let ids: [[TokenID]]
  }

  @Test func spellsAsLlama2CDoes() throws {
    let folder = try TemporaryFolder()
    let output = try PythonOracle("tokenizers_gguf").run(["llama2c", folder.url.path])
    let answers = try JSONDecoder().decode(Answers.self, from: output)
    let bytes = [UInt8](try Data(contentsOf: folder.url.appending(path: "tokenizer.bin")))
    let tokenizer = try PretrainedTokenizer(llama2C: bytes, name: "tokenizer.bin")
    try tokenizer.save(to: folder.url)
    let again = try PretrainedTokenizer(folder: folder.url)
    for (text, ids) in zip(answers.texts, answers.ids) {
      #expect(try tokenizer.encode(text).ids == ids, "\(text.debugDescription)")
      #expect(try again.encode(text).ids == ids)
      #expect(tokenizer.decode(ids).unicodeScalars.elementsEqual(text.unicodeScalars))
    }
  }

  @Test(
    "Reads the tokenizer of stories260K",
    .enabled(if: SharedData.isHere, "\(SharedData.reason)"))
  func readsTheTokenizerOfStories260K() throws {
    let folder = try #require(SharedData.folder)
    let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "stories260K/tok512.bin")))
    let tokenizer = try PretrainedTokenizer(llama2C: bytes, name: "tok512.bin")
    #expect(tokenizer.vocabularySize == 512)
    let text = "Once upon a time, there was a little girl named Lily. ™ 中\n"
    let ids = try tokenizer.encode(text).ids
    #expect(ids.prefix(3) == [1, 403, 407])
    #expect(tokenizer.decode(ids) == text)
  }

  @Test func refusesADamagedFileOfLlama2C() throws {
    let file: [UInt8] =
      [7, 0, 0, 0]
      + ["?", "s", "e", " a"].flatMap { [0, 0, 0, 0, UInt8($0.utf8.count), 0, 0, 0] + $0.utf8 }
    #expect(try PretrainedTokenizer(llama2C: file, name: "t").vocabularySize == 4)
    for length in file.indices where length < file.count {
      #expect(throws: TokenizersError.self) {
        try PretrainedTokenizer(llama2C: Array(file[..<length]), name: "t")
      }
    }
    var long = file
    long[8] = 200
    #expect(throws: TokenizersError.self) { try PretrainedTokenizer(llama2C: long, name: "t") }
  }
}
