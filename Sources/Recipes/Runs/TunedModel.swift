public import Datasets
public import Foundation
internal import Layers
internal import Models
public import Tasks
internal import Tokenizers
internal import Torch
public import Tracking
public import Training

/// The folder of a tuned model, looked at without its weights: which task it is for.
public struct TunedFolder {
  /// The folder.
  public let url: URL
  /// The recipe that made it; nil for a folder of other origin.
  public let recipe: Recipe?
  /// The task, with the settings that it was trained with.
  public let task: any TaskDeclaration

  /// Opens a folder; one that is not there may be the name of a model of the hub.
  ///
  /// - Parameters:
  ///   - path: The folder, or a model's name.
  ///   - sink: Where the download of a model is shown.
  ///   - control: Lets a signal handler end the download.
  /// - Throws: An error of the layer that refused, as a sentence.
  public init(
    _ path: String, sink: ProgressSink? = nil, control: RunControl = RunControl()
  ) throws {
    url = try ModelFolder.tuned(path, sink: sink, control: control)
    let file = url.appending(path: "recipe.yaml")
    recipe =
      FileManager.default.fileExists(atPath: file.path) ? try Recipe(file: file.relativePath) : nil
    let description = try ModelDescription(folder: url)
    let declared =
      if let recipe {
        try recipe.declaration()
      } else {
        try TaskConfiguration.Kind.of(description, at: url).plainDeclaration()
      }
    task = try declared.settled(on: description)
  }

  /// The precision that the run was made with; `auto` where the folder holds no run.
  public var precision: TrainingConfiguration.Precision {
    recipe?.training.precision ?? .automatic
  }
}

/// A tuned model from its folder: ready to answer, with the settings that it was trained with.
public struct TunedModel<Task: TaskDeclaration> {
  /// The folder.
  public let folder: URL
  /// The task with its settings.
  public let task: Task
  /// The model with its head.
  public let model: Task.Model
  /// The recipe that made it; nil for a folder of other origin.
  public let recipe: Recipe?
  /// Where and how it computes.
  public let environment: RunEnvironment
  /// Sentences for the user.
  public let notes: [String]
  /// The labels in the order of the logits; nil for tasks without.
  public let labels: LabelSet?
  /// The tokenizer, and how it cut in training.
  public let encoder: RowEncoder

  /// Loads a folder, strictly.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - task: The folder's task.
  ///   - environment: Where and how it computes.
  /// - Throws: An error of the layer that refused, as a sentence.
  public init(_ folder: TunedFolder, task: Task, environment: RunEnvironment) throws {
    self.folder = folder.url
    self.task = task
    self.environment = environment
    recipe = folder.recipe
    let tokenizer = try PretrainedTokenizer(model: folder.url)
    model = try task.tuned(
      TunedModelRequest(
        folder: folder.url, tokenizer: tokenizer,
        options: environment.storeOptions(seed: 0, isTrainable: false)))
    var notes = tokenizer.notes + task.notes + model.store.report.notes()
    if let temperature = (model as? any TemperatureScaled)?.temperature, temperature != 1 {
      notes.append(
        "Probabilities are scaled by the temperature \(RunRecorder.decimal(temperature)) of "
          + "\(StoredTemperature.fileName).")
    }
    self.notes = notes
    let description = try ModelDescription(folder: folder.url)
    labels =
      task.hasLabels ? try description.labels.map { try LabelSet(names: $0.names) } : nil
    let limit = [description.maximumLength, tokenizer.maximumLength, task.maximumLength]
      .compactMap(\.self).min()
    encoder = RowEncoder(
      tokenizer: tokenizer,
      options: try recipe?.encodingOptions(modelLimit: limit)
        ?? EncodingOptions(maximumLength: limit),
      threads: environment.threads)
  }
}
