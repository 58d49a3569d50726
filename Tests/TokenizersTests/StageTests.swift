import Foundation
import TestSupport
import Testing
import Tokenizers

/// Every kind of stage answers as it does in Hugging Face's `tokenizers`: ids, offsets, segments,
/// words and decoded text, over models that the reference trains in the test itself.
struct StageTests {
  @Test(
    "Stages agree with the reference on generated strings",
    arguments: [
      ("real", 2000, 12), ("behaviors", 400, 70), ("patterns", 300, 50), ("models", 1500, 11),
      ("ends", 400, 26), ("scalars", 0, 20), ("normalizers", 600, 50), ("forms", 0, 6),
    ])
  func stagesAgree(_ group: String, _ count: Int, _ variants: Int) throws {
    let folder = try TemporaryFolder()
    try PythonOracle("tokenizers_stages").run([group, folder.url.path, String(count)])
    try expectAgreement(in: folder, variants: variants)
  }

  @Test(
    "GPT-2's own vocabulary agrees with the reference, on XQuAD too",
    .enabled(if: SharedData.isHere, "\(SharedData.reason)"))
  func theVocabularyOfGPT2Agrees() throws {
    let folder = try TemporaryFolder()
    let data = try #require(SharedData.folder).appending(path: "tokenizer_gold")
    let texts = try SharedTexts.xquad("en").prefix(700) + SharedTexts.xquad("zh").prefix(700)
    try PythonOracle("tokenizers_stages").run(
      [
        "files", folder.url.path, "3000", data.appending(path: "gpt2-vocab.json").path,
        data.appending(path: "gpt2-merges.txt").path,
      ], input: JSONEncoder().encode(Array(texts)))
    try expectAgreement(in: folder, variants: 2)
  }

  @Test("What is saved says the same to the reference", arguments: ["real", "models", "ends"])
  func savedFilesSayTheSame(_ group: String) throws {
    let folder = try TemporaryFolder()
    let target = try TemporaryFolder()
    try PythonOracle("tokenizers_stages").run([group, folder.url.path, "30"])
    for variant in try ReferenceAnswers(folder.url).variants {
      try PretrainedTokenizer(folder: folder.url.appending(path: variant))
        .save(to: target.url.appending(path: variant))
    }
    let differing = try PythonOracle("tokenizers_stages")
      .run(["same", folder.url.path, "0", target.url.path])
    #expect(try JSONDecoder().decode([String].self, from: differing) == [])
  }

  private func expectAgreement(in folder: TemporaryFolder, variants: Int) throws {
    let answers = try ReferenceAnswers(folder.url)
    #expect(try answers.variants.count >= variants)
    for variant in try answers.variants {
      let differences = try answers.differences(variant)
      #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }
  }
}
