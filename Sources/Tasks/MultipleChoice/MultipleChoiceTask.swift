public import Datasets
public import Foundation
internal import Layers
internal import Models

/// Multiple choice, before there is a model: which of a row's further texts is right for its text.
///
/// Each choice makes a pair with the text, and Transformers' head for multiple choice gives it a
/// score. Rows may have different numbers of choices.
public struct MultipleChoiceTask: TaskDeclaration {
  /// The number that means the first choice, where a file gives numbers.
  public var firstPlace: Int

  /// Declares the task.
  ///
  /// - Parameter firstPlace: The number that means the first choice, where a file gives numbers: 0,
  ///   or 1 in files that count from there.
  /// - Throws: ``TasksError`` for another number.
  public init(firstPlace: Int = 0) throws {
    guard (0...1).contains(firstPlace) else {
      throw TasksError(
        .setting, "The first choice is number 0 or 1, as the file counts, not \(firstPlace).")
    }
    self.firstPlace = firstPlace
  }

  /// `multiple-choice`.
  public static var pipelineTag: String { "multiple-choice" }

  /// None: choices are each row's own.
  public var hasLabels: Bool { false }

  /// What is scored.
  public func summary(of reading: RowReading) -> String {
    "questions with choices of their own, of which one is right"
  }

  /// Questions and choices, in any of the reader's layouts.
  public func reader(_ file: URL, _ reading: RowReading) throws -> any RowReader {
    try ChoiceRowReader(file, reading, firstPlace: firstPlace)
  }

  /// A question and its choices, with tabs between them.
  public func row(_ text: String, at location: RowLocation) throws -> TextRow {
    try TextRow(
      tabbed: text, atLeast: 2, at: location, "a question and at least two choices")
  }

  /// One example a row.
  public func encode(
    _ rows: [TextRow], labels: LabelSet?, with encoder: RowEncoder, for purpose: ExamplePurpose
  ) throws -> [EncodedRow<ChoiceExample>] {
    for row in rows where row.others.count < 2 {
      throw TasksError(
        .example, "\(row.location): the row has \(row.others.count) choices; it needs at least 2.")
    }
    return try zip(rows, ChoiceSequences(encoder: encoder).encode(rows)).map { row, encoded in
      var answer: Int?
      if purpose != .prediction, case .choice(let place) = row.target {
        guard row.others.indices.contains(place) else {
          throw TasksError(
            .example,
            "\(row.location): choice \(place) is to be right, and the row has \(row.others.count), "
              + "counted from 0.")
        }
        answer = place
      }
      return encoded.encoded(
        ChoiceExample(choices: encoded.sequences, answer: answer, location: row.location))
    }
  }

  /// The pre-trained model with the family's head for multiple choice.
  public func model(_ request: ModelRequest<ChoiceExample>) throws -> MultipleChoice {
    let pretrained: PretrainedModel<any SequenceClassifier> =
      switch request.source {
      case .folder(let folder):
        try PretrainedModel(
          tuning: folder, .multipleChoice, dropout: request.dropout, options: request.options)
      case .scratch(let configuration):
        try PretrainedModel(
          scratch: configuration, .multipleChoice, dropout: request.dropout,
          options: request.options)
      }
    return try MultipleChoice(pretrained, tokenizer: request.tokenizer)
  }

  /// The model of a folder.
  public func tuned(_ request: TunedModelRequest) throws -> MultipleChoice {
    let pretrained = try PretrainedModel(
      tuned: request.files, .multipleChoice, labels: 1, options: request.options)
    return try MultipleChoice(pretrained, tokenizer: request.tokenizer)
  }

  /// The choice, and the probability of each.
  public func answer(
    _ output: ClassificationOutput, to row: TextRow, of model: MultipleChoice,
    _ options: AnswerOptions
  ) -> ChoiceAnswer {
    ChoiceAnswer(output, to: row, options)
  }
}
