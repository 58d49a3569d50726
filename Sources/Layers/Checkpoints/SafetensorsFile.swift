public import Foundation
public import Torch

/// One safetensors file, mapped into memory.
///
/// Opening reads and checks the header alone. Tensors share the file's pages; one that does not lie
/// on a multiple of its element's size, as files of other writers may have it, is copied. Tensors
/// stay valid when this object is gone.
public final class SafetensorsFile: WeightSource {
  /// The free texts of the header's `__metadata__`; Transformers writes `format`: `pt`.
  public let metadata: [String: String]
  /// Every name, sorted.
  public let names: [String]
  /// The path of the file.
  public let origin: String

  private let file: MappedFile
  private let dataStart: Int
  private let entries: [String: SafetensorsHeader.Entry]

  /// Opens a file and checks its header.
  ///
  /// - Throws: ``LayersError`` that names the path, and the key where one is at fault: no such
  ///   file, not of this format, cut short, offsets that overlap or leave holes, sizes that do not
  ///   fit, an element type that is not read.
  public init(_ url: URL) throws {
    let path = url.plainPath
    let file = try MappedFile(url)
    let start = try Self.headerEnd(file, path)
    let header = try SafetensorsHeader(
      json: file.bytes(8..<start), followedBy: file.count - start, path: path)
    self.file = file
    origin = path
    dataStart = start
    metadata = header.metadata
    entries = Dictionary(header.entries.map { ($0.name, $0) }) { first, _ in first }
    names = entries.keys.sorted()
  }

  /// The shape under a name; nil when the name is not there.
  public func shape(of name: String) -> [Int]? { entries[name]?.shape }

  /// The element type under a name; nil when the name is not there.
  public func dataType(of name: String) -> DataType? { entries[name]?.dataType }

  /// The tensor under a name, sharing the file's private pages.
  public func tensor(_ name: String) throws -> Tensor {
    guard let entry = entries[name] else { throw missing(name) }
    guard !entry.bytes.isEmpty else { return try Tensor.zeros(entry.shape, entry.dataType) }
    let offset = dataStart + entry.bytes.lowerBound
    let address = unsafe file.address + offset
    guard offset.isMultiple(of: entry.dataType.size) else {
      let bytes = unsafe UnsafeRawBufferPointer(start: address, count: entry.bytes.count)
      return unsafe try Tensor.copying(bytes, shape: entry.shape, entry.dataType)
    }
    return unsafe try Tensor.sharing(
      address, shape: entry.shape, entry.dataType, ownedBy: file)
  }

  /// Where the header ends and the tensors' bytes begin.
  private static func headerEnd(_ file: MappedFile, _ path: String) throws -> Int {
    guard file.count >= 8 else {
      throw LayersError(
        .file, "\(path) is not a safetensors file: it has \(file.count) bytes only.")
    }
    let length = file.bytes(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(SafetensorsHeader.longest) else {
      throw LayersError(
        .file,
        "\(path) is not a safetensors file: its first eight bytes would make the header \(length) "
          + "bytes long\(foreignHint(file)).")
    }
    guard Int(length) <= file.count - 8 else {
      throw LayersError(
        .file,
        "\(path) is cut short: its header takes \(length) bytes, and \(file.count - 8) are there. "
          + "Copy or download it again.")
    }
    return 8 + Int(length)
  }

  /// Names the formats that are often taken for safetensors.
  private static func foreignHint(_ file: MappedFile) -> String {
    let start = file.bytes(0..<8)
    if start.starts(with: Array("version ".utf8)) {
      return ". It is a Git LFS pointer: fetch the file itself with `git lfs pull`"
    }
    if start.starts(with: Array("PK\u{3}\u{4}".utf8)) {
      return ". It is a zip archive, such as PyTorch's pytorch_model.bin"
    }
    if start.starts(with: Array("GGUF".utf8)) { return ". It is a GGUF file" }
    if start.starts(with: Array("<".utf8)) { return ". It looks like a web page" }
    return ""
  }
}
