import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch

/// The smallest real decoder that there is: llama2.c's model of 260 thousand parameters, which tells
/// stories.
@Suite(.enabled(if: SharedData.isHere, "\(SharedData.reason)")) struct StoriesTests {
  @Test("A converted checkpoint of llama2.c tells its story")
  func tellsTheStory() throws {
    let data = try #require(SharedData.folder).appending(path: "stories260K")
    let folder = try TemporaryFolder()
    let place = folder.url.appending(path: "model")
    try convert(data.appending(path: "stories260K.bin"), to: place)
    var options = ParameterStore.Options()
    options.isTrainable = false
    let pretrained = try PretrainedModel(
      folder: place, .causalLanguageModel, options: options)
    #expect(pretrained.store.report.notes().isEmpty)

    let model = pretrained.model
    let cache = try #require(model.makeCache(sequences: 1))
    var next: Int32 = 1
    var ids: [Int] = []
    try withoutGradients {
      for _ in 0..<40 {
        let logits = try model.logits(cache.batch([[next]]), cache: cache)
          .values(as: Float.self)
        let best = try #require(logits.indices.max { logits[$0] < logits[$1] })
        ids.append(best)
        next = Int32(best)
      }
    }
    let pieces = try vocabulary(data.appending(path: "tok512.bin"))
    let text = String(decoding: ids.flatMap { pieces[$0] }, as: UTF8.self)
    // The first piece brings a space, which llama2.c leaves out after the token of the beginning.
    #expect(
      text.dropFirst(text.hasPrefix(" ") ? 1 : 0)
        .hasPrefix("Once upon a time, there was a little girl named Lily"), "\(text)")
  }

  private func convert(_ checkpoint: URL, to folder: URL) throws {
    let process = Process()
    process.executableURL = PythonOracle.interpreter
    process.arguments = [
      ProjectFolder.root.appending(path: "Tools/convert-llama2c.py").path, checkpoint.path,
      folder.path,
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  /// The pieces of a vocabulary of llama2.c: the length of the longest, then a score, a length and
  /// the bytes of each.
  private func vocabulary(_ file: URL) throws -> [[UInt8]] {
    let bytes = [UInt8](try Data(contentsOf: file))
    var pieces: [[UInt8]] = []
    var position = 4
    while position + 8 <= bytes.count {
      let length = (0..<4).reduce(0) { $0 | Int(bytes[position + 4 + $1]) << (8 * $1) }
      position += 8
      pieces.append(Array(bytes[position..<position + length]))
      position += length
    }
    return pieces
  }
}
