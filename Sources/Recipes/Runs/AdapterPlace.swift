internal import Adapters
internal import Foundation
internal import Hub
internal import Layers
internal import Models
internal import Tokenizers
internal import Tracking
internal import Training

/// An adapter's folder together with the base that it belongs to.
struct AdapterPlace {
  /// The adapter, looked at without its weights.
  let adapter: AdapterFolder
  /// The folder of the base.
  let base: URL

  /// Finds the base of an adapter.
  ///
  /// - Throws: ``RunError`` that says what to do when it is not there, `AdaptersError` for a folder
  ///   that is no adapter's.
  init(_ folder: URL, recipe: Recipe?, sink: ProgressSink?, control: RunControl) throws {
    adapter = try AdapterFolder(folder)
    base = try Self.base(of: adapter, recipe, sink, control)
  }

  /// Takes a base that the user named.
  init(_ folder: URL, base: URL) throws {
    guard AdapterFolder.isAdapter(folder) else {
      throw RunError(
        .model,
        "\(folder.relativePath) is no adapter's folder: it holds no adapter_config.json. A whole "
          + "model is named by itself, without --adapter.")
    }
    adapter = try AdapterFolder(folder)
    self.base = base
  }

  /// Whether a folder holds an adapter and no whole model.
  static func isAdapter(_ folder: URL) -> Bool {
    let holds = { (name: String) in
      FileManager.default.fileExists(atPath: folder.appending(path: name).path)
    }
    return AdapterFolder.isAdapter(folder) && !Checkpoint.fileNames.contains(where: holds)
  }

  /// The base by what the adapter's file or the recipe says: an absolute path, one that counts from
  /// the adapter's folder or from here, or the name of a model of the hub.
  private static func base(
    of adapter: AdapterFolder, _ recipe: Recipe?, _ sink: ProgressSink?, _ control: RunControl
  ) throws -> URL {
    let names = [adapter.baseName, recipe?.model].compactMap(\.self).filter { !$0.isEmpty }
    for name in names {
      for place in [adapter.url.appending(path: name), URL(filePath: name)] {
        let url = name.hasPrefix("/") ? URL(filePath: name) : place
        if FileManager.default.fileExists(atPath: url.appending(path: "config.json").path)
          || url.pathExtension == "gguf" && FileManager.default.fileExists(atPath: url.path)
        {
          return url
        }
      }
    }
    for name in names where !name.hasPrefix("/") {
      if let found = try? ModelFolder.ofHub(
        name, revision: recipe?.modelRevision, sink: sink, control: control)
      {
        return found.url
      }
    }
    let named = adapter.baseName.map { "'\($0)'" } ?? "none"
    throw RunError(
      .model,
      "The base model of the adapter in \(adapter.url.relativePath) is not there: its "
        + "adapter_config.json names \(named). Put the model there, or name it: finetune predict BASE "
        + "--adapter \(adapter.url.relativePath).")
  }

  /// The folder that the tokenizer is read from: the adapter's, where it holds one.
  var tokenizerFolder: URL {
    let names = [
      "tokenizer.json", "vocab.txt", "vocab.json", "tokenizer.model", "spiece.model",
      "sentencepiece.bpe.model",
    ]
    let holds = names.contains { name in
      FileManager.default.fileExists(atPath: adapter.url.appending(path: name).path)
    }
    return holds ? adapter.url : base
  }

  /// The configuration of the tuned model: the folder's own, or that of the base with as many labels
  /// as the adapter's head has.
  ///
  /// - Throws: `ModelsError`, `AdaptersError` or `LayersError`.
  func configuration() throws -> ConfigurationFile {
    let own = adapter.url.appending(path: "config.json")
    if FileManager.default.fileExists(atPath: own.path) {
      return try ConfigurationFile(folder: adapter.url)
    }
    var file = try ConfigurationFile(folder: base)
    let weights = try adapter.weights()
    let heads = [
      "classifier.weight", "score.weight", "out_proj.weight", "logits_proj.weight",
    ]
    let head = weights.names.first { name in
      heads.contains { name.hasSuffix(".\($0)") } && !name.contains(".layer")
    }
    guard let count = head.flatMap({ weights.shape(of: $0)?.first }) else { return file }
    if try ClassificationLabels(file)?.names.count != count {
      ClassificationLabels(
        names: (0..<count).map { "LABEL_\($0)" },
        problem: count == 1 ? .regression : .singleLabel
      ).write(to: &file)
    }
    return file
  }

  /// Where the parts of the tuned model lie.
  ///
  /// - Throws: As ``configuration()``.
  func files() throws -> TunedFiles {
    TunedFiles(try configuration(), base: base, adapterNames: try adapter.weights().names)
  }

  /// The task of a folder without a recipe.
  ///
  /// - Throws: ``RunError`` for a task that there is not.
  func kind(_ description: ModelDescription) throws -> TaskConfiguration.Kind {
    let word = try adapter.configuration.text("task_type")
    return try word.flatMap { try TaskConfiguration.Kind(peftName: $0, folder: adapter.url) }
      ?? TaskConfiguration.Kind.of(description, at: adapter.url)
  }

  /// Attaches the adapter to a model that was made of the base.
  ///
  /// - Throws: `AdaptersError` when it does not belong to the model.
  func attach(
    to store: ParameterStore, _ kind: TaskConfiguration.Kind, _ configuration: ConfigurationFile,
    _ tokenizer: PretrainedTokenizer
  ) throws -> (tuning: Tuning, report: AdapterLoadReport) {
    let family = try ModelFamily.of(configuration)
    var options = Tuning.Options(kind, store, family, tokenizer)
    options.baseName = base.path
    return try adapter.attach(
      to: store, of: family, configuration: configuration, options: options)
  }
}
