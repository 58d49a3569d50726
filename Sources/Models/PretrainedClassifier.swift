public import Foundation
public import Layers
internal import Torch

/// A classifier of whole texts with its weights and labels: loaded to be tuned, or to be used.
public struct PretrainedClassifier {
  /// The family that the folder's `config.json` names.
  public let family: ModelFamily
  /// The configuration, every key kept, with the labels of this model.
  public var configuration: ConfigurationFile
  /// The labels, in the order of the logits.
  public let labels: ClassificationLabels
  /// All parameters.
  public let store: ParameterStore
  /// What computes.
  public let model: any SequenceClassifier

  /// Loads a pre-trained model to be tuned for `labels`.
  ///
  /// A head that the checkpoint lacks, or that was made for another number of labels, is
  /// initialised; the store's report tells so. So is one whose labels have other names: its rows
  /// mean something else.
  ///
  /// - Parameters:
  ///   - folder: The pre-trained model's folder.
  ///   - labels: The labels of the data, in the order of the logits.
  ///   - dropout: Replaces the dropout rates of the configuration; nil keeps them.
  ///   - options: How parameters are stored and initialised.
  /// - Throws: ``ModelsError`` or `LayersError`.
  public init(
    folder: URL, labels: ClassificationLabels, dropout: Double? = nil,
    options: ParameterStore.Options = .init()
  ) throws {
    var file = try ConfigurationFile(folder: folder)
    let family = try ModelFamily.of(file)
    if let dropout {
      for key in family.dropoutKeys { file.values[key] = .number(dropout) }
    }
    let stored = try ClassificationLabels(file)
    labels.write(to: &file)
    var source = family.translated(try Checkpoint.open(folder: folder))
    if let stored, Set(stored.names) != Set(labels.names) || stored.problem != labels.problem {
      source = WithoutHead(source, heads: ["classifier."])
    } else if let stored, stored.names != labels.names {
      throw ModelsError(
        .configuration,
        "\(file.path) lists the labels as \(stored.names.joined(separator: ", ")), the data give "
          + "the order \(labels.names.joined(separator: ", ")). "
          + "Name the labels in the model's order.")
    }
    try self.init(file, family, labels, source, options)
  }

  /// Loads a classifier that was tuned before, with the labels that its folder holds.
  ///
  /// - Throws: ``ModelsError`` when the folder holds no labels, `LayersError` when its head is
  ///   missing.
  public init(tuned folder: URL, options: ParameterStore.Options = .init()) throws {
    let file = try ConfigurationFile(folder: folder)
    let family = try ModelFamily.of(file)
    guard let labels = try ClassificationLabels(file) else {
      throw ModelsError(
        .configuration,
        "\(file.path) names no labels (id2label): this is no tuned classifier. Tune it first, with "
          + "`finetune train`.")
    }
    guard labels.problem != .regression || labels.names.count == 1 else {
      throw ModelsError(
        .configuration,
        "\(file.path): this regression gives \(labels.names.count) numbers a text; only one is "
          + "supported.")
    }
    let source = family.translated(try Checkpoint.open(folder: folder))
    try self.init(file, family, labels, source, options)
    try store.report.require(allBut: [])
  }

  private init(
    _ file: ConfigurationFile, _ family: ModelFamily, _ labels: ClassificationLabels,
    _ source: any WeightSource, _ options: ParameterStore.Options
  ) throws {
    configuration = file
    self.family = family
    self.labels = labels
    store = ParameterStore(source: source, options: options)
    model = try family.makeSequenceClassifier(file, labels.names.count, store.root)
    try store.report.require(allBut: family.heads.sequenceClassification)
    store.closeCheckpoint()
  }

  /// Writes `config.json` and `model.safetensors` as Transformers stores such a model.
  ///
  /// - Throws: ``ModelsError`` or `LayersError`; what was in the folder before is then still whole.
  public func save(to folder: URL) throws {
    try store.save(to: folder)
    var file = configuration
    file.values["architectures"] = .array([.string(family.architectures.sequenceClassification)])
    try file.save(to: folder)
  }
}

/// A checkpoint without a head that was made for other labels.
private final class WithoutHead: WeightSource {
  private let base: any WeightSource
  private let heads: [String]
  let names: [String]

  init(_ base: any WeightSource, heads: [String]) {
    self.base = base
    self.heads = heads
    names = base.names.filter { name in !heads.contains { name.hasPrefix($0) } }
  }

  var origin: String { base.origin }

  private func isHidden(_ name: String) -> Bool { heads.contains { name.hasPrefix($0) } }

  func shape(of name: String) -> [Int]? { isHidden(name) ? nil : base.shape(of: name) }

  func dataType(of name: String) -> DataType? { isHidden(name) ? nil : base.dataType(of: name) }

  func tensor(_ name: String) throws -> Tensor { try base.tensor(name) }
}
