import Foundation
import TestSupport
import Testing
import Tokenizers

/// Special tokens that are added at run time, beside Transformers' `add_special_tokens`.
struct AddingTests {
  private struct Training: Encodable {
    var kinds = AddingTests.kinds
    var texts = [
      "the child was in the cradle", "a cat sat on the mat", "中国 的 首都 是 北京",
      "the cradle was carefully wrapped",
    ]
  }

  private struct Request: Encodable {
    let folders: [String]
    let tokens: [String]
    let texts: [String]
  }

  private struct Report: Decodable {
    let ids: [[TokenID]]
    let length: Int
    let special: [String]
  }

  private static let kinds = ["WordPiece", "BPE", "Unigram"]
  /// New ones, one that is special already, and a word of the vocabulary.
  private static let tokens = ["[E1]", "[/E1]", "[MASK]", "cat", "[E1]"]
  private static let texts = [
    "The[E1] child[/E1] was", "[E1]中国[/E1]的[E1]cat", "[e1] the [E1]  cat [/E1]", "", "a [E1",
  ]

  private static let trained = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("tokenizers_adding").run(
      ["make", folder.url.path], input: JSONEncoder().encode(Training()))
    return folder
  }

  private func reports(_ folder: URL, _ names: [String], adding tokens: [String]) throws
    -> [Report]
  {
    try PythonOracle("tokenizers_adding").run(
      Request(folders: names, tokens: tokens, texts: Self.texts),
      arguments: ["answer", folder.path], returning: [Report].self)
  }

  @Test func `added tokens have the ids that Transformers gives them, also after saving`() throws {
    let folder = try Self.trained.get().url
    let expected = try reports(folder, Self.kinds, adding: Self.tokens)
    let saved = try TemporaryFolder()
    for (kind, report) in zip(Self.kinds, expected) {
      let plain = try PretrainedTokenizer(folder: folder.appending(path: kind))
      let tokenizer = try plain.adding(specialTokens: Self.tokens)
      #expect(try Self.texts.map { try tokenizer.encode($0).ids } == report.ids, "\(kind)")
      #expect(tokenizer.vocabularySize == report.length)
      #expect(Set(tokenizer.specialTokens.all.map(\.content)) == Set(report.special))
      try tokenizer.save(to: saved.url.appending(path: kind))
    }
    let read = try reports(saved.url, Self.kinds, adding: [])
    for ((kind, report), loaded) in zip(zip(Self.kinds, expected), read) {
      #expect(loaded.ids == report.ids, "\(kind)")
      #expect(loaded.length == report.length)
      #expect(loaded.special == report.special)
      let again = try PretrainedTokenizer(folder: saved.url.appending(path: kind))
      #expect(try Self.texts.map { try again.encode($0).ids } == report.ids, "\(kind)")
    }
  }

  @Test func `adding what is there already changes nothing`() throws {
    let folder = try Self.trained.get().url.appending(path: "BPE")
    let once = try PretrainedTokenizer(folder: folder).adding(specialTokens: Self.tokens)
    let twice = try once.adding(specialTokens: Self.tokens)
    #expect(twice.vocabularySize == once.vocabularySize)
    #expect(twice.specialTokens == once.specialTokens)
  }

  @Test func `decoding without special tokens leaves the added ones out`() throws {
    let folder = try Self.trained.get().url.appending(path: "WordPiece")
    let tokenizer = try PretrainedTokenizer(folder: folder).adding(specialTokens: ["[E1]"])
    let ids = try tokenizer.encode("the [E1] child").ids
    #expect(tokenizer.decode(ids) == "the child")
    #expect(tokenizer.decode(ids, skippingSpecialTokens: false).contains("[E1]"))
  }

  @Test func `a token without content is refused`() throws {
    let folder = try Self.trained.get().url.appending(path: "WordPiece")
    let tokenizer = try PretrainedTokenizer(folder: folder)
    #expect(throws: TokenizersError.self) { try tokenizer.adding(specialTokens: ["[E1]", ""]) }
  }

  @Test func `tokens join the lists that version 4 of Transformers writes`() throws {
    let folder = try TemporaryFolder()
    let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "cat"]
    _ = try folder.file("vocab.txt", containing: words.joined(separator: "\n") + "\n")
    _ = try folder.file(
      "tokenizer_config.json",
      containing: """
        {"additional_special_tokens": ["<old>"], "added_tokens_decoder": {"6": {"content": "<old>",
         "lstrip": false, "normalized": false, "rstrip": false, "single_word": false,
         "special": true}}}
        """)
    let tokenizer = try PretrainedTokenizer(folder: folder.url).adding(specialTokens: ["<new>"])
    let saved = try TemporaryFolder()
    try tokenizer.save(to: saved.url)
    let data = try Data(contentsOf: saved.url.appending(path: "tokenizer_config.json"))
    let settings = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(settings["additional_special_tokens"] as? [String] == ["<old>", "<new>"])
    let added = try #require(settings["added_tokens_decoder"] as? [String: [String: Any]])
    #expect(added["7"]?["content"] as? String == "<new>")
    #expect(added["7"]?["special"] as? Bool == true)
    #expect(try PretrainedTokenizer(folder: saved.url).encode("cat <new>").ids == [2, 5, 7, 3])
  }
}
