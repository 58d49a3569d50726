import Foundation
import TestSupport
import Testing
import Tokenizers

/// Folders that are read, and folders that are saved, mean the same to Transformers.
struct SavingTests {
  private struct Request: Encodable {
    let folders: [String]
    let texts: [String]
  }

  private struct Report: Decodable {
    let ids: [[TokenID]]
    let starts: [[Int]]
    let ends: [[Int]]
    let length: Int
    let special: [String: TokenID?]
  }

  static let texts = [
    "The cats sat on the mat. Don't!", "Café 中国 naïve", "the <e1> cat</e1> [MASK] Foo  foo",
    "[CLS] e\u{301} unknown  [SEP]", "", "xFoo Foox bar",
  ]

  private static let decoder = """
    {"do_lower_case": true, "additional_special_tokens": ["<e1>", "</e1>"],
     "mask_token": {"__type": "AddedToken", "content": "[MASK]", "lstrip": true, "rstrip": false,
       "normalized": false, "single_word": false},
     "added_tokens_decoder": {
       "24": {"content": "<e1>", "lstrip": false, "normalized": false, "rstrip": false,
         "single_word": false, "special": true},
       "25": {"content": "</e1>", "lstrip": false, "normalized": false, "rstrip": true,
         "single_word": false, "special": true},
       "26": {"content": "Foo", "lstrip": false, "normalized": true, "rstrip": false,
         "single_word": true, "special": false}}}
    """

  private func folders() throws -> [TokenizerFolder] {
    let special = TokenizerFolder.tokens.prefix(5).enumerated().map { id, content in
      #"{"id": \#(id), "content": "\#(content)", "special": true, "normalized": false}"#
    }
    let added = special + [#"{"id": 24, "content": "Foo", "special": false, "normalized": true}"#]
    func list(_ tokens: [String]) -> String {
      let flags = #""single_word": false, "lstrip": false, "rstrip": false}"#
      return "[" + tokens.map { $0.dropLast() + ", " + flags }.joined(separator: ", ") + "]"
    }
    return [
      try .vocabulary(),
      try .vocabulary(configuration: #"{"do_lower_case": false}"#),
      try .vocabulary(configuration: #"{"do_lower_case": false, "strip_accents": true}"#),
      try .vocabulary(configuration: #"{"strip_accents": false, "tokenize_chinese_chars": false}"#),
      try .vocabulary(configuration: Self.decoder),
      try .vocabulary(configuration: #"{"extra_special_tokens": ["<e1>", "</e1>"]}"#),
      try .vocabulary(map: #"{"additional_special_tokens": ["<e1>"], "cls_token": "[MASK]"}"#),
      try .stages(addedTokens: list(added)),
      try .stages(
        addedTokens: list(special),
        configuration: #"{"do_lower_case": false, "tokenizer_class": "BertTokenizer"}"#),
    ]
  }

  @Test func transformersAgreesOnWhatIsReadAndOnWhatIsSaved() throws {
    let read = try folders()
    let saved = try read.map { folder in
      let target = try TemporaryFolder()
      try folder.tokenizer().save(to: target.url.appending(path: "new/folder"))
      return target
    }
    var paths: [URL] = []
    for (folder, target) in zip(read, saved) {
      // AutoTokenizer wants to know the model's type.
      _ = try folder.folder.file("config.json", containing: #"{"model_type": "bert"}"#)
      _ = try target.file("new/folder/config.json", containing: #"{"model_type": "bert"}"#)
      paths += [folder.url, target.url.appending(path: "new/folder")]
    }
    try withExtendedLifetime((read, saved)) { try expectAgreement(paths) }
  }

  /// Expects that Transformers' `AutoTokenizer` answers as ours does for each of some folders.
  func expectAgreement(_ paths: [URL]) throws {
    let reports = try PythonOracle("tokenizers_auto").run(
      Request(folders: paths.map(\.path), texts: Self.texts), returning: [Report].self)
    for (path, report) in zip(paths, reports) {
      let tokenizer = try PretrainedTokenizer(folder: path)
      for (index, text) in Self.texts.enumerated() {
        let encoding = try tokenizer.encode(text)
        let scalars = ScalarOffsets(of: text)
        let offsets = encoding.offsets.map(scalars.scalarRange(of:))
        let place = try Comment("\(text) in \(contents(of: path))")
        #expect(encoding.ids == report.ids[index], place)
        #expect(offsets.map(\.lowerBound) == report.starts[index], place)
        #expect(offsets.map(\.upperBound) == report.ends[index], place)
      }
      #expect(tokenizer.vocabularySize == report.length)
      let special = tokenizer.specialTokens
      #expect(special.unknown?.id == report.special["unk_token"] ?? nil)
      #expect(special.padding?.id == report.special["pad_token"] ?? nil)
      #expect(special.classification?.id == report.special["cls_token"] ?? nil)
      #expect(special.separator?.id == report.special["sep_token"] ?? nil)
      #expect(special.mask?.id == report.special["mask_token"] ?? nil)
      #expect(special.beginningOfSequence?.id == report.special["bos_token"] ?? nil)
      #expect(special.endOfSequence?.id == report.special["eos_token"] ?? nil)
    }
  }

  private func contents(of folder: URL) throws -> String {
    let file = folder.appending(path: "tokenizer_config.json")
    return (try? String(contentsOf: file, encoding: .utf8)) ?? folder.path
  }

  @Test func aSavedTokenizerIsReadBackTheSame() throws {
    let target = try TemporaryFolder()
    let tokenizer = try PretrainedTokenizer(folder: DemoAssets.model)
    try tokenizer.save(to: target.url)
    let again = try PretrainedTokenizer(folder: target.url)
    #expect(again.vocabularySize == 30522)
    #expect(again.maximumLength == tokenizer.maximumLength)
    #expect(again.specialTokens == tokenizer.specialTokens)
    let text = "Fine-tuning sentence transformers, naïvely: 中国 tokenization."
    #expect(try again.encode(text) == tokenizer.encode(text))
    let vocabulary = try Data(contentsOf: target.url.appending(path: "vocab.txt"))
    let original = try Data(contentsOf: DemoAssets.model.appending(path: "vocab.txt"))
    #expect(
      String(decoding: vocabulary, as: UTF8.self).split(separator: "\n")
        == String(decoding: original, as: UTF8.self).split(separator: "\n"))
  }

  @Test func savesTheTruncationAndPaddingThatItDoesNotApply() throws {
    let target = try TemporaryFolder()
    try PretrainedTokenizer(folder: DemoAssets.model).save(to: target.url)
    let text = try String(
      contentsOf: target.url.appending(path: "tokenizer.json"), encoding: .utf8)
    #expect(text.contains("\"max_length\": 128"))
    #expect(text.contains("\"Fixed\": 128"))
  }

  @Test func refusesAFolderThatCannotBeMade() throws {
    let target = try TemporaryFolder()
    let file = try target.file("taken", containing: "text")
    let tokenizer = try TokenizerFolder.vocabulary().tokenizer()
    #expect(throws: TokenizersError.self) { try tokenizer.save(to: file.appending(path: "below")) }
    #expect(try String(contentsOf: file, encoding: .utf8) == "text")
  }
}
