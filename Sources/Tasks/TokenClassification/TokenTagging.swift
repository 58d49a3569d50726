internal import Datasets
public import Evaluation
public import Foundation
public import Layers
public import Models
public import Tokenizers
internal import Torch

/// Tags of words: named entities, parts of speech, chunks.
public struct TokenTagging: TaskModel {
  /// The model with its weights and labels.
  public let pretrained: LabelledModel<Tagger>
  /// The tokenizer that the model was trained with.
  public let tokenizer: PretrainedTokenizer
  /// How the task is done.
  public let settings: TokenClassificationSettings
  /// The scheme of the tags; nil for tags that mark no entities.
  public let scheme: TagScheme?
  /// Scores that have counted nothing.
  let evaluation: TokenEvaluation
  /// By tag, the one of a word's further tokens.
  private let continuations: [Int]
  /// The steps from tag to tag that predictions may take; nil where all are allowed.
  private let allowed: TagSteps?

  /// Joins a model and its tokenizer to a task.
  ///
  /// - Parameters:
  ///   - pretrained: The model.
  ///   - tokenizer: Its tokenizer.
  ///   - settings: How the task is done.
  ///   - scheme: The scheme of the model's tags; nil takes the one that their letters show, unless
  ///     the settings say that there is none.
  /// - Throws: ``TasksError`` when the tokenizer has tokens for which the model has no embedding, or
  ///   settings contradict each other, `EvaluationError` for tags that are none of the scheme.
  public init(
    _ pretrained: LabelledModel<Tagger>, tokenizer: PretrainedTokenizer,
    settings: TokenClassificationSettings = .init(), scheme: TagScheme? = nil
  ) throws {
    try settings.validate()
    try pretrained.model.requireFitting(tokenizer)
    let names = pretrained.labels.names
    self.pretrained = pretrained
    self.tokenizer = tokenizer
    self.settings = settings
    self.scheme =
      settings.scheme == .none ? nil : scheme ?? TagScheme.detected(fromTags: names)
    evaluation = try TokenEvaluation(
      tags: names, scheme: self.scheme, readsEntities: settings.scheme != .none)
    allowed =
      settings.illegalTransitions == .forbid
      ? self.scheme.map { TagSteps.allowed(by: $0, names) } : nil
    continuations = names.enumerated().map { place, name in
      guard name.hasPrefix("B-") else { return place }
      let rest = name.dropFirst(2)
      return names.firstIndex(of: "I-\(rest)") ?? names.firstIndex(of: "M-\(rest)") ?? place
    }
  }

  /// The model's parameters.
  public var store: ParameterStore { pretrained.store }

  /// The tags, in the order of the logits.
  public var labels: [String] { pretrained.labels.names }

  /// Tags.
  public var evaluationKind: EvaluationKind { .tokens }

  /// F1 of the entities; the share of right words for tags that mark none.
  public var defaultMetric: String { evaluation.scheme == nil ? "accuracy" : "f1" }

  /// Label tokens: the mean loss is one over them, with a CRF too.
  public func lossWeight(_ examples: [TaggingExample]) throws -> Double {
    Double(examples.reduce(0) { $0 + $1.readTokens })
  }

  /// The summed loss of a batch: cross-entropy of the label tokens, or with a CRF the negative
  /// log-likelihood of each sentence's tags.
  public func loss(_ examples: [TaggingExample]) throws -> SummedLoss {
    let reading = BatchReading(examples)
    let weight = Double(reading.count)
    guard reading.count > 0 else { return SummedLoss(sum: try noLoss(), weight: 0) }
    let scores = try logits(reading)
    if let crf = pretrained.model.crf {
      let sentences = try zip(reading.rows, examples).compactMap { rows, example in
        rows.isEmpty
          ? nil
          : LinearChainCRF.Sentence(
            rows: rows.map(\.row), tags: try rows.map { try target($0, example) })
      }
      return SummedLoss(sum: try crf.loss(scores, sentences), weight: weight)
    }
    var targets = [Int64](repeating: 0, count: reading.count)
    for (rows, example) in zip(reading.rows, examples) {
      for row in rows { targets[row.row] = Int64(try target(row, example)) }
    }
    return SummedLoss(
      sum: try scores.crossEntropy(Tensor(targets).to(scores.device), reduction: .sum),
      weight: weight)
  }

  /// A loss of 0 that has a gradient, for a batch in which nothing is read.
  private func noLoss() throws -> Tensor {
    let parameter = store.parameters.first { $0.isTrainable } ?? store.parameters[0]
    return try parameter.value.to(.float32).flattened().narrowed(0, from: 0, count: 1).sum() * 0
  }

  /// Scores of the tokens that are read `[S, labels]`, fp32.
  private func logits(_ reading: BatchReading) throws -> Tensor {
    let batch = try RaggedBatch(reading.sequences, on: store.options.device)
    let selection = try batch.selection(of: reading.places)
    return try pretrained.model.classifier.logits(batch, only: selection).to(.float32)
  }

  private func target(_ row: BatchReading.Row, _ example: TaggingExample) throws -> Int {
    guard row.word < example.targets.count else {
      throw TasksError(.example, "\(example.location): the row has no tags to learn.")
    }
    let tag = Int(example.targets[row.word])
    return row.isFirst ? tag : continuations[tag]
  }

  /// The scores and the tags of each example's words.
  public func predict(_ examples: [TaggingExample]) throws -> [TaggingOutput] {
    let reading = BatchReading(examples)
    let values = reading.count > 0 ? try logits(reading).values(as: Float.self) : []
    let width = labels.count
    let decoder = TagDecoder(
      names: labels, scheme: scheme, repairs: settings.illegalTransitions == .repair,
      steps: try pretrained.model.crf?.steps(), allowed: allowed)
    return try zip(reading.rows, examples).map { rows, example in
      let rows = rows.filter(\.isFirst)
      let scores = rows.flatMap { values[$0.row * width..<($0.row + 1) * width] }
      guard scores.allSatisfy(\.isFinite) else {
        let first = scores.first { !$0.isFinite } ?? .nan
        throw TasksError(
          .notFinite,
          "\(example.location): the model gave the score \(first) for a word of this text. Its "
            + "weights are damaged, or its precision is too low: try --precision fp32.")
      }
      let words = rows.map(\.word)
      return TaggingOutput(
        words: words, logits: scores,
        tags: decoder.tags(scores.map(Double.init), of: words, among: example.wordCount))
    }
  }

  /// Puts back the weights of a folder.
  public func reload(from folder: URL) throws { try pretrained.reload(from: folder) }

  /// Writes configuration, weights and tokenizer.
  public func save(to folder: URL) throws {
    try pretrained.save(to: folder)
    try tokenizer.save(to: folder)
  }
}
