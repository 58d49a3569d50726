public import Foundation
public import Layers

extension PretrainedModel {
  /// Loads a pre-trained model to be tuned, for heads without labels.
  ///
  /// A head that the checkpoint lacks is initialised; the store's report tells so.
  ///
  /// - Parameters:
  ///   - folder: The pre-trained model's folder.
  ///   - kind: Which head.
  ///   - dropout: Replaces the dropout rates of the configuration; nil keeps them.
  ///   - options: How parameters are stored and initialised.
  /// - Throws: ``ModelsError`` or `LayersError`.
  public init(
    tuning folder: URL, _ kind: HeadKind<Model>, dropout: Double? = nil,
    options: ParameterStore.Options = .init()
  ) throws {
    var file = try ConfigurationFile(folder: folder)
    let family = try ModelFamily.of(file)
    if let dropout { family.replaceDropout(in: &file, by: dropout) }
    try self.init(
      file, family, family.head(kind), labels: 0, source: Checkpoint.open(folder: folder), options)
  }

  /// Makes a model from a configuration alone: every weight is initialised.
  ///
  /// - Parameters:
  ///   - configuration: Family, sizes and options.
  ///   - kind: Which head; one without labels.
  ///   - dropout: Replaces the dropout rates of the configuration; nil keeps them.
  ///   - options: How parameters are stored and initialised.
  /// - Throws: ``ModelsError`` when the configuration is not supported.
  public init(
    scratch configuration: ConfigurationFile, _ kind: HeadKind<Model>, dropout: Double? = nil,
    options: ParameterStore.Options = .init()
  ) throws {
    var file = configuration
    let family = try ModelFamily.of(file)
    if let dropout { family.replaceDropout(in: &file, by: dropout) }
    try self.init(file, family, family.head(kind), labels: 0, source: nil, options)
  }
}
