import Foundation
import Layers
import TestSupport
import Testing
import Torch
import TorchTestSupport

@Suite struct CheckpointsSafetensorsTests {
  @Test func readsWhatPythonWroteInEveryElementType() throws {
    let folder = try TemporaryFolder()
    try PythonOracle("layers_checkpoints").run(["safetensors", folder.url.path])
    let url = folder.url.appending(path: "all.safetensors")
    let file = try SafetensorsFile(url)
    let expected = try StoredFile(oracle: url)
    #expect(file.metadata == expected.metadata)
    #expect(file.names == expected.tensors.keys.sorted())
    #expect(try contents(of: file) == expected.tensors)
    for (name, tensor) in expected.tensors {
      #expect(file.shape(of: name) == tensor.shape)
      #expect(file.dataType(of: name)?.rawValue == tensor.type)
    }
  }

  @Test func readsAFileWithoutMetadata() throws {
    let folder = try TemporaryFolder()
    try PythonOracle("layers_checkpoints").run(["safetensors", folder.url.path])
    let file = try SafetensorsFile(folder.url.appending(path: "plain.safetensors"))
    #expect(file.metadata.isEmpty)
    #expect(file.names == ["a"])
  }

  @Test func pythonReadsWhatWeWroteInEveryElementType() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "ours.safetensors")
    let tensors = try sampleTensors()
    try SafetensorsWriter.write(tensors, metadata: ["format": "pt", "note": "é \"x\""], to: url)
    let read = try StoredFile(oracle: url)
    #expect(read.metadata == ["format": "pt", "note": "é \"x\""])
    #expect(read.tensors.count == tensors.count)
    for (name, tensor) in tensors { #expect(try read.tensors[name] == StoredTensor(tensor)) }
  }

  @Test func writesTheBytesThatPythonWrites() throws {
    let folder = try TemporaryFolder()
    let ours = folder.url.appending(path: "ours.safetensors")
    let theirs = folder.url.appending(path: "theirs.safetensors")
    try SafetensorsWriter.write(sampleTensors(), to: ours)
    try PythonOracle("layers_checkpoints").run(["rewrite", ours.path, theirs.path])
    #expect(try Data(contentsOf: ours) == Data(contentsOf: theirs))
  }

  @Test func tensorsOutliveTheFileObject() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.safetensors")
    try SafetensorsWriter.write([("a", try Tensor([Float(1), 2, 3]))], to: url)
    let tensor = try SafetensorsFile(url).tensor("a")
    try expectClose(tensor, to: [Float(1), 2, 3], within: 0)
  }

  @Test func sharesMemoryBetweenReadsOfOneTensor() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.safetensors")
    try SafetensorsWriter.write([("a", try Tensor([Float(1), 2, 3]))], to: url)
    let file = try SafetensorsFile(url)
    #expect(try file.tensor("a").sharesMemory(with: file.tensor("a")))
  }

  @Test func writingInPlaceNeverReachesTheFile() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.safetensors")
    try SafetensorsWriter.write([("a", try Tensor([Float(1), 2, 3]))], to: url)
    let tensor = try SafetensorsFile(url).tensor("a")
    try tensor.fill(9)
    try expectClose(tensor, to: [Float(9), 9, 9], within: 0)
    try expectClose(try SafetensorsFile(url).tensor("a"), to: [Float(1), 2, 3], within: 0)
  }

  @Test func copiesTensorsThatDoNotLieAligned() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "odd.safetensors")
    let header = """
      {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},\
      "b":{"dtype":"F32","shape":[2],"data_offsets":[1,9]}}
      """
    try safetensors(header: header, data: [7, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]).write(to: url)
    let file = try SafetensorsFile(url)
    try expectClose(try file.tensor("a"), to: [Float(7)], within: 0)
    try expectClose(try file.tensor("b"), to: [Float(1), 2], within: 0)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: DemoAssets.model.path), "make setup"))
  func readsAPretrainedModel() throws {
    let url = DemoAssets.model.appending(path: "model.safetensors")
    let output = try PythonOracle("layers_checkpoints").run(["sums", url.path])
    let sums = try JSONDecoder().decode([String: [Double]].self, from: output)
    let source = try Checkpoint.open(folder: DemoAssets.model)
    #expect(source.names == sums.keys.sorted())
    for (name, expected) in sums {
      let tensor = try source.tensor(name).to(.float64)
      try expectClose(tensor.sum(), to: [expected[0]], within: 1e-9, relative: 1e-9)
      try expectClose(tensor.squared().sum(), to: [expected[1]], within: 1e-9, relative: 1e-9)
    }
  }
}
