public import Datasets
public import Foundation
public import Models

/// Ranking, before there is a model: the order of a row's further texts by how well they suit its
/// text.
public struct RankingTask: TaskDeclaration {
  /// What scores are learned towards.
  public let settings: RankingSettings
  /// The grade that counts as wholly relevant; nil for the largest of the training data.
  private var largestGrade: Double?

  /// The key of what a tuned model's `config.json` holds of the task.
  private static let key = "ranking"

  /// Declares the task.
  public init(_ settings: RankingSettings = RankingSettings()) {
    self.settings = settings
  }

  /// What a tuned model's configuration holds.
  private struct Stored: Codable {
    var settings: RankingSettings
    var largestGrade: Double
  }

  /// `text-ranking`.
  public static var pipelineTag: String { "text-ranking" }

  /// None: documents are each row's own.
  public var hasLabels: Bool { false }

  /// What is scored, and what the scores are learned towards.
  public func summary(of reading: RowReading) -> String {
    "queries with documents of their own, each graded; the loss is \(settings.loss.rawValue)"
  }

  /// Queries and documents, in any of the reader's layouts.
  public func reader(_ file: URL, _ reading: RowReading) throws -> any RowReader {
    try RankingRowReader(file, reading)
  }

  /// The settings that a tuned model's configuration holds.
  public func settled(on model: ModelDescription) throws -> Self {
    guard let stored = try model.configuration.settings(Self.key, as: Stored.self),
      stored.largestGrade > 0, stored.largestGrade.isFinite
    else { return self }
    var task = Self(stored.settings)
    task.largestGrade = stored.largestGrade
    return task
  }

  /// A query and its documents, with tabs between them.
  public func row(_ text: String, at location: RowLocation) throws -> TextRow {
    try TextRow(tabbed: text, atLeast: 1, at: location, "a query and at least one document")
  }

  /// One example a row.
  public func encode(
    _ rows: [TextRow], labels: LabelSet?, with encoder: RowEncoder, for purpose: ExamplePurpose
  ) throws -> [EncodedRow<RankingExample>] {
    for row in rows where row.others.isEmpty {
      throw TasksError(.example, "\(row.location): the row has no document to rank.")
    }
    return try zip(rows, ChoiceSequences(encoder: encoder).encode(rows)).map { row, encoded in
      encoded.encoded(
        RankingExample(
          documents: encoded.sequences,
          grades: purpose == .prediction ? nil : try Self.grades(of: row), location: row.location))
    }
  }

  private static func grades(of row: TextRow) throws -> [Double]? {
    guard case .grades(let grades) = row.target else { return nil }
    guard grades.count == row.others.count else {
      throw TasksError(
        .example,
        "\(row.location): the row has \(row.others.count) documents and \(grades.count) grades.")
    }
    if let wrong = grades.first(where: { !($0 >= 0 && $0.isFinite) }) {
      throw TasksError(
        .example, "\(row.location): the grade \(wrong) is none: grades are numbers from 0 up.")
    }
    return grades
  }

  /// The pre-trained model with the family's head for whole texts, of one result.
  public func model(_ request: ModelRequest<RankingExample>) throws -> DocumentRanking {
    // Transformers takes one label for a number, and both libraries then give its sigmoid.
    let labels = ClassificationLabels(names: ["LABEL_0"], problem: .regression)
    var pretrained =
      switch request.source {
      case .folder(let folder):
        try PretrainedClassifier(
          folder: folder, labels: labels, dropout: request.dropout, options: request.options)
      case .scratch(let configuration):
        try PretrainedClassifier(
          scratch: configuration, labels: labels, dropout: request.dropout,
          options: request.options)
      }
    let largest = max(1, request.training.flatMap { $0.grades ?? [] }.max() ?? 1)
    try pretrained.pretrained.configuration.store(
      Stored(settings: settings, largestGrade: largest), as: Self.key)
    return try DocumentRanking(
      pretrained, tokenizer: request.tokenizer, settings: settings, largestGrade: largest)
  }

  /// The model of a folder.
  public func tuned(_ request: TunedModelRequest) throws -> DocumentRanking {
    try DocumentRanking(
      PretrainedClassifier(tuned: request.files, options: request.options),
      tokenizer: request.tokenizer, settings: settings, largestGrade: largestGrade ?? 1)
  }

  /// The documents, best first.
  public func answer(
    _ output: ClassificationOutput, to row: TextRow, of model: DocumentRanking,
    _ options: AnswerOptions
  ) -> RankingAnswer {
    RankingAnswer(output, to: row, options)
  }
}
