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
    _ = try family.maximumLength(configuration)
    let source = family.weights.reading(try Checkpoint.open(folder: folder))
    store = ParameterStore(source: source, options: options)
    let prefix = String(family.weights.basePrefix.dropLast())
    let scope = prefix.isEmpty ? store.root : store.root[prefix]
    encoder = try family.encoder.make(configuration, 0, scope)
    try store.report.require(allBut: family.encoder.initialized)
  }

  /// Writes `config.json` and `model.safetensors` as Transformers' bare encoder stores them.
  ///
  /// - Throws: ``ModelsError`` or `LayersError`; what was in the folder before is then still whole.
  public func save(to folder: URL) throws {
    let prefix = family.weights.basePrefix
    try store.save(to: folder, family.weights) {
      $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0
    }
    var file = configuration
    file.values["architectures"] = .array([.string(family.encoder.architecture)])
    try file.save(to: folder)
  }
}
