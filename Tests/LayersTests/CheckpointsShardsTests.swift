import Foundation
import Layers
import TestSupport
import Testing
import Torch

private struct LoadingInfo: Decodable {
  let missing: [String]
  let unexpected: [String]
  let equal: Bool
}

@Suite struct CheckpointsShardsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func tensors() throws -> [(name: String, tensor: Tensor)] {
    try (0..<5).map { ("layer.\($0)", try Tensor.full([10], Double($0))) }
  }

  private var index: URL { folder.url.appending(path: "model.safetensors.index.json") }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
  }

  @Test func readsWhatTransformersSharded() throws {
    try PythonOracle("layers_checkpoints").run(["transformers", folder.url.path])
    let whole = try Checkpoint.open(folder: folder.url.appending(path: "whole"))
    let sharded = try Checkpoint.open(folder: folder.url.appending(path: "sharded"))
    #expect(whole is SafetensorsFile)
    #expect(sharded is ShardedCheckpoint)
    #expect(try contents(of: sharded) == contents(of: whole))
  }

  @Test func transformersLoadsWhatWeSharded() throws {
    try PythonOracle("layers_checkpoints").run(["transformers", folder.url.path])
    let whole = folder.url.appending(path: "whole")
    let ours = folder.url.appending(path: "ours")
    try FileManager.default.createDirectory(at: ours, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: whole.appending(path: "config.json"), to: ours.appending(path: "config.json"))
    let source = try Checkpoint.open(folder: whole)
    let written = try SafetensorsWriter.writeSharded(
      source.names.map { ($0, try source.tensor($0)) }, to: ours, maximumShardBytes: 8000)
    #expect(written.count > 3)
    let output = try PythonOracle("layers_checkpoints").run(["load", ours.path])
    let info = try JSONDecoder().decode(LoadingInfo.self, from: output)
    #expect(info.missing.isEmpty && info.unexpected.isEmpty && info.equal)
  }

  @Test func splitsAtTheLimitAndReadsBack() throws {
    let written = try SafetensorsWriter.writeSharded(
      tensors(), to: folder.url, maximumShardBytes: 80)
    #expect(
      written == [
        "model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors",
        "model-00003-of-00003.safetensors", "model.safetensors.index.json",
      ])
    let read = try Checkpoint.open(folder: folder.url)
    #expect(read.names == (0..<5).map { "layer.\($0)" })
    #expect(try read.tensor("layer.3").sum().item() == 30)
    #expect(read.origin == index.path)
  }

  @Test func givesATensorBeyondTheLimitAFileOfItsOwn() throws {
    let written = try SafetensorsWriter.writeSharded(
      tensors(), to: folder.url, maximumShardBytes: 1)
    #expect(written.count == 6)
  }

  @Test func removesTheFilesOfAnEarlierSave() throws {
    try SafetensorsWriter.writeSharded(tensors(), to: folder.url, maximumShardBytes: 80)
    try SafetensorsWriter.writeSharded(tensors(), to: folder.url)
    #expect(try files() == ["model.safetensors"])
    try SafetensorsWriter.writeSharded(tensors(), to: folder.url, maximumShardBytes: 120)
    #expect(try files().count == 3)
    #expect(try Checkpoint.open(folder: folder.url).names.count == 5)
  }

  @Test func saysWhichFilesAreMissing() throws {
    try SafetensorsWriter.writeSharded(tensors(), to: folder.url, maximumShardBytes: 80)
    try FileManager.default.removeItem(
      at: folder.url.appending(path: "model-00002-of-00003.safetensors"))
    let error = try #require(refusal { try Checkpoint.open(folder: folder.url) })
    #expect(error.code == .access)
    #expect(error.description.contains("names 3 files, and 1 of them"))
    #expect(error.description.contains("model-00002-of-00003.safetensors"))
  }

  @Test func refusesANameThatIsNotWhereTheIndexSays() throws {
    try SafetensorsWriter.writeSharded(tensors(), to: folder.url, maximumShardBytes: 80)
    let text = try String(contentsOf: index, encoding: .utf8)
    let wrong = text.replacing("\"layer.0\": \"model-00001", with: "\"layer.0\": \"model-00002")
    try Data(wrong.utf8).write(to: index)
    let error = try #require(refusal { try Checkpoint.open(folder: folder.url) })
    #expect(error.description.contains("'layer.0' is in model-00002-of-00003.safetensors"))
    #expect(error.description.contains("model-00001-of-00003.safetensors"))
  }

  @Test func refusesANameThatNoFileHolds() throws {
    try SafetensorsWriter.writeSharded(tensors(), to: folder.url, maximumShardBytes: 80)
    let text = try String(contentsOf: index, encoding: .utf8)
    try Data(text.replacing("\"layer.4\"", with: "\"layer.9\"").utf8).write(to: index)
    let error = try #require(refusal { try Checkpoint.open(folder: folder.url) })
    #expect(error.description.contains("'layer.9'"))
    #expect(error.description.contains("in none of the files"))
  }

  @Test func refusesANameInTwoFiles() throws {
    let tensor = try Tensor.zeros([1])
    try SafetensorsWriter.write([("a", tensor)], to: folder.url.appending(path: "1.safetensors"))
    try SafetensorsWriter.write(
      [("a", tensor), ("b", tensor)], to: folder.url.appending(path: "2.safetensors"))
    let text = #"{"weight_map": {"a": "1.safetensors", "b": "2.safetensors"}}"#
    try Data(text.utf8).write(to: index)
    let error = try #require(refusal { try Checkpoint.open(folder: folder.url) })
    #expect(error.description.contains("'a' is in two files"))
  }

  @Test(arguments: [
    "", "{", "[]", "{}", #"{"weight_map": 3}"#, #"{"weight_map": {}}"#,
    #"{"weight_map": {"a": 3}}"#, #"{"weight_map": {"a": "../a.safetensors"}}"#,
    #"{"weight_map": {"a": "/etc/passwd"}}"#, #"{"weight_map": {"a": ".."}}"#,
    #"{"weight_map": {"a": "x", "a": "x"}}"#,
  ])
  func refusesAnIndexThatReads(_ text: String) throws {
    try Data(text.utf8).write(to: index)
    let error = try #require(refusal { try Checkpoint.open(folder: folder.url) })
    #expect(error.description.contains("model.safetensors.index.json"))
  }
}
