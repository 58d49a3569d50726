public import Foundation
public import Torch

extension SafetensorsWriter {
  /// Writes a model's weights to a folder in Hugging Face's layout: `model.safetensors`, or where
  /// that would be larger than `maximumShardBytes` `model-00001-of-0000N.safetensors` and so on
  /// with `model.safetensors.index.json`.
  ///
  /// Tensors keep their order over the files, each of which is as full as the limit allows; a
  /// tensor beyond the limit has a file of its own. All files are written beside their destinations
  /// before the first takes its place; files of an earlier save that are no longer part of the
  /// checkpoint are then removed.
  ///
  /// - Parameters:
  ///   - tensors: Names and tensors.
  ///   - metadata: Free texts for the header of each file.
  ///   - folder: A folder that is there.
  ///   - maximumShardBytes: Bytes of tensors in one file, 1 or more.
  /// - Returns: The names of the files that were written, the index last.
  /// - Throws: ``LayersError`` as ``write(_:metadata:to:)`` does.
  @discardableResult
  public static func writeSharded(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = ["format": "pt"],
    to folder: URL, maximumShardBytes: Int = 5_000_000_000
  ) throws -> [String] {
    let shards = split(tensors, maximumShardBytes)
    var names = shards.indices.map { name(of: $0, among: shards.count) }
    var files: [AtomicFile] = []
    for (name, shard) in zip(names, shards) {
      let url = folder.appending(path: name)
      let file = try SafetensorsContents(shard, metadata: metadata, path: url.plainPath)
        .write(to: AtomicFile(url))
      try file.finish()
      files.append(file)
    }
    if shards.count > 1 {
      try checkNames(tensors, folder)
      let index = try AtomicFile(folder.appending(path: indexName))
      try index.write(indexText(shards, names))
      try index.finish()
      files.append(index)
      names.append(indexName)
    }
    for file in files { try file.place() }
    removeEarlierFiles(in: folder, but: Set(names))
    return names
  }

  private static let indexName = "model.safetensors.index.json"

  private static func name(of shard: Int, among count: Int) -> String {
    guard count > 1 else { return "model.safetensors" }
    return "model-\(fiveDigits(shard + 1))-of-\(fiveDigits(count)).safetensors"
  }

  private static func fiveDigits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  private static func split(
    _ tensors: [(name: String, tensor: Tensor)], _ limit: Int
  ) -> [[(name: String, tensor: Tensor)]] {
    var shards: [[(name: String, tensor: Tensor)]] = [[]]
    var bytes = 0
    for item in tensors {
      let size = item.tensor.byteCount
      if bytes + size > limit, !shards[shards.count - 1].isEmpty {
        shards.append([])
        bytes = 0
      }
      shards[shards.count - 1].append(item)
      bytes += size
    }
    return shards
  }

  /// Each file checks its own names; the same name in two files shows only here.
  private static func checkNames(_ tensors: [(name: String, tensor: Tensor)], _ folder: URL) throws
  {
    var seen: Set<String> = []
    for (name, _) in tensors where !seen.insert(name).inserted {
      throw LayersError(
        .name, "\(folder.plainPath): two tensors to be written are named '\(name)'.")
    }
  }

  private static func indexText(
    _ shards: [[(name: String, tensor: Tensor)]], _ files: [String]
  ) -> String {
    let total = shards.joined().reduce(0) { $0 + $1.tensor.byteCount }
    let fileByName = zip(shards, files).flatMap { shard, file in shard.map { ($0.name, file) } }
    let lines = fileByName.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
      .map { "    \(CheckpointJSON.quoted($0.0)): \(CheckpointJSON.quoted($0.1))" }
    return """
      {
        "metadata": {
          "total_size": \(total)
        },
        "weight_map": {
      \(lines.joined(separator: ",\n"))
        }
      }

      """
  }

  /// An earlier `model.safetensors` would be read instead of the index, and earlier shards would be
  /// dead weight.
  private static func removeEarlierFiles(in folder: URL, but kept: Set<String>) {
    let shard = /model-\d{5}-of-\d{5}\.safetensors/
    let there = (try? FileManager.default.contentsOfDirectory(atPath: folder.plainPath)) ?? []
    for name in there where !kept.contains(name) {
      let isOurs = name == "model.safetensors" || name == indexName
      guard isOurs || name.wholeMatch(of: shard) != nil else { continue }
      try? FileManager.default.removeItem(at: folder.appending(path: name))
    }
  }
}
