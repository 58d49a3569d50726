import Foundation
import Layers
import TestSupport
import Testing
import Torch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct CheckpointsWriterTests {
  @Test func leavesNothingBesideTheFile() throws {
    let folder = try TemporaryFolder()
    try SafetensorsWriter.write(sampleTensors(), to: folder.url.appending(path: "a.safetensors"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.safetensors"])
  }

  @Test func replacesAFileThatIsStillBeingRead() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.safetensors")
    try SafetensorsWriter.write([("a", try Tensor.full([1000], 1))], to: url)
    let old = try SafetensorsFile(url)
    try SafetensorsWriter.write([("a", try Tensor.full([10], 2))], to: url)
    #expect(try old.tensor("a").sum().item() == 1000)
    #expect(try SafetensorsFile(url).tensor("a").sum().item() == 20)
  }

  @Test func writesTensorsThatShareMemoryEachInFull() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.safetensors")
    let whole = try Tensor.range(to: 6).reshaped([2, 3])
    try SafetensorsWriter.write([("whole", whole), ("row", try whole.select(0, 1))], to: url)
    let file = try SafetensorsFile(url)
    #expect(try file.tensor("row").values(as: Int64.self) == [3, 4, 5])
    #expect(try file.tensor("whole").values(as: Int64.self) == [0, 1, 2, 3, 4, 5])
  }

  @Test func writesAFileOfNoTensors() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.safetensors")
    try SafetensorsWriter.write([], to: url)
    #expect(try SafetensorsFile(url).names.isEmpty)
    #expect(try StoredFile(oracle: url).tensors.isEmpty)
  }

  @Test func refusesTwoTensorsOfOneName() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.safetensors")
    let tensor = try Tensor.zeros([2])
    let error = try #require(
      refusal { try SafetensorsWriter.write([("a", tensor), ("a", tensor)], to: url) })
    #expect(error.code == .name)
    #expect(error.description.contains("'a'"))
    #expect(!FileManager.default.fileExists(atPath: url.path))
  }

  @Test func refusesTheReservedName() throws {
    let folder = try TemporaryFolder()
    let tensors = [(name: "__metadata__", tensor: try Tensor.zeros([2]))]
    let error = try #require(
      refusal { try SafetensorsWriter.write(tensors, to: folder.url.appending(path: "a")) })
    #expect(error.description.contains("__metadata__"))
  }

  @Test func saysThatTheFolderIsNotThere() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "absent/a.safetensors")
    let error = try #require(
      refusal { try SafetensorsWriter.write([("a", try Tensor.zeros([2]))], to: url) })
    #expect(error.code == .access)
    #expect(error.description.contains("its folder is not there"))
  }

  @Test func leavesAFolderOfTheSameNameAlone() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.safetensors")
    try FileManager.default.createDirectory(
      at: url.appending(path: "full"), withIntermediateDirectories: true)
    let error = try #require(
      refusal { try SafetensorsWriter.write([("a", try Tensor.zeros([2]))], to: url) })
    #expect(error.code == .access)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.safetensors"])
  }

  @Test(.enabled(if: getuid() != 0, "the superuser may write everywhere"))
  func saysThatTheFolderMayNotBeWrittenTo() throws {
    let folder = try TemporaryFolder()
    unsafe chmod(folder.url.path, 0o555)
    defer { unsafe chmod(folder.url.path, 0o755) }
    let url = folder.url.appending(path: "a.safetensors")
    let error = try #require(
      refusal { try SafetensorsWriter.write([("a", try Tensor.zeros([2]))], to: url) })
    #expect(error.description.contains("may not be written to"))
  }

  /// In a process of its own, because the limit holds for all of a process's files.
  @Test func keepsTheOldFileWhenThereIsNoRoom() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let url = folder.url.appending(path: "a.safetensors")
      try SafetensorsWriter.write([("a", try Tensor.full([10], 1))], to: url)
      limitFileSize()
      let error = refusal {
        try SafetensorsWriter.write([("a", try Tensor.full([100_000], 2))], to: url)
      }
      let there = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
      guard error?.code == .access, there == ["a.safetensors"],
        try SafetensorsFile(url).tensor("a").sum().item() == 10
      else { exit(1) }
    }
  }
}

/// Makes every later write of this process beyond 100 kB fail.
private func limitFileSize() {
  _ = signal(SIGXFSZ, SIG_IGN)
  var limit = rlimit(rlim_cur: 100_000, rlim_max: .max)
  #if canImport(Glibc)
    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
  #else
    let resource = RLIMIT_FSIZE
  #endif
  _ = unsafe setrlimit(resource, &limit)
}
