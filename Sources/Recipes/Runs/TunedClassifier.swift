internal import Datasets
public import Foundation
internal import Layers
public import Models
public import Tasks
public import Training
internal import Tokenizers
internal import Torch
public import Tracking

/// A tuned classifier from its folder: ready to answer, with the settings that it was trained with.
public struct TunedClassifier {
  /// The folder.
  public let folder: URL
  /// Model, tokenizer and loss.
  public let task: TextClassification
  /// The recipe that made it; nil for a folder of other origin.
  public let recipe: Recipe?
  /// Where and how it computes.
  public let environment: RunEnvironment
  /// Sentences for the user.
  public let notes: [String]

  /// Loads a folder, strictly; one that is not there may be the name of a model of the hub.
  ///
  /// - Parameters:
  ///   - folder: The folder, or a model's name.
  ///   - environment: Where and how it computes.
  ///   - sink: Where the download of a model is shown.
  ///   - control: Lets a signal handler end the download.
  /// - Throws: An error of the layer that refused, as a sentence.
  public init(
    folder: URL, environment: RunEnvironment, sink: ProgressSink? = nil,
    control: RunControl = RunControl()
  ) throws {
    let folder = try ModelFolder.tuned(folder.relativePath, sink: sink, control: control)
    self.folder = folder
    self.environment = environment
    let tokenizer = try PretrainedTokenizer(model: folder)
    let model = try PretrainedClassifier(
      tuned: folder, options: environment.storeOptions(seed: 0, isTrainable: false))
    task = try TextClassification(model, tokenizer: tokenizer)
    let file = folder.appending(path: "recipe.yaml")
    recipe =
      FileManager.default.fileExists(atPath: file.path) ? try Recipe(file: file.relativePath) : nil
    notes = tokenizer.notes + model.store.report.notes()
  }

  /// The precision that the run in a folder was made with; `auto` where the folder holds no run.
  public static func precision(of folder: URL) throws -> TrainingConfiguration.Precision {
    let file = folder.appending(path: "recipe.yaml")
    guard FileManager.default.fileExists(atPath: file.path) else { return .automatic }
    return try Recipe(file: file.relativePath).training.precision
  }

  /// What one row's answer is, and the labels.
  public var labels: ClassificationLabels { task.pretrained.labels }

  /// How rows become examples: cut as in training; labels only where `expectsLabels`.
  public func encoding(expectsLabels: Bool) throws -> TextEncoding {
    let limit = TextClassification.maximumLength(
      of: task.pretrained.model, task.tokenizer)
    let options =
      try recipe?.encodingOptions(modelLimit: limit) ?? EncodingOptions(maximumLength: limit)
    let usesLabels = expectsLabels && labels.problem != .regression
    let set = usesLabels ? try LabelSet(names: labels.names) : nil
    return TextEncoding(
      tokenizer: task.tokenizer, labels: set, options: options, threads: environment.threads)
  }
}
