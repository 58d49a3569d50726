import Foundation
import Layers
import TestSupport
import Testing
import Torch

/// What `torch.save` wrote, made once for all tests.
enum TorchSaved {
  static let folder = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("layers_checkpoints").run(["torch", folder.url.path])
    return folder
  }

  static func url(_ name: String) throws -> URL { try folder.get().url.appending(path: name) }
}

@Suite struct CheckpointsPyTorchTests {
  @Test(arguments: ["module", "protocol3", "protocol4", "protocol5"])
  func readsAStateDict(_ name: String) throws {
    let archive = try PyTorchArchive(TorchSaved.url("\(name).bin"))
    #expect(
      try contents(of: archive)
        == contents(of: SafetensorsFile(TorchSaved.url("module.safetensors"))))
  }

  @Test func readsViewsParametersAndEveryElementType() throws {
    let archive = try PyTorchArchive(TorchSaved.url("views.bin"))
    #expect(
      try contents(of: archive)
        == contents(of: SafetensorsFile(TorchSaved.url("views.safetensors"))))
    #expect(archive.shape(of: "transposed") == [6, 4])
    #expect(archive.dataType(of: "layer.bfloat16") == .bfloat16)
    #expect(try archive.tensor("transposed").isContiguous)
  }

  @Test func tensorsOfOneStorageShareMemory() throws {
    let archive = try PyTorchArchive(TorchSaved.url("views.bin"))
    #expect(try archive.tensor("whole").sharesMemory(with: archive.tensor("row")))
  }

  @Test func writingInPlaceNeverReachesTheFile() throws {
    let url = try TorchSaved.url("protocol3.bin")
    let before = try Data(contentsOf: url)
    let tensor = try PyTorchArchive(url).tensor("0.weight")
    try tensor.fill(3)
    #expect(try Data(contentsOf: url) == before)
  }

  @Test func readsShardsAndTheirIndex() throws {
    let source = try Checkpoint.open(folder: TorchSaved.url("sharded"))
    #expect(source is ShardedCheckpoint)
    #expect(
      try contents(of: source)
        == contents(of: SafetensorsFile(TorchSaved.url("module.safetensors"))))
  }

  @Test(arguments: [
    ("legacy.bin", "before version 1.6"),
    ("legacy.bin", "torch.save(torch.load("),
    ("training.bin", "'epoch' is a number, 'loss' is a number, 'state_dict' is a dictionary"),
    ("training.bin", "model.state_dict()"),
    ("list.bin", "holds a list"),
    ("bare.bin", "holds a tensor"),
    ("module-object.bin", "torch.nn.modules.container.Sequential"),
    ("odd.bin", "'odd' is a Python object (__main__.Odd)"),
    ("numbered.bin", "a key is a number"),
    ("nothing.bin", "holds no tensors"),
    ("complex.bin", "'c' is of the type torch.ComplexFloatStorage"),
    ("uint16.bin", "'u' is of the type torch.uint16"),
    ("script.bin", "TorchScript"),
    ("module.safetensors", "no zip archive"),
    ("packed.bin", "was compressed after PyTorch wrote it"),
  ])
  func refuses(_ name: String, _ words: String) throws {
    let url = try TorchSaved.url(name)
    let error = try #require(refusal { try PyTorchArchive(url) })
    #expect(error.code == .file)
    #expect(error.description.contains(url.path))
    #expect(error.description.contains(words), "\(error.description)")
  }

  @Test(arguments: [0, 1, 10, 200, 1000])
  func refusesAFileCutShortBy(_ bytes: Int) throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "pytorch_model.bin")
    let whole = try Data(contentsOf: TorchSaved.url("module.bin"))
    try whole.prefix(bytes == 0 ? 0 : whole.count - bytes).write(to: url)
    let error = try #require(refusal { try PyTorchArchive(url) })
    #expect(error.code == .file)
  }
}
