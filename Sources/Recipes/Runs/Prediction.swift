internal import Datasets
public import Evaluation
public import Tasks

/// A row's answer, and which row it answers: one line of `predictions.jsonl`.
public struct Prediction<Answer: TaskAnswer>: Encodable, Sendable {
  /// The text.
  public var text: String?
  /// The second text of a pair.
  public var pair: String?
  /// The file that the row comes from.
  public var file: String?
  /// The line that the row starts on.
  public var line: Int?
  /// Tokens that were cut away to fit the maximum length; nil when none were.
  public var truncatedTokens: Int?
  /// What the row adds to the scores, where its target is known.
  public var outcome: RowOutcome?
  /// What the model says.
  public var answer: Answer

  /// Joins an answer with its row.
  init(_ answer: Answer, to row: TextRow, truncatedTokens: Int, withText: Bool, withPlace: Bool) {
    self.answer = answer
    if withText {
      text = row.text
      pair = row.pair
    }
    if withPlace {
      file = row.location.file
      line = row.location.line
    }
    self.truncatedTokens = truncatedTokens > 0 ? truncatedTokens : nil
  }

  private enum Key: String, CodingKey { case text, pair, file, line, truncatedTokens, outcome }

  /// Writes one object: the answer's keys and those of the row.
  public func encode(to encoder: any Encoder) throws {
    try answer.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(text, forKey: .text)
    try container.encodeIfPresent(pair, forKey: .pair)
    try container.encodeIfPresent(file, forKey: .file)
    try container.encodeIfPresent(line, forKey: .line)
    try container.encodeIfPresent(truncatedTokens, forKey: .truncatedTokens)
    try container.encodeIfPresent(outcome, forKey: .outcome)
  }
}
