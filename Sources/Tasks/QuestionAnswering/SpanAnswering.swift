public import Evaluation
public import Foundation
public import Layers
internal import Models
public import Tokenizers
internal import Torch

/// Extractive question answering: the part of a text that answers a question.
public struct SpanAnswering: TaskModel {
  /// The model with the head that finds answers.
  public private(set) var head: Head
  /// The tokenizer that the model was trained with.
  public let tokenizer: PretrainedTokenizer
  /// Windows, the search for answers, scores.
  public let settings: QuestionAnsweringSettings

  /// Whether scorings that are made while the model trains choose the null threshold.
  var tunesThreshold = false
  let threshold: Threshold

  /// The null score above which a question has no answer; what was chosen is shared by all copies.
  final class Threshold {
    var value: Double
    init(_ value: Double) { self.value = value }
  }

  /// Joins a model and its tokenizer to a task.
  ///
  /// - Parameters:
  ///   - head: The model.
  ///   - tokenizer: Its tokenizer.
  ///   - settings: With ``QuestionAnsweringSettings/unanswerable`` and
  ///     ``QuestionAnsweringSettings/normalization`` as the data have shown them; where they are left
  ///     open every question has an answer, and SQuAD's scores count.
  /// - Throws: ``TasksError`` when a setting is out of range, or the tokenizer has tokens for which
  ///   the model has no embedding.
  public init(
    _ head: Head, tokenizer: PretrainedTokenizer, settings: QuestionAnsweringSettings
  ) throws {
    try settings.validate()
    try head.model.requireFitting(tokenizer)
    self.head = head
    self.tokenizer = tokenizer
    self.settings = settings
    threshold = Threshold(settings.nullThreshold ?? 0)
  }

  /// The model's parameters.
  public var store: ParameterStore { head.store }

  /// Answers.
  public var evaluationKind: EvaluationKind { .answers }

  /// F1.
  public var defaultMetric: String { "f1" }

  /// The null score above which a question is taken to have no answer: as set, or as it was last
  /// chosen on validation rows.
  public var nullThreshold: Double { threshold.value }

  /// The number of windows.
  public func lossWeight(_ examples: [QuestionExample]) -> Double {
    Double(examples.reduce(0) { $0 + $1.windows.count })
  }

  /// The summed loss of a batch's windows: for each the mean of the cross-entropies of the answer's
  /// first and of its last token among the window's tokens; with beams also half the binary
  /// cross-entropy of there being no answer.
  public func loss(_ examples: [QuestionExample]) throws -> SummedLoss {
    let windows = examples.flatMap(\.windows)
    return SummedLoss(sum: try head.loss(windows), weight: Double(windows.count))
  }

  /// Writes configuration with these settings, weights and tokenizer.
  public func save(to folder: URL) throws {
    var stored = settings
    if settings.unanswerable == true { stored.nullThreshold = threshold.value }
    var head = head
    try head.configure { configuration in
      try configuration.store(stored, as: QuestionAnsweringSettings.configurationKey)
    }
    try head.save(to: folder)
    try tokenizer.save(to: folder)
  }

  /// Puts back the weights of a folder, and the null threshold that was chosen for them.
  public func reload(from folder: URL) throws {
    try head.reload(from: folder)
    let stored = try ConfigurationFile(folder: folder).settings(
      QuestionAnsweringSettings.configurationKey, as: QuestionAnsweringSettings.self)
    if let value = stored?.nullThreshold { threshold.value = value }
  }
}
