import Foundation

/// What `model.safetensors.index.json` or `pytorch_model.bin.index.json` says: in which file each
/// tensor is.
struct ShardIndex {
  /// File name by tensor name.
  let fileByName: [String: String]

  /// Reads an index.
  ///
  /// - Throws: ``LayersError`` when it is not there, is no such index, or names a file outside its
  ///   folder.
  init(_ url: URL) throws {
    let path = url.plainPath
    let file = try MappedFile(url)
    let value: CheckpointJSON
    do {
      value = try CheckpointJSON(file.bytes(0..<file.count))
    } catch {
      throw LayersError(.file, "\(path) is no valid JSON: \(error).")
    }
    guard case .object(let members) = value,
      case .object(let map)? = members.first(where: { $0.key == "weight_map" })?.value
    else {
      throw LayersError(
        .file, "\(path) is no index of a checkpoint: it has no object 'weight_map'.")
    }
    guard !map.isEmpty else {
      throw LayersError(.file, "\(path) names no tensors: its 'weight_map' is empty.")
    }
    var fileByName: [String: String] = [:]
    for member in map {
      guard case .string(let name) = member.value, Self.isPlainName(name) else {
        throw LayersError(
          .file,
          "\(path): 'weight_map.\(member.key)' does not name a file that lies beside the index.")
      }
      fileByName[member.key] = name
    }
    self.fileByName = fileByName
  }

  /// An index comes from elsewhere; it must not reach files outside its folder.
  private static func isPlainName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && !name.contains("/") && !name.contains("\0")
  }
}
