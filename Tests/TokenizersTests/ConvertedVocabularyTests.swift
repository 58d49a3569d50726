import Foundation
import TestSupport
import Testing
import Tokenizers

/// What `Tools/convert-llama2c.py` makes of a tokenizer of llama2.c.
struct ConvertedVocabularyTests {
  private struct Answers: Decodable {
    let texts: [String]
    let ids: [[TokenID]]
  }

  @Test func aConvertedVocabularySpellsAsLlama2CDoes() throws {
    let folder = try TemporaryFolder()
    let output = try PythonOracle("tokenizers_gguf").run(["llama2c", folder.url.path])
    let file = folder.url.appending(path: "tokenizer.bin")
    let count = try read(file).vocabularySize
    let checkpoint = folder.url.appending(path: "model.bin")
    try emptyModel(vocabulary: count).write(to: checkpoint)
    let converted = try convert(checkpoint, file, to: folder.url.appending(path: "model"))
    try expectSame(converted, JSONDecoder().decode(Answers.self, from: output))
  }

  @Test(
    "The converted vocabulary of stories260K is that of its file, and tokenizers reads it alike",
    .enabled(if: SharedData.isHere, "\(SharedData.reason)"))
  func theConvertedVocabularyOfStories260KIsThatOfItsFile() throws {
    let data = try #require(SharedData.folder).appending(path: "stories260K")
    let folder = try TemporaryFolder()
    let place = folder.url.appending(path: "model")
    let file = data.appending(path: "tok512.bin")
    let converted = try convert(data.appending(path: "stories260K.bin"), file, to: place)
    #expect(converted.vocabularySize == 512)
    let output = try PythonOracle("tokenizers_gguf")
      .run(["same", place.appending(path: "tokenizer.json").path])
    let answers = try JSONDecoder().decode(Answers.self, from: output)
    try expectSame(converted, answers)
    try expectSame(read(file), answers)
  }

  private func expectSame(_ tokenizer: PretrainedTokenizer, _ answers: Answers) throws {
    for (text, ids) in zip(answers.texts, answers.ids) {
      #expect(try tokenizer.encode(text).ids == ids, "\(text.debugDescription)")
    }
  }

  private func read(_ file: URL) throws -> PretrainedTokenizer {
    try PretrainedTokenizer(llama2C: [UInt8](Data(contentsOf: file)), name: file.lastPathComponent)
  }

  private func convert(
    _ checkpoint: URL, _ tokenizer: URL, to folder: URL
  ) throws -> PretrainedTokenizer {
    let process = Process()
    process.executableURL = PythonOracle.interpreter
    process.arguments = [
      ProjectFolder.root.appending(path: "Tools/convert-llama2c.py").path, checkpoint.path,
      folder.path, "--tokenizer", tokenizer.path,
    ]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return try PretrainedTokenizer(folder: folder)
  }

  /// A checkpoint of llama2.c's first format: 4 wide, one layer, one head, 4 positions, weights 0.
  private func emptyModel(vocabulary: Int) -> Data {
    let sizes = [4, 4, 1, 1, 1, vocabulary, 4].map(Int32.init)
    let numbers = vocabulary * 4 + 4 + 4 * 16 + 4 + 3 * 16 + 4 + 2 * 4 * 2
    return sizes.reduce(into: Data()) { data, size in
      withUnsafeBytes(of: size.littleEndian) { data.append(contentsOf: $0) }
    } + Data(count: 4 * numbers)
  }
}
