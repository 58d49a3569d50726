import Layers

/// What a family makes of its encoder for one kind of task: Transformers' class, and how it is made.
public struct ModelHead<Model>: Sendable {
  /// The name that `architectures` in `config.json` gets, such as "BertForSequenceClassification".
  public let architecture: String
  /// The prefix of the encoder's parameters in this model; nil for the family's.
  let basePrefix: String?
  /// Prefixes of parameters that a checkpoint may lack and that are then initialised: the head
  /// itself, and a summary that only it reads.
  let initialized: [String]
  /// Prefixes of those whose rows are labels: of no use when the labels are other ones.
  let labelled: [String]
  /// Makes the model at the root of a store; the labels are a classifier's, 0 for others.
  let make: @Sendable (ConfigurationFile, _ labels: Int, ModuleScope) throws -> Model

  /// Describes a head.
  init(
    _ architecture: String, basePrefix: String? = nil, initialized: [String] = [],
    labelled: [String] = [],
    make: @escaping @Sendable (ConfigurationFile, Int, ModuleScope) throws -> Model
  ) {
    self.architecture = architecture
    self.basePrefix = basePrefix
    self.initialized = initialized
    self.labelled = labelled
    self.make = make
  }
}
