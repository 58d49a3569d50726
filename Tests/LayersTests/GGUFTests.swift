import Foundation
import Layers
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// GGUF files that the gguf package wrote.
@Suite(.serialized) struct GGUFTests {
  /// A file with every kind of value and tensor, and beside it what the package makes of them.
  static let sample = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("layers_gguf").run(["sample", folder.url.path])
    return folder
  }

  private static func file(_ name: String = "sample.gguf") throws -> URL {
    try sample.get().url.appending(path: name)
  }

  @Test func readsEveryKindOfValue() throws {
    let metadata = try GGUFFile(Self.file()).metadata
    let expected: [String: GGUFValue] = [
      "uint8": .integer(200), "int8": .integer(-100), "uint16": .integer(60000),
      "int16": .integer(-30000), "uint32": .integer(4_000_000_000),
      "int32": .integer(-2_000_000_000), "uint64": .integer(9_000_000_000_000_000_000),
      "int64": .integer(-9_000_000_000_000_000_000), "float32": .number(0.25),
      "float64": .number(0.1), "bool": .bool(true), "string": .string("Grüße, 世界"),
      "texts": .array([.string("a"), .string(""), .string("▁b")]),
      "numbers": .array([.number(1.5), .number(-2)]),
      "integers": .array([.integer(1), .integer(2), .integer(3)]),
    ]
    for (key, value) in expected { #expect(metadata["sample.\(key)"] == value, "\(key)") }
    #expect(try GGUFFile(Self.file()).architecture == "sample")
  }

  @Test("The tokeniser's metadata are plain values")
  func givesTheTokenizer() throws {
    let tokenizer = try #require(try GGUFFile(Self.file()).tokenizer())
    #expect(
      tokenizer
        == GGUFTokenizer(
          model: "gpt2", preTokenizer: "llama-bpe", tokens: ["<s>", "a", "b", "ab"],
          scores: [0, -1, -2, -3.5], types: [3, 1, 1, 1], merges: ["a b"],
          specialIds: ["bos": 0, "eos": 3],
          flags: ["add_bos_token": true, "add_space_prefix": false],
          chatTemplate: "{{ messages[0]['content'] }}"))
  }

  @Test("Every element type expands to what the gguf package has, bit for bit")
  func expandsEveryType() throws {
    let file = try GGUFFile(Self.file())
    let expected = try SafetensorsFile(Self.file("sample.safetensors"))
    #expect(file.names == expected.names)
    #expect(file.names.count == 13)
    for name in file.names {
      #expect(file.shape(of: name) == expected.shape(of: name))
      #expect(name == "tensor.\(file.storedType(of: name) ?? "")")
      let tensor = try file.tensor(name)
      #expect(tensor.dataType == file.dataType(of: name))
      // Where a minimum is subtracted, a compiler may or may not round the product before.
      let isExact = !["2_K", "4_K", "5_K", "4_1", "5_1"].contains { name.hasSuffix($0) }
      try expectClose(
        tensor.to(.float32), to: expected.tensor(name), within: isExact ? 0 : 1e-4, "\(name)")
    }
  }

  @Test("A file that ends anywhere too early is refused, never read beyond its end")
  func refusesFilesThatAreCutShort() throws {
    let whole = try Data(contentsOf: Self.file())
    let folder = try TemporaryFolder()
    let cut = folder.url.appending(path: "cut.gguf")
    for count in Array(stride(from: 1, to: 2200, by: 13)) + [whole.count - 40] {
      try whole.prefix(count).write(to: cut)
      let error = #expect(throws: LayersError.self, "\(count) bytes") { try GGUFFile(cut) }
      #expect(error?.description.hasPrefix(cut.path) == true)
    }
    try whole.prefix(100).write(to: cut)
    #expect(
      refusal { try GGUFFile(cut) }?.hasPrefix("\(cut.path) is ") == true)
    try whole.prefix(whole.count - 40).write(to: cut)
    let told = try #require(refusal { try GGUFFile(cut) })
    #expect(
      told.hasPrefix("\(cut.path) is cut short: the tensor 'tensor.Q6_K' goes on after its end."))
  }

  @Test("Bytes that are wrong give an error or another value, never a crash")
  func survivesDamage() throws {
    let whole = try Data(contentsOf: Self.file())
    let folder = try TemporaryFolder()
    let damaged = folder.url.appending(path: "damaged.gguf")
    var random = RandomBytes(state: 1)
    for _ in 0..<300 {
      var bytes = whole
      for _ in 0..<1 + random.next() % 3 {
        bytes[Int(random.next() % 2300)] = UInt8(truncatingIfNeeded: random.next())
      }
      try bytes.write(to: damaged)
      guard let file = try? GGUFFile(damaged) else { continue }
      for name in file.names { _ = try? file.tensor(name).sum().item() }
      _ = try? file.tokenizer()
    }
  }

  private static let letters = Array("GGUF".utf8)
  private static let unreadable: [(bytes: [UInt8], sentence: String)] = [
    (Array("GGUX".utf8), "is not a GGUF file: it does not begin with those letters."),
    (
      letters + [1, 0, 0, 0],
      "cannot be read: it is of version 1, and versions 2 and 3 are read. Convert the model again "
        + "with a current llama.cpp."
    ),
    (
      letters + [0, 0, 0, 3],
      "cannot be read: it is written for big-endian machines. Convert the model again with a "
        + "current llama.cpp."
    ),
    (
      letters + [3, 0, 0, 0] + [UInt8](repeating: 255, count: 16),
      "is damaged: it says that 18446744073709551615 tensors follow, and 8 bytes do. Copy or "
        + "download it again."
    ),
  ]

  @Test(arguments: unreadable)
  func refusesWhatItCannotRead(bytes: [UInt8], sentence: String) throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "model.gguf")
    try Data(bytes).write(to: file)
    #expect(refusal { try GGUFFile(file) } == "\(file.path) \(sentence)")
  }

  @Test func refusesAnArchitectureWithoutNames() throws {
    let path = try Self.file().path
    #expect(
      refusal { try Checkpoint.open(folder: Self.file()) }
        == "\(path): the architecture \"sample\" of a GGUF file is not supported. Supported are: "
        + "gpt2, llama, qwen2, qwen3.")
  }

  @Test func asksWhichOfSeveralFilesIsMeant() throws {
    let folder = try TemporaryFolder()
    for name in ["b.gguf", "a.gguf"] { _ = try folder.file(name, containing: "GGUF") }
    #expect(
      refusal { try Checkpoint.open(folder: folder.url) }
        == "The folder \(folder.url.path(percentEncoded: false)) holds 2 GGUF files: a.gguf, b.gguf. Name the one that is "
        + "meant.")
  }

  private func refusal<Value>(_ body: () throws -> Value) -> String? {
    do {
      _ = try body()
      return nil
    } catch { return "\(error)" }
  }
}

/// A small generator of random numbers, SplitMix64.
private struct RandomBytes {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
