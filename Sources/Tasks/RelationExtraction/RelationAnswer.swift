internal import Datasets

/// The relation between two entities, as one line of `predictions.jsonl` holds it.
public struct RelationAnswer: TaskAnswer, Codable, Equatable {
  /// The most probable relation, with its direction where relations have one.
  public var relation: String
  /// Its probability.
  public var score: Double
  /// The probability of every relation, on request.
  public var scores: [String: Double]?
  /// The first entity's text.
  public var head: String
  /// The second entity's text.
  public var tail: String
  /// The row's own relation, where the data have one.
  public var expected: String?

  /// Reads an answer from a model's output.
  init(
    _ output: ClassificationOutput, to row: TextRow, labels: [String], _ options: AnswerOptions
  ) {
    let probabilities = output.exclusiveProbabilities
    relation = labels[output.best]
    score = probabilities[output.best]
    if options.allScores {
      scores = Dictionary(zip(labels, probabilities), uniquingKeysWith: { first, _ in first })
    }
    let bytes = Array(row.text.utf8)
    let entities = row.spans.map { String(decoding: bytes[$0], as: UTF8.self) }
    head = entities.first ?? ""
    tail = entities.last ?? ""
    if options.withExpected, case .label(let label) = row.target { expected = label }
  }
}
