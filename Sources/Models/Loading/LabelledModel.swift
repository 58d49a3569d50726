public import Foundation
public import Layers

/// A classifier of whole texts.
public typealias PretrainedClassifier = LabelledModel<any SequenceClassifier>

/// A model that gives labels scores, with its weights and labels: loaded to be tuned, or to be used.
public struct LabelledModel<Model> {
  /// The model with its configuration, which holds the labels too.
  public var pretrained: PretrainedModel<Model>
  /// The labels, in the order of the logits.
  public let labels: ClassificationLabels

  /// The family that the folder's `config.json` names.
  public var family: ModelFamily { pretrained.family }
  /// The configuration, every key kept, with the labels of this model.
  public var configuration: ConfigurationFile { pretrained.configuration }
  /// All parameters.
  public var store: ParameterStore { pretrained.store }
  /// What computes.
  public var model: Model { pretrained.model }

  /// Loads a pre-trained model to be tuned for `labels`.
  ///
  /// A head that the checkpoint lacks, or that was made for another number of labels, is
  /// initialised; the store's report tells so. So is one whose labels have other names: its rows
  /// mean something else.
  ///
  /// - Parameters:
  ///   - folder: The pre-trained model's folder.
  ///   - kind: Which head.
  ///   - labels: The labels of the data, in the order of the logits.
  ///   - dropout: Replaces the dropout rates of the configuration; nil keeps them.
  ///   - vocabularySize: Rows that the word table needs at least: where it has fewer, further ones
  ///     are initialised near the mean of its rows, and the configuration says so. nil keeps it.
  ///   - options: How parameters are stored and initialised.
  /// - Throws: ``ModelsError`` or `LayersError`.
  public init(
    folder: URL, _ kind: HeadKind<Model>, labels: ClassificationLabels, dropout: Double? = nil,
    vocabularySize: Int? = nil, options: ParameterStore.Options = .init()
  ) throws {
    var file = try ConfigurationFile(folder: folder)
    let growth = try vocabularySize.flatMap { try file.growVocabulary(to: $0) }
    let family = try ModelFamily.of(file)
    if let dropout { family.replaceDropout(in: &file, by: dropout) }
    let stored = try ClassificationLabels(file)
    labels.write(to: &file)
    let head = try family.head(kind)
    var hidden: [String] = []
    if let stored, Set(stored.names) != Set(labels.names) || stored.problem != labels.problem {
      hidden = head.labelled
    } else if let stored, stored.names != labels.names {
      throw ModelsError(
        .configuration,
        "\(file.path) lists the labels as \(stored.names.joined(separator: ", ")), the data give "
          + "the order \(labels.names.joined(separator: ", ")). "
          + "Name the labels in the model's order.")
    }
    self.labels = labels
    pretrained = try PretrainedModel(
      file, family, head, labels: labels.names.count, source: Checkpoint.open(folder: folder),
      hiding: hidden, growing: growth, options)
  }

  /// Makes a classifier from a configuration alone: every weight is initialised.
  ///
  /// - Parameters:
  ///   - configuration: Family, sizes and options.
  ///   - kind: Which head.
  ///   - labels: The labels of the data, in the order of the logits.
  ///   - dropout: Replaces the dropout rates of the configuration; nil keeps them.
  ///   - vocabularySize: Rows that the word table needs at least; nil as many as the configuration
  ///     says.
  ///   - options: How parameters are stored and initialised.
  /// - Throws: ``ModelsError`` when the configuration is not supported.
  public init(
    scratch configuration: ConfigurationFile, _ kind: HeadKind<Model>,
    labels: ClassificationLabels, dropout: Double? = nil, vocabularySize: Int? = nil,
    options: ParameterStore.Options = .init()
  ) throws {
    var file = configuration
    _ = try vocabularySize.flatMap { try file.growVocabulary(to: $0) }
    let family = try ModelFamily.of(file)
    if let dropout { family.replaceDropout(in: &file, by: dropout) }
    labels.write(to: &file)
    self.labels = labels
    pretrained = try PretrainedModel(
      file, family, family.head(kind), labels: labels.names.count, source: nil,
      options)
  }

  /// Loads a model that was tuned before, with the labels that its folder holds.
  ///
  /// - Throws: ``ModelsError`` when the folder holds no labels, `LayersError` when its head is
  ///   missing.
  public init(tuned folder: URL, _ kind: HeadKind<Model>, options: ParameterStore.Options = .init())
    throws
  {
    try self.init(tuned: TunedFiles(folder: folder), kind, options: options)
  }

  /// Loads a model that was tuned before, from wherever its parts lie.
  ///
  /// - Throws: ``ModelsError`` when the configuration names no labels, `LayersError` when the head is
  ///   missing and no adapter brings it.
  public init(
    tuned files: TunedFiles, _ kind: HeadKind<Model>, options: ParameterStore.Options = .init()
  ) throws {
    let file = files.configuration
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
    self.labels = labels
    pretrained = try PretrainedModel(
      file, family, family.head(kind), labels: labels.names.count, source: files.checkpoint(),
      growing: files.growth(), options)
    try files.require(store.report)
  }

  /// Writes `config.json` and `model.safetensors` as Transformers stores such a model.
  ///
  /// - Throws: ``ModelsError`` or `LayersError`; what was in the folder before is then still whole.
  public func save(to folder: URL) throws { try pretrained.save(to: folder) }

  /// Puts back the weights that ``save(to:)`` wrote: every parameter must be there.
  ///
  /// - Throws: `LayersError`.
  public func reload(from folder: URL) throws { try pretrained.reload(from: folder) }
}

extension LabelledModel<any SequenceClassifier> {
  /// Loads a pre-trained model to be tuned for labels of whole texts.
  ///
  /// - Throws: ``ModelsError`` or `LayersError`.
  public init(
    folder: URL, labels: ClassificationLabels, dropout: Double? = nil,
    options: ParameterStore.Options = .init()
  ) throws {
    try self.init(
      folder: folder, .sequenceClassification, labels: labels, dropout: dropout, options: options)
  }

  /// Makes a classifier of whole texts from a configuration alone.
  ///
  /// - Throws: ``ModelsError`` when the configuration is not supported.
  public init(
    scratch configuration: ConfigurationFile, labels: ClassificationLabels, dropout: Double? = nil,
    options: ParameterStore.Options = .init()
  ) throws {
    try self.init(
      scratch: configuration, .sequenceClassification, labels: labels, dropout: dropout,
      options: options)
  }

  /// Loads a classifier of whole texts that was tuned before.
  ///
  /// - Throws: ``ModelsError`` or `LayersError`.
  public init(tuned folder: URL, options: ParameterStore.Options = .init()) throws {
    try self.init(tuned: TunedFiles(folder: folder), options: options)
  }

  /// Loads a classifier of whole texts that was tuned before, from wherever its parts lie.
  ///
  /// - Throws: ``ModelsError`` or `LayersError`.
  public init(tuned files: TunedFiles, options: ParameterStore.Options = .init()) throws {
    try self.init(tuned: files, .sequenceClassification, options: options)
  }
}
