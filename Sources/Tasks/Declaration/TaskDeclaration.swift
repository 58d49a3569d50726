public import Datasets
public import Foundation
public import Models
public import Tokenizers

/// What a task is, from a file's rows to the line that answers one: everything that runs have to know
/// of it.
///
/// Training, evaluation, prediction and the pre-flight examination are written once, over this
/// protocol and ``TaskModel``. A declaration holds the task's settings and nothing else: it is made
/// before there are rows, labels or a model.
public protocol TaskDeclaration: Sendable {
  /// The model with the task's head, loss and scores.
  associatedtype Model: TaskModel
  /// What is told of one row.
  associatedtype Answer: TaskAnswer

  /// Hugging Face's word for such models, for the model card.
  static var pipelineTag: String { get }

  /// Whether rows have labels, or tags, that the model gives one score each.
  var hasLabels: Bool { get }

  /// What is read as what, as a sentence: nothing of it is to be guessed from the outcome.
  func summary(of reading: RowReading) -> String

  /// Opens a file of the task's rows.
  ///
  /// - Throws: `DatasetsError` when there is no such file or column.
  func reader(_ file: URL, _ reading: RowReading) throws -> any RowReader

  /// Labels that exist even where no row has them.
  func declaredLabels(_ reading: RowReading) -> [String]?

  /// Tokens of the longest text that the task takes, where that is less than what the model takes.
  var maximumLength: Int? { get }

  /// Whether rows that are too long are read window by window, so that none has to be cut.
  var readsWindows: Bool { get }

  /// Sentences for the user on what the model's folder says of the task.
  var notes: [String] { get }

  /// The task as the model that is to be tuned shows it to be.
  func settled(onBase model: ModelDescription) throws -> Self

  /// The task as the training rows show it to be; nil when they leave it as it is.
  ///
  /// When there is another, files are read again by it.
  func settled(on train: TextTable) throws -> Self?

  /// The task as a tuned model's configuration shows it to be.
  func settled(on model: ModelDescription) throws -> Self

  /// A row of one text that a user typed, to be answered.
  ///
  /// - Throws: ``TasksError`` that says how such a row is written.
  func row(_ text: String, at location: RowLocation) throws -> TextRow

  /// The tokenizer with what the task adds to its vocabulary.
  func tokenizer(_ tokenizer: PretrainedTokenizer) throws -> PretrainedTokenizer

  /// Makes examples of rows, in order.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - labels: The labels in the order of the logits; nil where there are none, or no targets are
  ///     wanted.
  ///   - encoder: The tokenizer and how it cuts.
  ///   - purpose: What the examples are for.
  /// - Returns: One element a row.
  /// - Throws: ``TasksError`` for a row that is not as the task needs it, `TokenizersError` for one
  ///   that is too long and may not be cut.
  func encode(
    _ rows: [TextRow], labels: LabelSet?, with encoder: RowEncoder, for purpose: ExamplePurpose
  ) throws -> [EncodedRow<Model.Example>]

  /// Makes the model to be tuned.
  ///
  /// - Throws: `ModelsError` or `LayersError` when the source cannot be made into one, ``TasksError``
  ///   for settings that do not fit.
  func model(_ request: ModelRequest<Model.Example>) throws -> Model

  /// Loads a model that was tuned for the task.
  ///
  /// - Throws: As ``model(_:)`` does, and when the folder holds none.
  func tuned(_ request: TunedModelRequest) throws -> Model

  /// What is told of a row.
  func answer(
    _ output: Model.Output, to row: TextRow, of model: Model, _ options: AnswerOptions
  ) throws -> Answer
}

extension TaskDeclaration {
  /// None.
  public func declaredLabels(_ reading: RowReading) -> [String]? { nil }
  /// As long as the model takes.
  public var maximumLength: Int? { nil }
  /// None.
  public var notes: [String] { [] }
  /// They are cut.
  public var readsWindows: Bool { false }
  /// It stays as it is.
  public func settled(onBase model: ModelDescription) throws -> Self { self }
  /// It stays as it is.
  public func settled(on train: TextTable) throws -> Self? { nil }
  /// It stays as it is.
  public func settled(on model: ModelDescription) throws -> Self { self }
  /// The text alone.
  public func row(_ text: String, at location: RowLocation) throws -> TextRow {
    TextRow(text: text, location: location)
  }
  /// Nothing is added.
  public func tokenizer(_ tokenizer: PretrainedTokenizer) throws -> PretrainedTokenizer {
    tokenizer
  }
}

/// What is told of one row: the task's part of a line of `predictions.jsonl`.
public protocol TaskAnswer: Encodable, Sendable {}

/// How much is told.
public struct AnswerOptions: Sendable, Equatable {
  /// Whether the probability of every label is told.
  public var allScores: Bool
  /// The probability from which a label is told, with several labels a text.
  public var threshold: Double
  /// Whether the row's own target is told too, where it has one.
  public var withExpected: Bool

  /// Says how much is told.
  public init(allScores: Bool = false, threshold: Double = 0.5, withExpected: Bool = true) {
    self.allScores = allScores
    self.threshold = threshold
    self.withExpected = withExpected
  }
}
