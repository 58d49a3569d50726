public import Datasets
internal import Evaluation
public import Foundation
public import Models
internal import Tokenizers

/// Answers to questions, as parts of a text that comes with each.
public struct QuestionAnsweringTask: TaskDeclaration {
  /// Windows, the search for answers, scores.
  public private(set) var settings: QuestionAnsweringSettings

  /// Declares the task.
  public init(_ settings: QuestionAnsweringSettings = QuestionAnsweringSettings()) {
    self.settings = settings
  }

  /// `question-answering`.
  public static var pipelineTag: String { "question-answering" }

  /// It has none.
  public var hasLabels: Bool { false }

  /// All are.
  public var readsWindows: Bool { true }

  /// Which columns are question, text and answers, and whose scores count.
  public func summary(of reading: RowReading) -> String {
    let none =
      switch settings.unanswerable {
      case true?: "some questions have no answer"
      case false?: "every question has an answer"
      case nil: "the training rows say whether questions have no answer"
      }
    return "questions, each with the text that answers it, in windows of "
      + "\(settings.maximumLength) tokens that share \(settings.overlap); \(none); "
      + "scores as \(settings.rules.rawValue)"
  }

  /// SQuAD's layout, and lists and lines of JSON.
  public func reader(_ file: URL, _ reading: RowReading) throws -> any RowReader {
    try QuestionRowReader(file, reading)
  }

  /// Whether questions have no answer, and whose scores count, as the training rows show it.
  public func settled(on train: TextTable) throws -> Self? {
    var found = settings
    found.unanswerable =
      settings.unanswerable ?? train.rows.contains { $0.target == .answers([]) }
    if settings.normalization == .automatic {
      found.normalization =
        found.unanswerable == false && train.isChinese ? .cmrc : .squad
    }
    try found.validate()
    return found == settings ? nil : QuestionAnsweringTask(found)
  }

  /// The settings that the model was tuned with; for one of other origin those that were given.
  public func settled(on model: ModelDescription) throws -> Self {
    var found = settings
    if let stored = try model.configuration.settings(
      QuestionAnsweringSettings.configurationKey, as: QuestionAnsweringSettings.self)
    {
      found = stored
    }
    found.beams = model.storedArchitectures.contains(SpanAnswering.beamArchitecture)
    return QuestionAnsweringTask(found)
  }

  /// A question and its text as JSON.
  public func row(_ text: String, at location: RowLocation) throws -> TextRow {
    struct Question: Decodable {
      let question: String
      let context: String
    }
    guard let found = try? JSONDecoder().decode(Question.self, from: Data(text.utf8)) else {
      throw TasksError(
        .example,
        "\(location): a question is written with the text that answers it, as JSON: "
          + #"{"question": "Who …?", "context": "…"}."#)
    }
    return TextRow(text: found.question, pair: found.context, location: location)
  }

  /// To learn from, one example a window; else one a row, with all its windows.
  public func encode(
    _ rows: [TextRow], labels: LabelSet?, with encoder: RowEncoder, for purpose: ExamplePurpose
  ) throws -> [EncodedRow<QuestionExample>] {
    let windows = try QuestionWindows(settings, encoder)
    var encoded: [EncodedRow<QuestionExample>] = []
    encoded.reserveCapacity(rows.count)
    for start in stride(from: 0, to: rows.count, by: QuestionWindows.rowsAtOnce) {
      let end = min(start + QuestionWindows.rowsAtOnce, rows.count)
      encoded += try windows.rows(rows[start..<end], for: purpose)
    }
    return encoded
  }

  /// The pre-trained model with the family's head for answers within a text.
  public func model(_ request: ModelRequest<QuestionExample>) throws -> SpanAnswering {
    var model = try SpanAnswering(
      SpanAnswering.Head(
        request.source, beams: settings.beams, dropout: request.dropout, options: request.options),
      tokenizer: request.tokenizer, settings: settings)
    model.tunesThreshold = settings.nullThreshold == nil && settings.unanswerable == true
    return model
  }

  /// The model of a folder.
  public func tuned(_ request: TunedModelRequest) throws -> SpanAnswering {
    try SpanAnswering(
      SpanAnswering.Head(tuned: request.files, beams: settings.beams, options: request.options),
      tokenizer: request.tokenizer, settings: settings)
  }

  /// The answer, with its place in the text.
  public func answer(
    _ output: AnswerOutput, to row: TextRow, of model: SpanAnswering, _ options: AnswerOptions
  ) -> QuestionAnswer {
    var answer = QuestionAnswer(
      output, context: row.pair ?? "", threshold: model.nullThreshold,
      allCandidates: options.allScores)
    if options.withExpected { answer.expected = row.answers }
    return answer
  }
}

extension TextTable {
  /// Whether most letters of the first rows' texts are Chinese characters.
  fileprivate var isChinese: Bool {
    var letters = 0
    var chinese = 0
    for row in rows.prefix(100) {
      for scalar in (row.pair ?? "").unicodeScalars where scalar.properties.isAlphabetic {
        letters += 1
        if scalar.properties.isIdeographic { chinese += 1 }
      }
    }
    return 2 * chinese > letters
  }
}
