internal import Adapters
internal import Datasets
public import Foundation
internal import Layers
internal import Models
internal import Tasks
internal import Torch
public import Tracking
public import Training

/// Folds an adapter into a copy of its base, and proves on rows that nothing changed.
///
/// Base and adapter are loaded in fp32; the base's own files are never written to.
public struct MergeRun {
  /// What became of it.
  public struct Outcome: Sendable, Equatable {
    /// The largest difference of a logit before and after, over all rows.
    public let largestDifference: Float
    /// The rows that were compared.
    public let rows: Int
    /// Where the merged model lies.
    public let folder: URL
  }

  /// The largest difference of a logit that is let pass.
  public var tolerance: Float = 1e-4
  /// The file of rows; nil for those of the run's recipe.
  public var rows: URL?
  /// Rows that are compared at most.
  public var limit = 256
  /// Lets another thread end the work.
  public var control = RunControl()
  private let folder: TunedFolder
  private let folders: [TunedFolder]
  private let weights: [Double]
  private let threads: Int?

  /// Takes the folder of an adapter, or of several whose changes add up.
  ///
  /// - Parameters:
  ///   - folders: The adapters' folders; task, labels and head are those of the first.
  ///   - weights: What each one's change is multiplied with; nil for 1.
  ///   - threads: Processor threads; nil for all.
  /// - Throws: ``RunError`` for a folder without an adapter, other bases, and weights that are not as
  ///   many.
  public init(_ folders: [TunedFolder], weights: [Double]? = nil, threads: Int? = nil) throws {
    guard let first = folders.first else {
      throw RunError(.input, "No adapter is named that could be merged.")
    }
    for folder in folders {
      guard let place = folder.adapter else {
        throw RunError(
          .model,
          "\(folder.url.relativePath) holds a whole model and no adapter: there is nothing to merge."
        )
      }
      guard place.base.standardizedFileURL == first.adapter?.base.standardizedFileURL else {
        throw RunError(
          .model,
          "The base of \(folder.url.relativePath) is \(place.base.path), and not that of "
            + "\(first.url.relativePath): only adapters of one base can be merged together.")
      }
    }
    guard weights.map({ $0.count == folders.count && $0.allSatisfy(\.isFinite) }) ?? true else {
      throw RunError(
        .setting,
        "\(weights?.count ?? 0) weights are given for \(folders.count) adapters; give a number for "
          + "each, such as 0.5,0.5.")
    }
    folder = first
    self.folders = folders
    self.weights = weights ?? folders.map { _ in 1 }
    self.threads = threads
  }

  /// Merges, compares, and writes the model; nothing is written when the difference is too large.
  ///
  /// - Throws: ``RunError`` for an output folder that is there, a method that cannot be merged and a
  ///   difference past the tolerance; an error of the layer that refused.
  public func execute(into output: URL, sink: ProgressSink) throws -> Outcome {
    try execute(folder.task, into: output, sink)
  }

  private func execute<Task: TaskDeclaration>(
    _ task: Task, into output: URL, _ sink: ProgressSink
  ) throws -> Outcome {
    try check(output)
    let environment = try RunEnvironment(device: .cpu, precision: .fp32, threads: threads)
    let tuned = try TunedModel(folder, task: task, environment: environment, keepsBase: false)
    tuned.notes.forEach { sink.write("Note: \($0)\n") }
    guard let tuning = tuned.tuning else { throw nothingAttached }
    let adapters = try adapters(tuning)
    let examples = try examples(tuned)
    let before = try numbers(tuned.model, examples)
    try withoutGradients { try adapters.merge() }
    let after = try numbers(tuned.model, examples)
    let difference = zip(before, after).reduce(Float(0)) { largest, pair in
      // A number that is none is a difference of its own.
      let apart = abs(pair.0 - pair.1)
      return apart.isNaN ? .infinity : max(largest, apart)
    }
    guard before.count == after.count, difference <= tolerance else {
      throw RunError(
        .setting,
        "The merged model is not the adapted one: on \(examples.count) rows a logit differs by "
          + "\(difference), and the tolerance is \(tolerance). Nothing was written. Name another "
          + "--tolerance if that is small enough for you.")
    }
    adapters.detach()
    try write(tuned, to: output)
    return Outcome(largestDifference: difference, rows: examples.count, folder: output)
  }

  private var nothingAttached: RunError {
    RunError(.model, "\(folder.url.relativePath) holds no adapter.")
  }

  /// The adapter that is attached, or all of them in its place.
  private func adapters(_ tuning: Tuning) throws -> any MergeableAdapters {
    if folders.count > 1 || weights != [1] {
      return try AdapterStack(
        zip(folders, weights).map { ($0.url, $1) }, inPlaceOf: tuning,
        folder.description.configuration)
    }
    if let reason = tuning.attached.mergeRefusal {
      throw RunError(.setting, "\(folder.url.relativePath) cannot be merged. \(reason)")
    }
    return tuning
  }

  private func check(_ output: URL) throws {
    guard try OutputFolder(output).contents() == .nothing else {
      throw RunError(
        .output,
        "The output folder \(output.relativePath) is not empty. Name another folder: a merged model "
          + "replaces nothing.")
    }
  }

  /// Rows of the file that was named, or of the test data, else the validation data, else the
  /// training data of the run.
  private func examples<Task: TaskDeclaration>(
    _ tuned: TunedModel<Task>
  ) throws -> [Task.Model.Example] {
    let data = folder.recipe?.data
    guard
      let file = rows
        ?? (data?.test ?? data?.validationPath ?? data?.train).map({
          URL(filePath: $0)
        })
    else {
      throw RunError(
        .input,
        "No recipe in \(folder.url.relativePath) names rows to compare the merged model on. Name a "
          + "file: --rows FILE.")
    }
    let reading = ColumnChoice().reading(folder.recipe, expectsTarget: false)
    let reader = try tuned.task.reader(file, reading)
    var rows: [TextRow] = []
    while rows.count < limit, let row = try reader.next() { rows.append(row) }
    guard !rows.isEmpty else {
      throw RunError(.input, "\(file.relativePath) holds no row to compare the merged model on.")
    }
    return try tuned.task.encode(rows, labels: nil, with: tuned.encoder, for: .prediction)
      .flatMap(\.examples)
  }

  private func numbers<Model: TaskModel>(
    _ model: Model, _ examples: [Model.Example]
  ) throws -> [Float] {
    var evaluator = Evaluator(model, batch: .tokens(4096))
    evaluator.progress = { [control] _ in
      if control.isInterrupted { throw Interrupted() }
    }
    var numbers: [Float] = []
    try evaluator.predict(examples) { outputs, _ in
      for case let output as any ComputedNumbers in outputs { numbers += output.numbers }
    }
    return numbers
  }

  /// Writes the model beside the output first, so that it appears whole or not at all.
  private func write(_ tuned: TunedModel<some TaskDeclaration>, to output: URL) throws {
    let files = FileManager.default
    let parent = output.standardizedFileURL.deletingLastPathComponent()
    let aside = parent.appending(
      path: ".\(output.lastPathComponent).merging-\(UUID().uuidString)", directoryHint: .isDirectory
    )
    do {
      try files.createDirectory(at: aside, withIntermediateDirectories: true)
      try tuned.model.save(to: aside)
      if var recipe = folder.recipe {
        recipe.method = MethodConfiguration()
        try recipe.write(
          to: aside.appending(path: "recipe.yaml"),
          header: [
            "The recipe of \(folder.url.lastPathComponent), whose method was merged into the weights:",
            "training by it tunes the whole model.",
          ])
      }
      if files.fileExists(atPath: output.path) { try files.removeItem(at: output) }
      try files.moveItem(at: aside, to: output)
    } catch {
      try? files.removeItem(at: aside)
      if let cocoa = error as? CocoaError {
        throw RunError(
          .output,
          "The output folder \(output.relativePath) cannot be written: "
            + "\(FileProblem.reason(cocoa, of: output)).")
      }
      throw error
    }
  }
}
