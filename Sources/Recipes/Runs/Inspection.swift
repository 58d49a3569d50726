internal import Datasets
internal import Evaluation
public import Foundation
internal import Layers
internal import Models
internal import Optimizers
internal import Tokenizers
internal import Torch
internal import Training

/// What a path holds: a model folder, a run, a file of weights or of data.
public struct Inspection {
  /// The findings, line by line.
  public let lines: [String]

  /// Looks at a path.
  ///
  /// - Throws: An error of the layer that could not understand it, as a sentence.
  public init(_ url: URL, columns: ColumnChoice, listsTensors: Bool) throws {
    let config = url.appending(path: "config.json")
    if AdapterPlace.isAdapter(url) {
      lines = try Self.adapter(url, listsTensors: listsTensors)
    } else if FileManager.default.fileExists(atPath: config.path) {
      lines = try Self.model(url, listsTensors: listsTensors)
    } else if FileManager.default.fileExists(atPath: url.appending(path: "recipe.yaml").path) {
      lines = try Self.unfinished(url)
    } else if try Checkpoint.ggufFile(at: url) != nil {
      lines = try Self.model(url, listsTensors: listsTensors)
    } else if url.pathExtension == "safetensors" {
      lines = try Self.weights(SafetensorsFile(url), listsTensors: listsTensors)
    } else {
      lines = try Self.data(url, columns)
    }
  }

  /// The sizes that are told, by the names that the families give them.
  private static let sizeKeys = [
    "hidden_size", "n_embd", "d_model", "dim", "embedding_size", "num_hidden_layers", "n_layer",
    "n_layers", "num_layers", "num_decoder_layers", "num_attention_heads", "n_head", "n_heads",
    "num_heads", "num_key_value_heads", "intermediate_size", "d_inner", "d_ff", "hidden_dim",
    "vocab_size",
  ]

  private static func model(_ folder: URL, listsTensors: Bool) throws -> [String] {
    let description = try ModelDescription(folder: folder)
    var lines = ["\(folder.relativePath): a \(description.family.modelType) model"]
    for key in sizeKeys {
      if case .integer(let value) = description.configuration.values[key] {
        lines.append("  \(key): \(value)")
      }
    }
    if !description.storedArchitectures.isEmpty {
      lines.append("  stored as: \(description.storedArchitectures.joined(separator: ", "))")
    }
    lines.append("  can be made into: \(description.family.architectures.joined(separator: ", "))")
    if let limit = description.maximumLength { lines.append("  longest sequence: \(limit) tokens") }
    if let labels = description.labels {
      lines.append("  classifier, \(labels.problem.rawValue)")
      lines.append("  labels: \(labels.names.joined(separator: ", "))")
    } else {
      lines.append("  no labels: to be tuned")
    }
    let tokenizer = try PretrainedTokenizer(model: folder)
    lines.append(
      "  tokenizer: \(tokenizer.kind), \(TrainingRun.grouped(tokenizer.vocabularySize)) tokens")
    lines += tokenizer.notes.map { "  note: \($0)" }
    lines += try weights(Checkpoint.open(folder: folder), listsTensors: listsTensors)
    let recipe = folder.appending(path: "recipe.yaml")
    if FileManager.default.fileExists(atPath: recipe.path) {
      lines += try run(folder, Recipe(file: recipe.path))
    }
    return lines
  }

  /// A run that has kept no weights yet.
  private static func unfinished(_ folder: URL) throws -> [String] {
    let recipe = try Recipe(file: folder.appending(path: "recipe.yaml").relativePath)
    let state = try ResumeFolder(folder.appending(path: "resume")).state()
    let step = state.map { "its state after step \($0.step) is stored" } ?? "no state is stored"
    return [
      "\(folder.relativePath): a run that has kept no weights yet; \(step)",
      "  tunes \(recipe.model) on \(recipe.data.train), \(recipe.training.length.text), "
        + "learning rate \(recipe.optimizer.learningRate)",
    ]
  }

  static func run(_ folder: URL, _ recipe: Recipe) throws -> [String] {
    var lines = [
      "  a run: \(recipe.model) tuned on \(recipe.data.train), \(recipe.training.length.text), "
        + "learning rate \(recipe.optimizer.learningRate)"
    ]
    let report = folder.appending(path: "evaluation.json")
    if let data = try? Data(contentsOf: report) {
      let scores = try EvaluationReport(json: data).scores
      let shown = ["accuracy", "f1_macro", "mse", "pearson"].compactMap { name in
        scores[name].map { "\(name) \(RunRecorder.decimal($0))" }
      }
      lines.append("  scored: \(shown.joined(separator: ", "))")
    }
    return lines
  }

  private static func weights(_ source: any WeightSource, listsTensors: Bool) throws -> [String] {
    var elements = 0
    var types: [String: Int] = [:]
    for name in source.names {
      let count = (source.shape(of: name) ?? []).reduce(1, *)
      elements += count
      types[source.dataType(of: name)?.rawValue ?? "?", default: 0] += count
    }
    let kinds = types.sorted { $0.key < $1.key }
      .map { "\($0.key) \(TrainingRun.grouped($0.value))" }
    var lines = [
      "  weights: \(source.names.count) tensors, \(TrainingRun.grouped(elements)) numbers "
        + "(\(kinds.joined(separator: ", "))), \(source.origin)"
    ]
    if listsTensors {
      lines += source.names.map { name in
        let shape = (source.shape(of: name) ?? []).map(String.init).joined(separator: " × ")
        return "    \(name)  [\(shape)]  \(source.dataType(of: name)?.rawValue ?? "?")"
      }
    }
    return lines
  }

  private static func data(_ url: URL, _ columns: ColumnChoice) throws -> [String] {
    var mapping = columns.mapping(nil, expectsLabels: columns.label != nil)
    // Without a column named, any that is there serves to count the rows.
    if columns.text == nil, let first = try firstColumn(url, columns) { mapping.text = first }
    let table = try TextTable.read(
      url, format: columns.fileFormat, mapping: mapping,
      target: columns.label == nil ? .none : .singleLabel)
    var lines = [
      "\(url.relativePath): \(TrainingRun.grouped(table.rows.count)) rows",
      "  columns: \(table.columns.joined(separator: ", "))",
    ]
    lines += table.notes.map { "  note: \($0)" }
    if let row = table.rows.first {
      let text = row.text.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(200)
      lines.append("  first \(mapping.text): \(text)")
    }
    if columns.label != nil {
      var counts: [String: Int] = [:]
      for case .label(let label) in table.rows.map(\.target) { counts[label, default: 0] += 1 }
      lines += counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(50).map {
        "  \($0.key): \(TrainingRun.grouped($0.value)) rows"
      }
    }
    return lines
  }

  /// The first column of a file that has none called "text"; nil when it has.
  private static func firstColumn(_ url: URL, _ columns: ColumnChoice) throws -> String? {
    do {
      _ = try TextRowReader(
        url, format: columns.fileFormat, mapping: ColumnMapping(label: nil), target: .none)
      return nil
    } catch let error as DatasetsError where error.code == .noSuchColumn {
      return error.columns.first
    }
  }
}
