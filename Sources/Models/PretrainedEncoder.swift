public import Foundation
public import Layers

/// An encoder with its weights, loaded from a model folder.
public struct PretrainedEncoder {
  /// The family that the folder's `config.json` names.
  public let family: ModelFamily
  /// The configuration, every key kept.
  public var configuration: ConfigurationFile
  /// All parameters.
  public let store: ParameterStore
  /// What computes.
  public let encoder: any TextEncoder

  /// Loads an encoder from a model folder, strictly: every weight must be there, in its shape.
  ///
  /// A summary layer that the family's checkpoints may lack (BERT's pooler) is initialised and told
  /// in the store's report.
  ///
  /// - Throws: ``ModelsError`` or `LayersError`.
  public init(folder: URL, options: ParameterStore.Options = .init()) throws {
    configuration = try ConfigurationFile(folder: folder)
    family = try ModelFamily.of(configuration)
    let source = family.translated(try Checkpoint.open(folder: folder))
    store = ParameterStore(source: source, options: options)
    let prefix = String(family.basePrefix.dropLast())
    let scope = prefix.isEmpty ? store.root : store.root[prefix]
    encoder = try family.makeEncoder(configuration, scope)
    try store.report.require(allBut: family.heads.sequenceClassification)
  }

  /// Writes `config.json` and `model.safetensors` as Transformers' bare encoder stores them.
  ///
  /// - Throws: ``ModelsError`` or `LayersError`; what was in the folder before is then still whole.
  public func save(to folder: URL) throws {
    let prefix = family.basePrefix
    try store.save(to: folder) { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
    var file = configuration
    file.values["architectures"] = .array([.string(family.architectures.encoder)])
    try file.save(to: folder)
  }
}

extension ParameterStore {
  /// Writes all fp32 originals as `model.safetensors`.
  func save(to folder: URL, naming: (String) -> String = { $0 }) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch let error as CocoaError {
      throw ModelsError(
        .access, "The folder \(folder.path) could not be made: \(error.localizedDescription)")
    }
    try SafetensorsWriter.write(
      parameters.map { (name: naming($0.name), tensor: $0.master) },
      to: folder.appending(path: "model.safetensors"))
  }
}

extension ConfigurationFile {
  /// Writes the configuration as `config.json`, with the element type of what ``ParameterStore``
  /// saves.
  func save(to folder: URL) throws {
    var file = self
    // Version 4 of Transformers calls the weights' type torch_dtype, version 5 dtype.
    let key = file.values["dtype"] != nil ? "dtype" : "torch_dtype"
    file.values[key] = .string("float32")
    let written = try AtomicFile(folder.appending(path: "config.json"))
    try written.write(String(decoding: file.encoded(), as: UTF8.self))
    try written.commit()
  }
}
