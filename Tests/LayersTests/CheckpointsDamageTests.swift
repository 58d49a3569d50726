import Foundation
import Layers
import TestSupport
import Testing
import Torch

/// SplitMix64: the same damage in every run.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

/// Numbers that readers of files stumble over.
private let awkward: [[UInt8]] = [
  [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80],
  Array("99999999999999999999".utf8), Array("-1".utf8), Array("9223372036854775807".utf8),
  Array("[".utf8), Array("\"".utf8), Array("\\u".utf8), [UInt8](repeating: 0xFF, count: 8),
]

/// A copy of a file with one to four kinds of damage in the part that `range` names.
private func damaged(
  _ whole: [UInt8], in range: Range<Int>, _ generator: inout SeededGenerator
) -> [UInt8] {
  var bytes = whole
  for _ in 0..<Int.random(in: 1...4, using: &generator) {
    let place = min(Int.random(in: range, using: &generator), bytes.count - 1)
    guard place >= 0 else { break }
    switch Int.random(in: 0..<7, using: &generator) {
    case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
    case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 2: bytes.removeLast(Int.random(in: 0...bytes.count / 2, using: &generator))
    case 3: bytes.remove(at: place)
    case 4: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: place)
    case 5:
      let number = awkward[Int.random(in: 0..<awkward.count, using: &generator)]
      bytes.replaceSubrange(place..<min(place + number.count, bytes.count), with: number)
    default:
      let other = min(Int.random(in: range, using: &generator), bytes.count - 1)
      bytes.swapAt(place, other)
    }
  }
  return bytes
}

/// Reads every element, so that memory that is not there would show.
private func readEverything(_ source: any WeightSource) throws {
  for name in source.names where (source.shape(of: name) ?? []).reduce(1, &*) < 1 << 20 {
    _ = unsafe try source.tensor(name).withBytes { unsafe $0.reduce(0) { $0 ^ $1 } }
  }
}

/// Damages a file again and again; each time it must be read or refused with a sentence.
private func survives(
  _ count: Int, _ original: URL, in range: Range<Int>, seed: UInt64,
  opening open: (URL) throws -> any WeightSource
) throws -> (read: Int, refused: Int) {
  let folder = try TemporaryFolder()
  let url = try folder.file(original.lastPathComponent, containing: "")
  let file = try FileHandle(forWritingTo: url)
  let whole = try [UInt8](Data(contentsOf: original))
  var generator = SeededGenerator(state: seed)
  var read = 0
  var refused = 0
  for _ in 0..<count {
    // Foundation's `write(to:)` would wait for the disk every time.
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: Data(damaged(whole, in: range, &generator)))
    do {
      try readEverything(try open(url))
      read += 1
    } catch let error as LayersError {
      #expect(error.description.contains(folder.url.path))
      refused += 1
    }
  }
  return (read, refused)
}

@Suite struct CheckpointsDamageTests {
  @Test func aDamagedSafetensorsFileIsReadOrRefused() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "model.safetensors")
    try SafetensorsWriter.write(sampleTensors(), to: url)
    let header = try Data(contentsOf: url).prefix(2).enumerated()
      .reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    let (read, refused) = try survives(3000, url, in: 0..<8 + header, seed: 1) {
      try SafetensorsFile($0)
    }
    #expect(read > 0 && refused > 2000)
  }

  @Test(arguments: ["module.bin", "views.bin"])
  func aDamagedPyTorchFileIsReadOrRefused(_ name: String) throws {
    let url = try TorchSaved.url(name)
    let size = try Data(contentsOf: url).count
    // The pickle comes first, the directory last.
    for (range, seed) in [(0..<min(size, 3000), UInt64(2)), (max(0, size - 3000)..<size, 3)] {
      let (read, refused) = try survives(1500, url, in: range, seed: seed) {
        try PyTorchArchive($0)
      }
      #expect(read > 0 && refused > 300)
    }
  }

  @Test func aDamagedIndexIsReadOrRefused() throws {
    let folder = try TemporaryFolder()
    try SafetensorsWriter.writeSharded(
      sampleTensors().map { ($0.name, $0.tensor) }, to: folder.url, maximumShardBytes: 300)
    let index = folder.url.appending(path: "model.safetensors.index.json")
    let size = try Data(contentsOf: index).count
    let sound = Set(try FileManager.default.contentsOfDirectory(atPath: folder.url.path))
    let (_, refused) = try survives(1000, index, in: 0..<size, seed: 4) { copy in
      // The shards lie beside the copy too, by links.
      for name in sound where name.hasSuffix(".safetensors") {
        let link = copy.deletingLastPathComponent().appending(path: name)
        try? FileManager.default.createSymbolicLink(
          at: link, withDestinationURL: folder.url.appending(path: name))
      }
      return try ShardedCheckpoint(index: copy)
    }
    #expect(refused > 500)
  }
}
