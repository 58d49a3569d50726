import Foundation
import TestSupport
import Testing
import Tokenizers

/// What cannot be a tokenizer is refused with the file, the place and the reason.
struct LoadingTests {
  @Test func refusesAFolderWithoutFiles() throws {
    let folder = TokenizerFolder(folder: try TemporaryFolder())
    folder.expectFailure(.unreadableFile, "neither tokenizer.json nor vocab.txt")
  }

  // MARK: vocab.txt

  @Test func refusesADuplicateTokenWithBothLines() throws {
    try TokenizerFolder.vocabulary(TokenizerFolder.tokens + ["cat"])
      .expectFailure(.invalidVocabulary, "vocab.txt, line 25", "\"cat\"", "line 7")
  }

  @Test func refusesAnEmptyVocabulary() throws {
    try TokenizerFolder.vocabulary([]).expectFailure(.invalidVocabulary, "empty")
  }

  @Test func refusesAnEmptyLine() throws {
    try TokenizerFolder.vocabulary(["[UNK]", "", "[CLS]"])
      .expectFailure(.invalidVocabulary, "line 2", "empty")
  }

  @Test func refusesAVocabularyThatIsNotUnicode() throws {
    let folder = try TokenizerFolder.vocabulary()
    try Data([0x61, 0x0A, 0x62, 0xFF, 0x0A]).write(to: folder.url.appending(path: "vocab.txt"))
    folder.expectFailure(.notUnicode, "vocab.txt, line 2, column 2", "UTF-8")
  }

  @Test(arguments: ["[UNK]", "[CLS]", "[SEP]"])
  func refusesAVocabularyWithoutASpecialToken(_ token: String) throws {
    try TokenizerFolder.vocabulary(TokenizerFolder.tokens.filter { $0 != token })
      .expectFailure(.invalidVocabulary, "lacks", "\"\(token)\"")
  }

  @Test func readsCarriageReturnsAndABlankEnd() throws {
    let folder = try TokenizerFolder.vocabulary()
    let text = "\u{FEFF}" + TokenizerFolder.tokens.joined(separator: "\r\n") + "\r\n\r\n"
    try Data(text.utf8).write(to: folder.url.appending(path: "vocab.txt"))
    let tokenizer = try folder.tokenizer()
    #expect(tokenizer.vocabularySize == TokenizerFolder.tokens.count)
    #expect(tokenizer.id(of: "[PAD]") == 0)
    #expect(tokenizer.token(of: 23) == "Cat")
    #expect(tokenizer.token(of: 24) == nil)
    #expect(tokenizer.token(of: -1) == nil)
  }

  // MARK: tokenizer.json

  @Test func refusesMalformedJSONWithItsLine() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file(
      "tokenizer.json", containing: "{\n  \"version\": \"1.0\",\n  \"model\" {}\n}")
    TokenizerFolder(folder: folder).expectFailure(.malformedJSON, "line 3", "colon")
  }

  @Test(arguments: [0, 1, 30, 200, 600, 800])
  func refusesATruncatedFile(_ length: Int) throws {
    let folder = try TokenizerFolder.stages()
    let file = folder.url.appending(path: "tokenizer.json")
    try Data(contentsOf: file).prefix(length).write(to: file)
    folder.expectFailure(.malformedJSON, "tokenizer.json")
  }

  @Test func refusesADuplicateTokenOfAVocabularyInJSON() throws {
    let model = """
      {"type": "WordPiece", "unk_token": "a", "continuing_subword_prefix": "##",
       "max_input_chars_per_word": 100, "vocab": {"a": 0,
       "\\u0061": 1}}
      """
    try TokenizerFolder.stages(model: model)
      .expectFailure(.invalidVocabulary, "line 9", "\"a\"", "twice")
  }

  @Test func refusesADuplicateIDInJSON() throws {
    let model = """
      {"type": "WordPiece", "unk_token": "a", "continuing_subword_prefix": "##",
       "max_input_chars_per_word": 100, "vocab": {"a": 0, "b": 0}}
      """
    try TokenizerFolder.stages(model: model).expectFailure(.invalidVocabulary, "\"b\"", "id 0")
  }

  @Test(arguments: ["-1", "1.5", "\"x\"", "99999999999999999999999", "16777217"])
  func refusesAnIDThatIsNone(_ id: String) throws {
    let model = """
      {"type": "WordPiece", "unk_token": "a", "continuing_subword_prefix": "##",
       "max_input_chars_per_word": 100, "vocab": {"a": 0, "b": \(id)}}
      """
    #expect(throws: TokenizersError.self) { try TokenizerFolder.stages(model: model).tokenizer() }
  }

  @Test func refusesAVocabularyInJSONWithoutTheUnknownToken() throws {
    let model = """
      {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
       "max_input_chars_per_word": 100, "vocab": {"a": 0}}
      """
    try TokenizerFolder.stages(model: model).expectFailure(.invalidVocabulary, "lacks", "[UNK]")
  }

  @Test func refusesAnEmptyVocabularyInJSON() throws {
    let model = """
      {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
       "max_input_chars_per_word": 100, "vocab": {}}
      """
    try TokenizerFolder.stages(model: model).expectFailure(.invalidVocabulary, "empty")
  }

  @Test func refusesAnotherModelByName() throws {
    try TokenizerFolder.stages(model: #"{"type": "Word2Vec", "vocab": {"a": 0}}"#)
      .expectFailure(.unsupportedStage, "model \"Word2Vec\"", "not supported")
  }

  @Test func refusesOtherStagesByName() throws {
    try TokenizerFolder.stages(normalizer: #"{"type": "Titlecase"}"#)
      .expectFailure(.unsupportedStage, "normaliser \"Titlecase\"")
    try TokenizerFolder.stages(preTokenizer: #"{"type": "Sentences"}"#)
      .expectFailure(.unsupportedStage, "pre-tokeniser \"Sentences\"")
    try TokenizerFolder.stages(postProcessor: #"{"type": "Padding"}"#)
      .expectFailure(.unsupportedStage, "post-processor \"Padding\"")
    try TokenizerFolder.stages(decoder: #"{"type": "Titles"}"#)
      .expectFailure(.unsupportedStage, "decoder \"Titles\"")
  }

  @Test func refusesAStageInsideASequenceWithItsPlace() throws {
    let normalizer = #"{"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "Shout"}]}"#
    try TokenizerFolder.stages(normalizer: normalizer)
      .expectFailure(.unsupportedStage, "normalizer.normalizers[1]", "Shout")
  }

  @Test func refusesMissingUnknownAndWrongKeys() throws {
    try TokenizerFolder.stages(decoder: ###"{"type": "WordPiece", "prefix": "##"}"###)
      .expectFailure(.invalidKey, "decoder.cleanup", "missing")
    try TokenizerFolder.stages(
      decoder: ###"{"type": "WordPiece", "prefix": "##", "cleanup": true, "more": 1}"###
    ).expectFailure(.invalidKey, "decoder.more", "not known")
    try TokenizerFolder.stages(decoder: #"{"type": "WordPiece", "prefix": 1, "cleanup": true}"#)
      .expectFailure(.invalidKey, "decoder.prefix", "a number", "a text")
    try TokenizerFolder.stages(extra: "\"surprise\": 1,")
      .expectFailure(.invalidKey, "surprise", "line 2")
    try TokenizerFolder.stages(extra: "\"padding\": 1,").expectFailure(.invalidKey, "twice")
  }

  @Test func refusesAnAddedTokenThatWouldGetAnotherID() throws {
    let tokens = #"[{"id": 40, "content": "<new>", "special": true, "normalized": false}]"#
    try TokenizerFolder.stages(addedTokens: tokens)
      .expectFailure(.invalidAddedToken, "<new>", "40", "24")
  }

  @Test func refusesATemplateWithAnUnknownSpecialToken() throws {
    let processor = """
      {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[X]", "type_id": 0}}],
       "pair": [], "special_tokens": {}}
      """
    try TokenizerFolder.stages(postProcessor: processor)
      .expectFailure(.invalidKey, "post_processor.special_tokens.[X]", "missing")
  }

  // MARK: tokenizer_config.json

  @Test(
    arguments: zip(
      ["512", "1000000000000000019884624838656", "null", "1e30"], [512, nil, nil, nil] as [Int?]))
  func readsTheMaximumLengthIfItIsOne(_ value: String, _ expected: Int?) throws {
    let folder = try TokenizerFolder.vocabulary(
      configuration: "{\"model_max_length\": \(value)}")
    #expect(try folder.tokenizer().maximumLength == expected)
  }

  @Test func refusesAConfigurationOfTheWrongType() throws {
    try TokenizerFolder.vocabulary(configuration: #"{"do_lower_case": "yes"}"#)
      .expectFailure(.invalidKey, "tokenizer_config.json", "do_lower_case", "a text")
    try TokenizerFolder.vocabulary(configuration: "[]").expectFailure(.invalidKey, "a list")
    try TokenizerFolder.vocabulary(configuration: #"{"model_max_length": -4}"#)
      .expectFailure(.invalidKey, "model_max_length")
    try TokenizerFolder.vocabulary(configuration: #"{"mask_token": 5}"#)
      .expectFailure(.invalidKey, "mask_token")
  }

  @Test func saysWhenTheFilesContradictEachOther() throws {
    let folder = try TokenizerFolder.stages(configuration: #"{"do_lower_case": false}"#)
    let tokenizer = try folder.tokenizer()
    #expect(tokenizer.notes.count == 1)
    #expect(tokenizer.notes.first?.contains("do_lower_case") == true)
    #expect(try tokenizer.encode("The Cat").ids == [2, 22, 23, 3])
  }
}
