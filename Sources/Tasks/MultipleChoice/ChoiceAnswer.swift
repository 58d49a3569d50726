internal import Datasets

/// The choice of a question, as one line of `predictions.jsonl` holds it.
public struct ChoiceAnswer: TaskAnswer, Codable, Equatable {
  /// The place of the most probable choice, counted from 0.
  public var choice: Int
  /// Its text.
  public var text: String
  /// Its probability.
  public var score: Double
  /// The probability of each choice.
  public var scores: [Double]
  /// The place of the right choice, where the data have one.
  public var expected: Int?

  /// Reads an answer from a model's output.
  init(_ output: ClassificationOutput, to row: TextRow, _ options: AnswerOptions) {
    scores = output.exclusiveProbabilities
    choice = output.best
    score = scores[choice]
    text = row.others[choice]
    if options.withExpected, case .choice(let place) = row.target { expected = place }
  }
}
