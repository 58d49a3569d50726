import Foundation
import TestSupport
import Testing
import Tokenizers

/// Folders that hold only a SentencePiece model are read as Transformers' `AutoTokenizer` reads them.
struct SentencePieceTests {
  @Test("Agrees with Transformers on models of every class, and on what is saved of them")
  func agreesWithTransformers() throws {
    let folder = try TemporaryFolder()
    try PythonOracle("tokenizers_sentencepiece").run(["folders", folder.url.path, "700"])
    let answers = try ReferenceAnswers(folder.url)
    let variants = try answers.variants
    #expect(variants.count == 17)
    for variant in variants {
      let differences = try answers.differences(variant)
      #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }
    try expectSavedAlike(variants.map { folder.url.appending(path: $0) }, answers.texts)
  }

  private struct Request: Encodable {
    let folders: [String]
    let texts: [String]
  }

  private func expectSavedAlike(_ folders: [URL], _ texts: [String]) throws {
    let texts = texts.enumerated().filter { $0.offset % 5 == 0 }.map(\.element)
    let target = try TemporaryFolder()
    var read: [PretrainedTokenizer] = []
    var saved: [URL] = []
    for folder in folders {
      read.append(try PretrainedTokenizer(folder: folder))
      let url = target.url.appending(path: folder.lastPathComponent)
      try read[read.count - 1].save(to: url)
      try FileManager.default.copyItem(
        at: folder.appending(path: "config.json"), to: url.appending(path: "config.json"))
      saved.append(url)
    }
    let answers = try PythonOracle("tokenizers_sentencepiece").run(
      Request(folders: saved.map(\.path), texts: texts), arguments: ["saved"],
      returning: [[[TokenID]]].self)
    for (index, url) in saved.enumerated() {
      let again = try PretrainedTokenizer(folder: url)
      #expect(again.specialTokens == read[index].specialTokens)
      let found = try texts.map { try read[index].encode($0).ids }
      #expect(try texts.map { try again.encode($0).ids } == found, "\(url.lastPathComponent)")
      #expect(answers[index] == found, "\(url.lastPathComponent)")
    }
  }

  private struct Plain: Decodable {
    let texts: [String]
    let ids: [[TokenID]]
  }

  @Test func agreesWithSentencePieceItself() throws {
    let folder = try TemporaryFolder()
    let output = try PythonOracle("tokenizers_sentencepiece").run(["plain", folder.url.path])
    let answers = try JSONDecoder().decode([String: Plain].self, from: output)
    let options = EncodingOptions(addsSpecialTokens: false)
    for (name, answer) in answers {
      let tokenizer = try PretrainedTokenizer(folder: folder.url.appending(path: name))
      for (text, ids) in zip(answer.texts, answer.ids) {
        // XLM-R counts from another start; its unknown token is 3 and SentencePiece's 0.
        let expected = name == "plain" ? ids.map { $0 == 0 ? 3 : $0 + 1 } : ids
        #expect(try tokenizer.encode(text, options: options).ids == expected, "\(name): \(text)")
      }
    }
  }

  // MARK: What cannot be read

  /// A folder with a model of a few tokens, written field by field.
  private func folder(
    _ model: [UInt8] = modelFile(), name: String = "spiece.model",
    config: String? = #"{"model_type": "t5"}"#, settings: String? = nil
  ) throws -> TokenizerFolder {
    let folder = try TemporaryFolder()
    try Data(model).write(to: folder.url.appending(path: name))
    if let config { _ = try folder.file("config.json", containing: config) }
    if let settings { _ = try folder.file("tokenizer_config.json", containing: settings) }
    return TokenizerFolder(folder: folder)
  }

  /// A `ModelProto` with the tokens <pad>, </s>, <unk>, ▁a, a, b.
  private static func modelFile(trainer: [UInt8] = [0x18, 1], scores: [Float] = []) -> [UInt8] {
    var bytes: [UInt8] = []
    for (id, token) in ["<pad>", "</s>", "<unk>", "▁a", "a", "b"].enumerated() {
      let text = Array(token.utf8)
      var piece: [UInt8] = [0x0A, UInt8(text.count)] + text + [0x15]
      let score = id < scores.count ? scores[id] : -Float(id)
      for shift in stride(from: 0, to: 32, by: 8) {
        piece.append(UInt8(truncatingIfNeeded: score.bitPattern >> UInt32(shift)))
      }
      piece += [0x18, id < 2 ? 3 : id == 2 ? 2 : 1]
      bytes += [0x0A, UInt8(piece.count)] + piece
    }
    return bytes + [0x12, UInt8(trainer.count)] + trainer
  }

  @Test func readsAModelOfAFewTokens() throws {
    let tokenizer = try folder().tokenizer()
    #expect(try tokenizer.encode("a ab").ids == [3, 3, 5, 1])
    #expect(tokenizer.id(of: "<extra_id_99>") == 6)
    #expect(tokenizer.vocabularySize == 106)
    #expect(tokenizer.specialTokens.endOfSequence == .init(content: "</s>", id: 1))
    #expect(tokenizer.notes.isEmpty)
  }

  @Test func everyBeginningOfAModelIsReadOrRefused() throws {
    let file = Self.modelFile()
    for length in file.indices {
      let folder = try folder(Array(file[..<length]))
      do {
        _ = try folder.tokenizer()
      } catch let error as TokenizersError {
        #expect(error.description.contains("spiece.model"), "\(error)")
      }
    }
  }

  @Test func everyChangedByteIsReadOrRefused() throws {
    let file = Self.modelFile(trainer: [0x18, 1, 0xC0, 2, 2, 0xEA, 2, 1, 0x3F])
    let folder = try folder(file)
    let url = folder.url.appending(path: "spiece.model")
    for index in file.indices {
      for value: UInt8 in [0, 0x7F, 0x80, 0xFF, file[index] ^ 1, file[index] ^ 8] {
        var damaged = file
        damaged[index] = value
        try Data(damaged).write(to: url)
        do {
          _ = try folder.tokenizer().encode("a ab ba")
        } catch is TokenizersError {}
      }
    }
  }

  @Test func refusesWhatIsNoModel() throws {
    try folder(Array("no model, but a text".utf8))
      .expectFailure(.malformedModel, "spiece.model", "byte", "damaged")
    try folder([]).expectFailure(.invalidVocabulary, "no tokens")
    try folder(Self.modelFile(scores: [.nan]))
      .expectFailure(.malformedModel, "<pad>", "score")
  }

  @Test func refusesWhatIsNotSupportedByName() throws {
    try folder(Self.modelFile(trainer: [0xC0, 1, 1]))
      .expectFailure(.unsupportedStage, "treat_whitespace_as_suffix")
    try folder(Self.modelFile(trainer: [0x18, 3])).expectFailure(.unsupportedStage, "\"word\"")
    try folder(Self.modelFile(trainer: [0x18, 4])).expectFailure(.unsupportedStage, "\"char\"")
    try folder(config: #"{"model_type": "mbart"}"#)
      .expectFailure(.unsupportedStage, "MBartTokenizer", "T5Tokenizer")
    try folder(settings: #"{"tokenizer_class": "NoTokenizer"}"#)
      .expectFailure(.unsupportedStage, "NoTokenizer")
  }

  @Test func refusesAModelWithoutAnythingThatSaysHowItIsUsed() throws {
    try folder(config: nil).expectFailure(.unreadableFile, "config.json", "model_type")
  }

  @Test func refusesALackingSpecialToken() throws {
    try folder(config: #"{"model_type": "albert"}"#)
      .expectFailure(.invalidVocabulary, "[CLS]", "special token")
  }
}
