public import Foundation
public import Layers
internal import Torch

/// A model with a head and its weights, loaded from a model folder.
public struct PretrainedModel<Model> {
  /// The family that the folder's `config.json` names.
  public let family: ModelFamily
  /// The configuration, every key kept.
  public var configuration: ConfigurationFile
  /// All parameters.
  public let store: ParameterStore
  /// What computes.
  public let model: Model
  let head: ModelHead<Model>

  /// The name of Transformers' class, such as "BertForQuestionAnswering".
  public var architecture: String { head.architecture }

  /// Loads a model folder.
  ///
  /// Every weight of the encoder must be there in its shape; a head that is not is initialised, and
  /// told in the store's report.
  ///
  /// - Parameters:
  ///   - folder: The folder, in Hugging Face's layout.
  ///   - kind: Which head.
  ///   - labels: How many labels a classifier has; nil for as many as the configuration names.
  ///   - options: How parameters are stored and initialised.
  /// - Throws: ``ModelsError`` or `LayersError`.
  public init(
    folder: URL, _ kind: HeadKind<Model>, labels: Int? = nil,
    options: ParameterStore.Options = .init()
  ) throws {
    let file = try ConfigurationFile(folder: folder)
    let family = try ModelFamily.of(file)
    let count = try labels ?? ClassificationLabels(file)?.names.count ?? 2
    try self.init(
      file, family, family.head(kind), labels: count, source: Checkpoint.open(folder: folder),
      options)
  }

  /// Loads a model that was tuned before, for heads without labels: every weight must be there, or
  /// be what an adapter brings.
  ///
  /// - Throws: ``ModelsError`` or `LayersError`.
  public init(
    tuned files: TunedFiles, _ kind: HeadKind<Model>, labels: Int? = nil,
    options: ParameterStore.Options = .init()
  ) throws {
    let family = try ModelFamily.of(files.configuration)
    let count = try labels ?? ClassificationLabels(files.configuration)?.names.count ?? 2
    try self.init(
      files.configuration, family, family.head(kind), labels: count, source: files.checkpoint(),
      growing: files.growth(), options)
    try files.require(store.report)
  }

  /// Makes the model of a configuration and takes its weights from a checkpoint in the family's own
  /// names; initialises all of them when there is none.
  init(
    _ file: ConfigurationFile, _ family: ModelFamily, _ head: ModelHead<Model>, labels: Int,
    source: (any WeightSource)?, hiding hidden: [String] = [], growing growth: RowGrowth? = nil,
    _ options: ParameterStore.Options
  ) throws {
    configuration = file
    self.family = family
    self.head = head
    _ = try family.maximumLength(file)
    var translated = source.map { family.weights.reading($0, basePrefix: head.basePrefix) }
    if let found = translated, !hidden.isEmpty { translated = HiddenWeights(found, hidden) }
    store = ParameterStore(source: translated, growing: growth, options: options)
    model = try head.make(file, labels, store.root)
    try store.report.require(allBut: head.initialized)
    store.closeCheckpoint()
  }

  /// Puts back the weights that ``save(to:)`` wrote: every parameter must be there.
  ///
  /// - Throws: `LayersError`.
  public func reload(from folder: URL) throws {
    if let form = store.storedForm { return try form.reload(from: folder) }
    let stored = try Checkpoint.open(folder: folder)
    let source = family.weights.reading(stored, basePrefix: head.basePrefix)
    for parameter in store.parameters { try parameter.assign(source.tensor(parameter.name)) }
  }

  /// Writes `config.json` and `model.safetensors` as Transformers stores such a model; what
  /// ``ParameterStore/storedForm`` writes in place of the weights, where it is set.
  ///
  /// - Throws: ``ModelsError`` or `LayersError`; what was in the folder before is then still whole.
  public func save(to folder: URL) throws {
    try store.save(to: folder, family.weights)
    var file = configuration
    file.values["architectures"] = .array([.string(head.architecture)])
    try file.save(to: folder)
  }
}

/// A checkpoint without tensors of some prefixes, such as a head that was made for other labels.
private final class HiddenWeights: WeightSource {
  private let base: any WeightSource
  private let prefixes: [String]
  let names: [String]

  init(_ base: any WeightSource, _ prefixes: [String]) {
    self.base = base
    self.prefixes = prefixes
    names = base.names.filter { name in !prefixes.contains { name.hasPrefix($0) } }
  }

  var origin: String { base.origin }

  private func isHidden(_ name: String) -> Bool { prefixes.contains { name.hasPrefix($0) } }

  func shape(of name: String) -> [Int]? { isHidden(name) ? nil : base.shape(of: name) }

  func dataType(of name: String) -> DataType? { isHidden(name) ? nil : base.dataType(of: name) }

  func tensor(_ name: String) throws -> Tensor { try base.tensor(name) }
}

extension ParameterStore {
  /// Writes all fp32 originals as `model.safetensors`, in a family's names and shapes.
  func save(
    to folder: URL, _ weights: WeightTranslation, naming: (String) -> String = { $0 }
  ) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch let error as CocoaError {
      throw ModelsError(
        .access, "The folder \(folder.path) could not be made: \(error.localizedDescription)")
    }
    if let storedForm { return try storedForm.save(to: folder) }
    try SafetensorsWriter.write(
      stored.map { name, parameter in
        (name: naming(name), tensor: try weights.stored(parameter.master, name: name))
      },
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
