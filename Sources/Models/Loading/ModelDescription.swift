public import Foundation
internal import Layers

/// What a model folder holds, read without its weights.
public struct ModelDescription {
  /// The configuration, every key kept.
  public let configuration: ConfigurationFile
  /// The family that its `config.json` names.
  public let family: ModelFamily
  /// The labels, of a classifier.
  public let labels: ClassificationLabels?
  /// The Transformers classes that `architectures` names; empty where the file names none.
  public let storedArchitectures: [String]
  /// Tokens of the longest sequence; nil when there is no limit.
  public let maximumLength: Int?

  /// Reads `config.json` of a folder.
  ///
  /// - Throws: ``ModelsError`` when there is none, or it asks for something that is not supported.
  public init(folder: URL) throws {
    try self.init(ConfigurationFile(folder: folder))
  }

  /// Reads a configuration.
  ///
  /// - Throws: ``ModelsError`` when it asks for something that is not supported.
  public init(_ configuration: ConfigurationFile) throws {
    self.configuration = configuration
    family = try ModelFamily.of(configuration)
    storedArchitectures = configuration.texts("architectures")
    labels = try ClassificationLabels(configuration)
    maximumLength = try family.maximumLength(configuration)
  }
}
