public import Foundation
public import Torch

/// A checkpoint in several files, which an index names: `model.safetensors.index.json` or
/// `pytorch_model.bin.index.json`.
///
/// Every file that the index names is opened at once and every name is looked up, so a download
/// that lacks a part is told before anything is computed. Tensors that the files hold and the index
/// does not mention are given too, as Transformers does; whoever loads the model sees them as left
/// over.
public final class ShardedCheckpoint: WeightSource {
  /// Every name, sorted.
  public let names: [String]
  /// The path of the index.
  public let origin: String

  private let sourceByName: [String: any WeightSource]

  /// Opens an index and every file that it names.
  ///
  /// - Throws: ``LayersError`` when the index is unsound, a file is missing or unsound, a name is
  ///   not in the file that the index says, or a name is in two files.
  public init(index url: URL) throws {
    let index = try ShardIndex(url)
    let folder = url.deletingLastPathComponent()
    let files = Set(index.fileByName.values).sorted()
    try Self.checkPresence(files, in: folder, index: url)
    var sourceByName: [String: any WeightSource] = [:]
    for file in files {
      let shard = try Checkpoint.open(file: folder.appending(path: file))
      for name in shard.names {
        if let other = sourceByName.updateValue(shard, forKey: name) {
          throw LayersError(
            .file,
            "The tensor '\(name)' is in two files, \(other.origin) and \(shard.origin): they are "
              + "not of one checkpoint. Copy or download the folder again.")
        }
      }
    }
    for (name, file) in index.fileByName.sorted(by: { $0.key < $1.key }) {
      let path = folder.appending(path: file).plainPath
      guard let found = sourceByName[name], found.origin == path else {
        throw LayersError(
          .file,
          "\(url.plainPath) says that the tensor '\(name)' is in \(file), but it is "
            + "\(sourceByName[name].map { "in \($0.origin)" } ?? "in none of the files"). "
            + "Copy or download the folder again.")
      }
    }
    self.sourceByName = sourceByName
    names = sourceByName.keys.sorted()
    origin = url.plainPath
  }

  /// The shape under a name; nil when the name is not there.
  public func shape(of name: String) -> [Int]? { sourceByName[name]?.shape(of: name) }

  /// The element type under a name; nil when the name is not there.
  public func dataType(of name: String) -> DataType? { sourceByName[name]?.dataType(of: name) }

  /// The tensor under a name, from the file that holds it.
  public func tensor(_ name: String) throws -> Tensor {
    guard let source = sourceByName[name] else { throw missing(name) }
    return try source.tensor(name)
  }

  private static func checkPresence(_ files: [String], in folder: URL, index: URL) throws {
    let absent = files.filter {
      !FileManager.default.fileExists(atPath: folder.appending(path: $0).plainPath)
    }
    guard !absent.isEmpty else { return }
    throw LayersError(
      .access,
      "\(index.plainPath) names \(files.count) files, and \(absent.count) of them are not there: "
        + "\(absent.joined(separator: ", ")). Copy or download the rest of the folder.")
  }
}
