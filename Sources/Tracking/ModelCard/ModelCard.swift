public import Evaluation
public import Foundation

/// What a run folder's `README.md` says of the model: where it comes from, what it was trained on,
/// how good it is, how it is used, where it ends, and how to make it again.
public struct ModelCard: Codable, Sendable, Equatable {
  /// The model's name, its title.
  public var name: String
  /// The model that was fine-tuned: a name on the Hugging Face Hub ("owner/name") or a folder.
  ///
  /// Of a folder only the last part is written: paths tell of the machine and its user.
  public var baseModel: String
  /// What the model answers, in Hugging Face's word for it.
  public var pipelineTag: String = "text-classification"
  /// What kind of answer it gives.
  public var kind: EvaluationKind
  /// The languages of the texts, such as "en"; empty when they are not known.
  public var languages: [String] = []
  /// The licence, such as "apache-2.0"; nil when it is not known.
  public var license: String?
  /// The labels in the order of the model's outputs; empty for regression.
  public var labels: [String] = []
  /// What it was trained, validated and tested on.
  public var data: [DataDescription] = []
  /// The settings worth knowing, in order.
  public var settings: [Setting] = []
  /// The scores on rows that training did not see, and what those rows are.
  public var evaluation: EvaluationReport?
  /// The name and split of the rows of ``evaluation``.
  public var evaluated: DataDescription?
  /// The most tokens of a text that the model reads.
  public var maximumLength: Int?
  /// What a user should know before relying on the model, a sentence each.
  public var limits: [String] = []
  /// How to make it again.
  public var reproduction: Reproduction

  /// Makes a card from what is always known; the rest is filled in as it becomes known.
  public init(
    name: String, baseModel: String, kind: EvaluationKind, reproduction: Reproduction
  ) {
    self.name = name
    self.baseModel = baseModel
    self.kind = kind
    self.reproduction = reproduction
  }

  /// Rows that a run used.
  public struct DataDescription: Codable, Sendable, Equatable {
    /// The file's or data set's name, without a path.
    public var name: String
    /// What it was used for: "train", "validation" or "test".
    public var split: String
    /// The number of rows.
    public var rows: Int
    /// The rows of each label; empty when they are not known.
    public var labelCounts: [String: Int]

    /// Makes a description.
    public init(name: String, split: String, rows: Int, labelCounts: [String: Int] = [:]) {
      self.name = name
      self.split = split
      self.rows = rows
      self.labelCounts = labelCounts
    }
  }

  /// A setting and its value, as text.
  public struct Setting: Codable, Sendable, Equatable {
    /// The setting's name.
    public var name: String
    /// Its value.
    public var value: String

    /// Makes a setting.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What has to be the same for a run to give the same model.
  public struct Reproduction: Codable, Sendable, Equatable {
    /// The seed of everything random.
    public var seed: UInt64
    /// Versions by name, such as those of finetune and libtorch.
    public var versions: [String: String]
    /// The machine in words: processor or GPU, precision, threads.
    public var hardware: String?
    /// The file in the run folder that holds the resolved recipe; nil when there is none.
    public var recipeFile: String?

    /// Makes a description.
    public init(
      seed: UInt64, versions: [String: String], hardware: String? = nil, recipeFile: String? = nil
    ) {
      self.seed = seed
      self.versions = versions
      self.hardware = hardware
      self.recipeFile = recipeFile
    }
  }

  /// Writes the card as `README.md` into a folder.
  ///
  /// - Throws: ``TrackingError`` when the file cannot be written.
  public func write(into folder: URL) throws(TrackingError) {
    try AtomicFile.write(markdown, to: folder.appending(path: "README.md"))
  }
}
