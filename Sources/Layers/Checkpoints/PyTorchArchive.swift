public import Foundation
public import Torch

/// A state dict that `torch.save` wrote, such as `pytorch_model.bin`, mapped into memory.
///
/// The file is a zip archive of one pickle and one part for each tensor's memory. The pickle is
/// read by `PickleReader`, which runs no code; tensors share the file's private pages. Files that
/// hold anything but named tensors are refused, with the names of what else they hold.
public final class PyTorchArchive: WeightSource {
  /// Every name, sorted.
  public let names: [String]
  /// The path of the file.
  public let origin: String

  private let file: MappedFile
  private let tensors: [String: PickledTensor]
  private let parts: [String: Range<Int>]

  /// Opens a file and checks every tensor's place in it.
  ///
  /// - Throws: ``LayersError`` when it is not there, of the format before PyTorch 1.6, cut short,
  ///   no state dict, or holds an element type that is not read.
  public init(_ url: URL) throws {
    let path = url.plainPath
    let file = try MappedFile(url)
    try Self.checkKind(file, path)
    let directory: ZipDirectory
    do {
      directory = try ZipDirectory(file)
    } catch {
      throw LayersError(
        .file, "\(path) is no sound PyTorch file: \(error). Copy or download it again.")
    }
    let (pickle, parts) = try Self.contents(directory, file, path)
    let tensors = try Self.tensors(pickle, path)
    for (name, tensor) in tensors { try Self.check(tensor, name, parts, path) }
    self.file = file
    self.tensors = tensors
    self.parts = parts
    origin = path
    names = tensors.keys.sorted()
  }

  /// The shape under a name; nil when the name is not there.
  public func shape(of name: String) -> [Int]? { tensors[name]?.shape }

  /// The element type under a name; nil when the name is not there.
  public func dataType(of name: String) -> DataType? { tensors[name]?.dataType }

  /// The tensor under a name, dense; it shares the file's private pages unless it was stored as a
  /// sparse view.
  public func tensor(_ name: String) throws -> Tensor {
    guard let stored = tensors[name], let type = stored.dataType else { throw missing(name) }
    guard let part = parts[stored.storage.key], !stored.shape.contains(0) else {
      return try Tensor.zeros(stored.shape, type)
    }
    let memory = try memory(part, type)
    return try memory.strided(stored.shape, strides: stored.strides, from: stored.offset)
      .contiguous()
  }

  /// A storage as one row of elements.
  private func memory(_ part: Range<Int>, _ type: DataType) throws -> Tensor {
    let count = part.count / type.size
    let address = unsafe file.address + part.lowerBound
    guard part.lowerBound.isMultiple(of: type.size) else {
      let bytes = unsafe UnsafeRawBufferPointer(start: address, count: count * type.size)
      return unsafe try Tensor.copying(bytes, shape: [count], type)
    }
    return unsafe try Tensor.sharing(address, shape: [count], type, ownedBy: file)
  }
}

// Opening, step by step.
extension PyTorchArchive {
  /// Tells apart what people have under the name `pytorch_model.bin`.
  private static func checkKind(_ file: MappedFile, _ path: String) throws {
    let start = file.bytes(0..<min(8, file.count))
    if start.starts(with: [0x50, 0x4B]) { return }
    if start.first == 0x80 {
      throw LayersError(
        .file,
        "\(path) is in the format of PyTorch before version 1.6, which is not read. Convert it with: "
          + "python -c \"import sys, torch; p = sys.argv[1]; "
          + "torch.save(torch.load(p, map_location='cpu', weights_only=True), p)\" '\(path)'")
    }
    if start.starts(with: Array("version ".utf8)) {
      throw LayersError(
        .file,
        "\(path) is a Git LFS pointer, not the file itself. Fetch it with `git lfs pull`.")
    }
    throw LayersError(.file, "\(path) is no file of PyTorch: it is no zip archive.")
  }

  /// The pickle, and the parts of memory by their key.
  private static func contents(
    _ directory: ZipDirectory, _ file: MappedFile, _ path: String
  ) throws -> (Pickle, [String: Range<Int>]) {
    // Everything lies in one folder, whose name is the file's when it was saved.
    let pickles = directory.members.keys.filter {
      $0.hasSuffix("/data.pkl") && $0.split(separator: "/").count == 2
    }
    guard let name = pickles.first, pickles.count == 1, let place = directory.members[name] else {
      let isPacked = directory.packed.contains { $0.hasSuffix("/data.pkl") }
      throw LayersError(
        .file,
        isPacked
          ? "\(path) was compressed after PyTorch wrote it. Save it again with torch.save."
          : "\(path) is no file of PyTorch: the archive has no part data.pkl.")
    }
    let folder = name.dropLast("data.pkl".count)
    if directory.members["\(folder)constants.pkl"] != nil {
      throw LayersError(
        .file,
        "\(path) is a TorchScript program, not a state dict. Save model.state_dict() instead.")
    }
    if let order = directory.members["\(folder)byteorder"],
      file.bytes(order) != Array("little".utf8)
    {
      throw LayersError(
        .file, "\(path) was saved on a machine of the other byte order, which is not read.")
    }
    let prefix = "\(folder)data/"
    var parts: [String: Range<Int>] = [:]
    for (name, range) in directory.members where name.hasPrefix(prefix) {
      parts[String(name.dropFirst(prefix.count))] = range
    }
    do {
      return (try PickleReader.read(file.bytes(place)), parts)
    } catch {
      throw LayersError(
        .file, "\(path): data.pkl cannot be read: \(error). Copy or download it again.")
    }
  }

  /// The state dict's tensors by name; anything else is told.
  private static func tensors(_ pickle: Pickle, _ path: String) throws -> [String: PickledTensor] {
    let advice = "Save model.state_dict() alone, with torch.save or as safetensors."
    guard case .dictionary(let index) = pickle.root else {
      throw LayersError(
        .file, "\(path) holds \(pickle.root.kind), not a dictionary of named tensors. \(advice)")
    }
    var tensors: [String: PickledTensor] = [:]
    var others: [String] = []
    for (key, value) in pickle.dictionaries[index] {
      guard case .text(let name) = key else {
        throw LayersError(.file, "\(path): a key is \(key.kind), not a name. \(advice)")
      }
      guard case .tensor(let tensor) = value else {
        others.append("'\(name)' is \(value.kind)")
        continue
      }
      tensors[name] = tensor
    }
    guard others.isEmpty else {
      let shown = others.prefix(5).joined(separator: ", ")
      let rest = others.count > 5 ? " and \(others.count - 5) more" : ""
      throw LayersError(
        .file, "\(path) holds more than named tensors: \(shown)\(rest). \(advice)")
    }
    guard !tensors.isEmpty else { throw LayersError(.file, "\(path) holds no tensors.") }
    return tensors
  }

  /// Every element must lie in the part that the tensor names.
  private static func check(
    _ tensor: PickledTensor, _ name: String, _ parts: [String: Range<Int>], _ path: String
  ) throws {
    guard let type = tensor.dataType else {
      let known = DataType.allCases.map(\.rawValue).joined(separator: ", ")
      throw LayersError(
        .file,
        "\(path): the tensor '\(name)' is of the type \(tensor.typeName). Those that are read are "
          + "\(known).")
    }
    guard let count = SafetensorsHeader.byteCount(tensor.shape, type) else {
      throw LayersError(.file, "\(path): the shape \(tensor.shape) of '\(name)' is impossible.")
    }
    if count == 0 { return }
    guard let part = parts[tensor.storage.key] else {
      throw LayersError(
        .file,
        "\(path): the memory of the tensor '\(name)' is missing (data/\(tensor.storage.key)). "
          + "Copy or download the file again.")
    }
    var last = tensor.offset
    for (size, stride) in zip(tensor.shape, tensor.strides) {
      let (span, first) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, second) = last.addingReportingOverflow(span)
      guard !first, !second else { last = .max; break }
      last = sum
    }
    guard last < part.count / type.size else {
      throw LayersError(
        .file,
        "\(path): the tensor '\(name)' reaches beyond its memory of \(part.count) bytes. "
          + "Copy or download the file again.")
    }
  }
}
