public import Foundation
public import Torch

/// Writes safetensors files, byte for byte as the reference does.
///
/// Files appear whole or not at all. Tensors go to the disk one after another: beside the model
/// itself only a tensor that is not dense, or not on the CPU, is held twice, one at a time. Tensors
/// that share memory are each written out in full; leave one of two tied weights away where a model
/// ties them again when it loads.
public enum SafetensorsWriter {
  /// Writes one file.
  ///
  /// - Parameters:
  ///   - tensors: Names and tensors, in any order; the file has the widest element types first,
  ///     then by name.
  ///   - metadata: Free texts for the header; Transformers wants `format` to be `pt`.
  ///   - url: The file, in a folder that is there.
  /// - Throws: ``LayersError`` when a name is there twice or reserved, or the file system refuses:
  ///   a full disk, a read-only folder. What was at `url` before is then still there.
  public static func write(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = ["format": "pt"],
    to url: URL
  ) throws {
    try SafetensorsContents(tensors, metadata: metadata, path: url.plainPath)
      .write(to: AtomicFile(url)).commit()
  }
}

/// Tensors in the order of a file, and the header that tells where they will lie.
struct SafetensorsContents {
  let tensors: [(name: String, tensor: Tensor)]
  let header: String

  init(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String], path: String
  ) throws(LayersError) {
    var seen: Set<String> = []
    for (name, _) in tensors {
      guard name != "__metadata__" else {
        throw LayersError(.name, "\(path): no tensor may be named '__metadata__' in safetensors.")
      }
      guard seen.insert(name).inserted else {
        throw LayersError(.name, "\(path): two tensors to be written are named '\(name)'.")
      }
    }
    self.tensors = tensors.sorted { left, right in
      let (first, second) = (
        left.tensor.dataType.safetensorsRank, right.tensor.dataType.safetensorsRank
      )
      if first != second { return first > second }
      return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }
    header = Self.header(self.tensors, metadata)
    guard header.utf8.count <= SafetensorsHeader.longest else {
      throw LayersError(
        .file, "\(path): \(tensors.count) tensors make a header beyond what safetensors allows.")
    }
  }

  /// JSON without spaces, filled up with spaces so that the data begin at a multiple of eight
  /// bytes.
  private static func header(
    _ tensors: [(name: String, tensor: Tensor)], _ metadata: [String: String]
  ) -> String {
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }
        .map { CheckpointJSON.quoted($0.key) + ":" + CheckpointJSON.quoted($0.value) }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var start = 0
    for (name, tensor) in tensors {
      let end = start + tensor.byteCount
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        CheckpointJSON.quoted(name) + ":{\"dtype\":\"\(tensor.dataType.safetensorsName)\","
          + "\"shape\":[\(shape)],\"data_offsets\":[\(start),\(end)]}")
      start = end
    }
    let json = "{" + members.joined(separator: ",") + "}"
    let filling = (8 - json.utf8.count % 8) % 8
    return json + String(repeating: " ", count: filling)
  }

  /// Writes header and data; the file is not yet in place.
  func write(to file: AtomicFile) throws -> AtomicFile {
    let length = UInt64(header.utf8.count)
    let lengthBytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) }
    try unsafe lengthBytes.withUnsafeBytes { try unsafe file.write($0) }
    try file.write(header)
    for (_, tensor) in tensors {
      unsafe try tensor.withBytes { unsafe try file.write($0) }
    }
    return file
  }
}

extension DataType {
  /// The reference's order of types; wider ones come first in a file, so that all lie aligned.
  fileprivate var safetensorsRank: Int {
    switch self {
    case .bool: 0
    case .uint8: 1
    case .int8: 2
    case .int16: 3
    case .float16: 4
    case .bfloat16: 5
    case .int32: 6
    case .float32: 7
    case .float64: 8
    case .int64: 9
    }
  }
}
