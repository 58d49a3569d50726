internal import Datasets

/// A query's documents, best first, as one line of `predictions.jsonl` holds them.
public struct RankingAnswer: TaskAnswer, Codable, Equatable {
  /// A document in its place.
  public struct Ranked: Codable, Sendable, Equatable {
    /// The document's place in the row, counted from 0.
    public var document: Int
    /// Its text.
    public var text: String
    /// How well it suits, from 0 to 1: the sigmoid of the model's score.
    public var score: Double
    /// Its grade, where the data have one.
    public var expected: Double?
  }

  /// The documents, best first; of equal ones the earlier first.
  public var ranking: [Ranked]

  /// Reads an answer from a model's output.
  init(_ output: ClassificationOutput, to row: TextRow, _ options: AnswerOptions) {
    let scores = output.independentProbabilities
    var grades: [Double]?
    if options.withExpected, case .grades(let known) = row.target { grades = known }
    let order = output.logits.indices.sorted { one, other in
      (-output.logits[one], one) < (-output.logits[other], other)
    }
    ranking = order.map { place in
      Ranked(
        document: place, text: row.others[place], score: scores[place], expected: grades?[place])
    }
  }
}
