internal import Adapters
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

  /// The adapter and its base; nil for a folder with a whole model.
  let adapter: AdapterPlace?
  /// The configuration of the tuned model.
  let description: ModelDescription
  /// The kind of the task.
  let kind: TaskConfiguration.Kind

  /// Opens a folder; one that is not there may be the name of a model of the hub.
  ///
  /// A folder with an adapter in it is opened together with its base, wherever that lies.
  ///
  /// - Parameters:
  ///   - path: The folder, or a model's name.
  ///   - adapter: The folder of an adapter, of which `path` is the base; nil for none.
  ///   - sink: Where the download of a model is shown.
  ///   - control: Lets a signal handler end the download.
  /// - Throws: An error of the layer that refused, as a sentence.
  public init(
    _ path: String, adapter: String? = nil, sink: ProgressSink? = nil,
    control: RunControl = RunControl()
  ) throws {
    if let adapter {
      url = try ModelFolder.tuned(adapter, sink: sink, control: control)
    } else {
      url = try ModelFolder.tuned(path, sink: sink, control: control)
    }
    let file = url.appending(path: "recipe.yaml")
    recipe =
      FileManager.default.fileExists(atPath: file.path) ? try Recipe(file: file.relativePath) : nil
    if adapter != nil {
      let base = try ModelFolder.found(path, sink: sink, control: control).url
      self.adapter = try AdapterPlace(url, base: base)
    } else if AdapterPlace.isAdapter(url) {
      self.adapter = try AdapterPlace(url, recipe: recipe, sink: sink, control: control)
    } else {
      self.adapter = nil
    }
    description =
      try self.adapter.map { try ModelDescription($0.configuration()) }
      ?? ModelDescription(folder: url)
    kind =
      try recipe?.task.kind ?? self.adapter?.kind(description)
      ?? TaskConfiguration.Kind.of(description, at: url)
    task = try (recipe?.declaration() ?? kind.plainDeclaration()).settled(on: description)
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
  /// The method at work, of a model that an adapter tunes.
  let tuning: Tuning?

  /// Loads a folder, strictly.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - task: The folder's task.
  ///   - environment: Where and how it computes.
  ///   - keepsBase: Whether the base of an adapter is kept in as few bits as it was trained on; if
  ///     not, its weights are what its folder holds.
  /// - Throws: An error of the layer that refused, as a sentence.
  public init(
    _ folder: TunedFolder, task: Task, environment: RunEnvironment, keepsBase: Bool = true
  ) throws {
    self.folder = folder.url
    self.task = task
    self.environment = environment
    recipe = folder.recipe
    let form = keepsBase ? recipe?.method.quantizedBase : nil
    let tokenizer = try PretrainedTokenizer(model: folder.adapter?.tokenizerFolder ?? folder.url)
    model = try task.tuned(
      TunedModelRequest(
        folder: folder.url, files: folder.adapter?.files(), tokenizer: tokenizer,
        // Few bits are made of the fp32 originals, as in training: of bf16 they would be others.
        options: environment.storeOptions(seed: 0, isTrainable: form != nil)))
    var notes = tokenizer.notes + task.notes
    if let place = folder.adapter {
      let (tuning, report) = try place.attach(
        to: model.store, folder.kind, folder.description.configuration, tokenizer)
      // As it was trained: what the adapter learned makes up for what the form lost.
      if let form {
        try tuning.keepBase(as: form)
        try model.store.setTrainable { _ in false }
        model.store.releaseFrozenOriginals()
      }
      notes += [report.summary] + report.notes
      self.tuning = tuning
    } else {
      notes += model.store.report.notes()
      tuning = nil
    }
    if let temperature = (model as? any TemperatureScaled)?.temperature, temperature != 1 {
      notes.append(
        "Probabilities are scaled by the temperature \(RunRecorder.decimal(temperature)) of "
          + "\(StoredTemperature.fileName).")
    }
    self.notes = notes
    let description = folder.description
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
