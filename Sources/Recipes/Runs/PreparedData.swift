internal import Datasets
internal import Foundation
internal import Layers
internal import Models
internal import Tasks
internal import Tokenizers
internal import Torch
internal import Training

/// The examples of a run, examined and encoded, and their labels in the order of the model's outputs.
struct PreparedData<Task: TaskDeclaration> {
  typealias Example = Task.Model.Example

  let task: Task
  let tokenizer: PretrainedTokenizer
  var preflight: Preflight
  /// What is learned from.
  let train: [Example]
  /// What is scored while training.
  let validation: [Example]
  private let encoded: [String: [EncodedRow<Example>]]

  /// The labels in the order of the logits; nil for tasks without.
  var labels: LabelSet? { preflight.labels }

  /// Encodes and examines.
  ///
  /// `known` are the labels of a model that was tuned before: where the data have the same ones,
  /// its order counts.
  init(
    _ data: RunData<Task>, recipe: Recipe, tokenizer: PretrainedTokenizer, modelLimit: Int?,
    known: ClassificationLabels?, threads: Int
  ) throws {
    task = data.task
    self.tokenizer = tokenizer
    let options = try recipe.encodingOptions(modelLimit: modelLimit)
    let encoder = RowEncoder(tokenizer: tokenizer, options: options, threads: threads)
    var all: [String: [EncodedRow<Example>]] = [:]
    let splits = try UncuttableRows(data.task, encoder).leavingOut(
      of: data.splits, stops: recipe.data.onBadRow == .stop)
    preflight = try Preflight(
      of: splits, hasLabels: data.task.hasLabels, policy: recipe.data.policy,
      labels: try Self.stored(known, data), maximumLength: options.maximumLength
    ) { split, rows, labels in
      let encoded = try data.task.encode(
        rows, labels: labels, with: encoder, for: split == "train" ? .training : .evaluation)
      all[split] = encoded
      return encoded.map {
        TokenCount(length: $0.length, unknown: $0.unknownTokens, cut: $0.truncatedTokens)
      }
    }
    train = all["train"]?.flatMap(\.examples) ?? []
    validation = all["validation"]?.flatMap(\.examples) ?? []
    all["train"] = nil
    encoded = all
  }

  private static func stored(
    _ known: ClassificationLabels?, _ data: RunData<Task>
  ) throws -> LabelSet? {
    guard let known, data.task.hasLabels, known.problem != .regression else { return nil }
    let found = try LabelSet(from: data.splits.train)
    return Set(found.names) == Set(known.names) ? try LabelSet(names: known.names) : nil
  }

  /// What the kept weights are scored on: the test data, else the validation data; nil without both.
  var judged: (split: String, rows: [TextRow], encoded: [EncodedRow<Example>])? {
    let found = preflight.splits.named.last { $0.name != "train" }
    return found.map { ($0.name, $0.table.rows, encoded[$0.name] ?? []) }
  }

  /// One hash over everything that decides a run's course: settings, precision, tokens, targets.
  func fingerprint(_ recipe: Recipe, _ environment: RunEnvironment) -> String {
    var hash = StableHash()
    hash.add(recipe.deciding.yaml())
    hash.add(environment.computeType.rawValue)
    for examples in [train, validation] {
      for example in examples { example.feed(&hash) }
    }
    hash.add((labels?.names ?? []).joined(separator: "\u{0}"))
    return hash.text
  }
}
