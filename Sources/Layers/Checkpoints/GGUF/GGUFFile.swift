public import Foundation
public import Torch

/// One GGUF file, the format of llama.cpp, mapped into memory: metadata and tensors.
///
/// Versions 2 and 3, little-endian. Opening reads the header alone. Tensors of F32, F16 and BF16
/// share the file's pages; those of the quantised types Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K,
/// Q4_K, Q5_K and Q6_K become fp32 when they are asked for.
///
/// Names and shapes are the file's own, sizes in the usual order; ``GGUFWeights`` gives those of
/// Hugging Face.
public final class GGUFFile: WeightSource {
  /// The metadata, such as `general.architecture`.
  public let metadata: [String: GGUFValue]
  /// Every name, sorted.
  public let names: [String]
  /// The path of the file.
  public let origin: String

  private let file: MappedFile
  private let entries: [String: Entry]

  /// Where a tensor lies.
  struct Entry {
    let shape: [Int]
    /// The format's number of the element type: one that is not read is told when it is asked for.
    let type: UInt64
    /// The first byte in the file.
    let start: Int
  }

  /// Opens a file and checks its header.
  ///
  /// - Throws: ``LayersError`` that names the path: no such file, not of this format, of another
  ///   version, cut short, damaged, or one of several parts.
  public init(_ url: URL) throws {
    let path = url.plainPath
    let file = try MappedFile(url)
    var header = try GGUFHeader(file, path: path)
    self.file = file
    origin = path
    metadata = header.metadata
    if let parts = metadata["split.count"]?.integer, parts > 1 {
      throw LayersError(
        .file,
        "\(path) is one of \(parts) parts of a model, which are not read. Join them with "
          + "llama.cpp's gguf-split.")
    }
    entries = try header.entries()
    names = entries.keys.sorted()
  }

  /// The architecture, such as "llama"; nil when the file names none.
  public var architecture: String? { metadata["general.architecture"]?.text }

  /// The shape under a name; nil when the name is not there.
  public func shape(of name: String) -> [Int]? { entries[name]?.shape }

  /// The element type that ``tensor(_:)`` gives; nil when the name is not there.
  public func dataType(of name: String) -> DataType? {
    entries[name].map { GGUFElementType(rawValue: $0.type)?.plain ?? .float32 }
  }

  /// How a tensor is stored, as the format's tools print it, such as "Q4_K"; nil when the name is
  /// not there.
  public func storedType(of name: String) -> String? {
    entries[name].map { GGUFElementType(rawValue: $0.type)?.name ?? "type \($0.type)" }
  }

  /// The tensor under a name: sharing the file's private pages, or expanded to fp32.
  public func tensor(_ name: String) throws -> Tensor {
    guard let entry = entries[name] else { throw missing(name) }
    guard let type = GGUFElementType(rawValue: entry.type) else {
      let known = GGUFElementType.allCases.map(\.name).joined(separator: ", ")
      throw LayersError(
        .file,
        "\(origin): the tensor '\(name)' is stored in the type \(entry.type) of the format, which is "
          + "not read; those that are: \(known).")
    }
    let count = entry.shape.reduce(1, *)
    guard count > 0 else { return try Tensor.zeros(entry.shape, type.plain ?? .float32) }
    let address = unsafe file.address + entry.start
    guard let plain = type.plain else {
      let expanded = try unsafe Expanded(address, type, count: count, ownedBy: file)
      return unsafe try Tensor.sharing(
        expanded.address, shape: entry.shape, .float32, ownedBy: expanded)
    }
    guard entry.start.isMultiple(of: plain.size) else {
      let bytes = unsafe UnsafeRawBufferPointer(start: address, count: count * plain.size)
      return unsafe try Tensor.copying(bytes, shape: entry.shape, plain)
    }
    return unsafe try Tensor.sharing(address, shape: entry.shape, plain, ownedBy: file)
  }
}

/// The elements of a quantised tensor in fp32.
@safe private final class Expanded {
  let address: UnsafeRawPointer
  private let elements: UnsafeMutableBufferPointer<Float>

  /// Expands `count` elements, a multiple of the type's block, that lie from an address on.
  init(
    _ source: UnsafeRawPointer, _ type: GGUFElementType, count: Int, ownedBy file: MappedFile
  ) throws {
    unsafe elements = .allocate(capacity: count)
    guard let base = unsafe elements.baseAddress else {
      throw LayersError(.file, "A tensor of \(count) elements has no memory.")
    }
    unsafe address = UnsafeRawPointer(base)
    withExtendedLifetime(file) {
      for block in 0..<count / type.blockCount {
        unsafe type.expand(
          GGUFBlock(at: source + block * type.blockSize),
          into: GGUFBlockElements(at: base + block * type.blockCount))
      }
    }
  }

  deinit { unsafe elements.deallocate() }
}
