public import Foundation

/// Finds the weights of a model folder, whatever form they have.
public enum Checkpoint {
  /// The files that are looked for, in this order, as Transformers does.
  public static let fileNames = [
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
    "pytorch_model.bin.index.json",
  ]

  /// Opens the weights of a folder in Hugging Face's layout, or of one with a single GGUF file; the
  /// path of such a file itself will do.
  ///
  /// - Throws: ``LayersError`` of code `access`, with the names of the files that are there, when
  ///   none can be read.
  public static func open(folder: URL) throws -> any WeightSource {
    let path = folder.plainPath
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw LayersError(.access, "There is no folder \(path).")
    }
    guard isFolder.boolValue else {
      if isGGUF(folder) { return try open(file: folder) }
      throw LayersError(.access, "\(path) is a file. Name the folder that holds the model.")
    }
    for name in fileNames {
      let file = folder.appending(path: name)
      guard FileManager.default.fileExists(atPath: file.plainPath) else { continue }
      return try open(file: file)
    }
    if let file = try ggufFile(at: folder) { return try open(file: file) }
    throw nothingFound(in: folder)
  }

  /// Opens one file by its name: `*.index.json` with its shards, `*.safetensors`, `*.gguf` under
  /// Hugging Face's names, or what `torch.save` wrote.
  ///
  /// - Throws: ``LayersError`` when it is not there or not sound.
  public static func open(file: URL) throws -> any WeightSource {
    let name = file.lastPathComponent
    if name.hasSuffix(".index.json") { return try ShardedCheckpoint(index: file) }
    if name.hasSuffix(".safetensors") { return try SafetensorsFile(file) }
    if isGGUF(file) { return try GGUFWeights(GGUFFile(file)) }
    return try PyTorchArchive(file)
  }

  /// The GGUF file that a path stands for: the file itself, or the only one of a folder; nil when
  /// there is none.
  ///
  /// - Throws: ``LayersError`` when a folder holds several.
  public static func ggufFile(at path: URL) throws -> URL? {
    var isFolder: ObjCBool = false
    guard
      unsafe FileManager.default.fileExists(atPath: path.plainPath, isDirectory: &isFolder)
    else { return nil }
    if !isFolder.boolValue { return isGGUF(path) ? path : nil }
    let there = (try? FileManager.default.contentsOfDirectory(atPath: path.plainPath)) ?? []
    let found = there.filter { isGGUF(path.appending(path: $0)) }.sorted()
    guard found.count <= 1 else {
      throw LayersError(
        .access,
        "The folder \(path.plainPath) holds \(found.count) GGUF files: "
          + "\(found.joined(separator: ", ")). Name the one that is meant.")
    }
    return found.first.map { path.appending(path: $0) }
  }

  private static func isGGUF(_ file: URL) -> Bool {
    file.pathExtension.lowercased() == "gguf"
  }

  private static func nothingFound(in folder: URL) -> LayersError {
    let there = (try? FileManager.default.contentsOfDirectory(atPath: folder.plainPath)) ?? []
    let shown = there.sorted().prefix(12)
    let list =
      switch there.count {
      case 0: "it is empty"
      case shown.count: "it holds \(shown.joined(separator: ", "))"
      default: "it holds \(shown.joined(separator: ", ")) and \(there.count - shown.count) more"
      }
    return LayersError(
      .access,
      "The folder \(folder.plainPath) has no weights that can be read: \(list). One of "
        + "\(fileNames.joined(separator: ", ")) is needed.")
  }
}
