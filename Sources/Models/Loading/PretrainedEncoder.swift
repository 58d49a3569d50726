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
  /// - Parameters:
  ///   - folder: The folder, in Hugging Face's layout.
  ///   - dropout: Replaces the dropout rates of the configuration; nil keeps them.
  ///   - options: How parameters are stored and initialised.
  /// - Throws: ``ModelsError`` or `LayersError`.
  public init(folder: URL, dropout: Double? = nil, options: ParameterStore.Options = .init()) throws
  {
    try self.init(
      ConfigurationFile(folder: folder), dropout: dropout, options: options
    ) { family in family.weights.reading(try Checkpoint.open(folder: folder)) }
    try store.report.require(allBut: family.encoder.initialized)
    store.closeCheckpoint()
  }

  /// Loads an encoder that was tuned before: every weight must be there, or be what an adapter
  /// brings.
  ///
  /// - Throws: ``ModelsError`` or `LayersError`.
  public init(tuned files: TunedFiles, options: ParameterStore.Options = .init()) throws {
    try self.init(
      files.configuration, dropout: nil, growing: files.growth(), options: options
    ) { family in family.weights.reading(try files.checkpoint()) }
    try store.report.require(allBut: family.encoder.initialized)
    store.closeCheckpoint()
  }

  /// Makes an encoder from a configuration alone: every weight is initialised.
  ///
  /// - Parameters:
  ///   - configuration: Family, sizes and options.
  ///   - dropout: Replaces the dropout rates of the configuration; nil keeps them.
  ///   - options: How parameters are stored and initialised.
  /// - Throws: ``ModelsError`` when the configuration is not supported.
  public init(
    scratch configuration: ConfigurationFile, dropout: Double? = nil,
    options: ParameterStore.Options = .init()
  ) throws {
    try self.init(configuration, dropout: dropout, options: options) { _ in nil }
  }

  private init(
    _ file: ConfigurationFile, dropout: Double?, growing growth: RowGrowth? = nil,
    options: ParameterStore.Options, source: (ModelFamily) throws -> (any WeightSource)?
  ) throws {
    var file = file
    family = try ModelFamily.of(file)
    if let dropout { family.replaceDropout(in: &file, by: dropout) }
    configuration = file
    _ = try family.maximumLength(configuration)
    store = ParameterStore(source: try source(family), growing: growth, options: options)
    let prefix = String(family.weights.basePrefix.dropLast())
    let scope = prefix.isEmpty ? store.root : store.root[prefix]
    encoder = try family.encoder.make(configuration, 0, scope)
  }

  /// Puts back the weights that ``save(to:)`` wrote: every parameter must be there.
  ///
  /// - Throws: `LayersError`.
  public func reload(from folder: URL) throws {
    if let form = store.storedForm { return try form.reload(from: folder) }
    let source = family.weights.reading(try Checkpoint.open(folder: folder))
    for parameter in store.parameters { try parameter.assign(source.tensor(parameter.name)) }
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
