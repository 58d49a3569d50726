import Foundation
import TestSupport
import Testing
import Tokenizers

/// Folders with `vocab.json` and `merges.txt` are read as Transformers reads them, and what is
/// wrong with them is said.
struct PairFileTests {
  private static let configurations = [
    #"{"tokenizer_class": "GPT2Tokenizer"}"#,
    #"{"tokenizer_class": "GPT2TokenizerFast", "add_prefix_space": true, "pad_token": "<pad>"}"#,
    #"{"tokenizer_class": "GPT2Tokenizer", "add_bos_token": true, "bos_token": "<s>"}"#,
    #"{"tokenizer_class": "GPT2Tokenizer", "additional_special_tokens": ["<e1>", "the cat"]}"#,
    #"{"tokenizer_class": "RobertaTokenizer"}"#,
    #"{"tokenizer_class": "RobertaTokenizer", "trim_offsets": false, "add_prefix_space": true}"#,
    """
    {"tokenizer_class": "RobertaTokenizer", "mask_token": {"__type": "AddedToken",
     "content": "<mask>", "lstrip": true, "rstrip": false, "normalized": false,
     "single_word": false}}
    """,
    #"{"tokenizer_class": "BartTokenizer", "model_max_length": 1024}"#,
    #"{"tokenizer_class": "Qwen2Tokenizer", "extra_special_tokens": ["<e1>"]}"#,
  ]

  private func trainedFiles() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try PythonOracle("tokenizers_stages").run(["pairs", folder.url.path, "0"])
    return folder
  }

  @Test func transformersAgreesOnPairFilesAndOnWhatIsSavedFromThem() throws {
    let trained = try trainedFiles()
    var folders: [TemporaryFolder] = []
    var paths: [URL] = []
    for configuration in Self.configurations {
      let folder = try TemporaryFolder()
      let target = try TemporaryFolder()
      for name in ["vocab.json", "merges.txt"] {
        try FileManager.default.copyItem(
          at: trained.url.appending(path: name), to: folder.url.appending(path: name))
      }
      _ = try folder.file("tokenizer_config.json", containing: configuration)
      try PretrainedTokenizer(folder: folder.url).save(to: target.url)
      for folder in [folder, target] {
        _ = try folder.file("config.json", containing: #"{"model_type": "gpt2"}"#)
        folders.append(folder)
        paths.append(folder.url)
      }
    }
    try withExtendedLifetime(folders) { try SavingTests().expectAgreement(paths) }
  }

  @Test func aSavedPairTokenizerIsReadBackTheSameFromEitherFormat() throws {
    let trained = try trainedFiles()
    _ = try trained.file(
      "tokenizer_config.json", containing: #"{"tokenizer_class": "GPT2Tokenizer"}"#)
    let tokenizer = try PretrainedTokenizer(folder: trained.url)
    let target = try TemporaryFolder()
    try tokenizer.save(to: target.url)
    let text = "Don't  the 中国 cats,\n\n sat 3.14 👩‍👩‍👧"
    let expected = try tokenizer.encode(text)
    #expect(try PretrainedTokenizer(folder: target.url).encode(text) == expected)
    try FileManager.default.removeItem(at: target.url.appending(path: "tokenizer.json"))
    #expect(try PretrainedTokenizer(folder: target.url).encode(text) == expected)
    #expect(tokenizer.decode(expected.ids) == text)
    #expect(tokenizer.specialTokens.endOfSequence?.content == "<|endoftext|>")
  }

  private func folder(
    vocabulary: String = #"{"a": 0, "b": 1, "ab": 2, "<|endoftext|>": 3}"#,
    merges: String = "#version: 0.2\na b\n",
    configuration: String = #"{"tokenizer_class": "GPT2Tokenizer"}"#
  ) throws -> TokenizerFolder {
    let folder = try TemporaryFolder()
    _ = try folder.file("vocab.json", containing: vocabulary)
    _ = try folder.file("merges.txt", containing: merges)
    _ = try folder.file("tokenizer_config.json", containing: configuration)
    return TokenizerFolder(folder: folder)
  }

  @Test func refusesBadPairFilesWithTheFileAndTheReason() throws {
    #expect(try folder().tokenizer().encode("abab").ids == [2, 2])
    try folder(merges: "a b c\n").expectFailure(.invalidVocabulary, "merges.txt", "\"a b c\"")
    try folder(merges: "a c\n").expectFailure(.invalidVocabulary, "merges.txt", "lacks", "\"a c\"")
    try folder(vocabulary: "{}").expectFailure(.invalidVocabulary, "merges.txt", "a b")
    try folder(vocabulary: "{\"a\": 0,\n\"a\": 1}")
      .expectFailure(.invalidVocabulary, "vocab.json, line 2", "twice")
    try folder(configuration: #"{"tokenizer_class": "CTRLTokenizer"}"#)
      .expectFailure(.unsupportedStage, "CTRLTokenizer", "GPT2Tokenizer")
  }

  @Test func theConfigurationCountsWhereItContradictsTheFile() throws {
    let trained = try trainedFiles()
    _ = try trained.file(
      "tokenizer_config.json", containing: #"{"tokenizer_class": "RobertaTokenizer"}"#)
    let target = try TemporaryFolder()
    try PretrainedTokenizer(folder: trained.url).save(to: target.url)
    _ = try target.file("config.json", containing: #"{"model_type": "roberta"}"#)
    _ = try target.file(
      "tokenizer_config.json",
      containing: #"{"tokenizer_class": "RobertaTokenizer", "add_prefix_space": true}"#)
    let tokenizer = try PretrainedTokenizer(folder: target.url)
    #expect(tokenizer.notes.count == 1)
    #expect(tokenizer.notes.first?.contains("add_prefix_space") == true)
    try SavingTests().expectAgreement([target.url])
  }

  @Test func refusesPairModelsInJSONThatItCannotFollow() throws {
    func model(_ settings: String, merges: String = #"["a b"]"#) -> String {
      #"{"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": \#(merges)\#(settings)}"#
    }
    try TokenizerFolder.stages(model: model(#", "dropout": 0.1"#))
      .expectFailure(.unsupportedStage, "model.dropout")
    try TokenizerFolder.stages(model: model(#", "byte_fallback": true, "end_of_word_suffix": "x""#))
      .expectFailure(.unsupportedStage, "byte_fallback")
    try TokenizerFolder.stages(model: model("", merges: #"["a b c"]"#))
      .expectFailure(.invalidVocabulary, "tokenizer.json", "\"a b c\"")
    try TokenizerFolder.stages(model: model("", merges: #"[["a", "b", "c"]]"#))
      .expectFailure(.invalidKey, "two tokens")
    try TokenizerFolder.stages(model: model("", merges: #"[["b", "a"]]"#))
      .expectFailure(.invalidVocabulary, "lacks", "b a")
    try TokenizerFolder.stages(model: model("", merges: "7"))
      .expectFailure(.invalidKey, "model.merges")
    try TokenizerFolder.stages(model: model(#", "surprise": 1"#))
      .expectFailure(.invalidKey, "model.surprise")
  }

  @Test(arguments: [
    (#"(a)\\1"#, "\\1"), ("a(?R)", "(?R"), (#"\\p{Klingon}"#, "Klingon"), ("[a", "no end"),
    ("(a", "no end"), ("a)", "no partner"), ("+a", "nothing to repeat"),
    ("(?<=a+)b", "look-behind"),
    ("(?:a?)*", "empty"), ("[z-a]", "backwards"), ("a{9,3}", "backwards"), ("(?i:ß)", "ASCII"),
    ("a{999}", "256"), (#"\\Kb"#, "\\K"),
  ])
  func refusesPatternsThatItCannotFollow(_ pattern: String, _ word: String) throws {
    let split = """
      {"type": "Split", "pattern": {"Regex": "\(pattern)"}, "behavior": "Isolated",
       "invert": false}
      """
    try TokenizerFolder.stages(preTokenizer: split)
      .expectFailure(.unsupportedStage, "pre_tokenizer.pattern", word)
  }
}
