internal import Tokenizers

/// The answer to one question, as one line of `predictions.jsonl` holds it.
public struct QuestionAnswer: TaskAnswer, Codable, Equatable {
  /// A part of the text that may be the answer.
  public struct Candidate: Codable, Sendable, Equatable {
    /// The part.
    public var text: String
    /// Where it begins in the text, in Unicode scalars.
    public var start: Int
    /// Where it ends.
    public var end: Int
    /// Its probability among the candidates.
    public var score: Double
  }

  /// The answer; empty when the text holds none.
  public var answer: String
  /// Where it begins in the text, in Unicode scalars; nil for no answer.
  public var start: Int?
  /// Where it ends.
  public var end: Int?
  /// The probability of the answer, or of there being none, among the candidates.
  public var score: Double?
  /// How much "no answer" scores above the best answer, where there may be none.
  public var nullScore: Double?
  /// The likeliest answers, best first, on request.
  public var candidates: [Candidate]?
  /// The accepted answers of the row, where the data have some.
  public var expected: [String]?

  /// Reads an answer from a model's output.
  ///
  /// - Parameters:
  ///   - output: The output.
  ///   - context: The text.
  ///   - threshold: The null score above which the text holds no answer.
  ///   - allCandidates: Whether the likeliest answers are told too.
  public init(
    _ output: AnswerOutput, context: String, threshold: Double, allCandidates: Bool = false
  ) {
    let scalars = ScalarOffsets(of: context)
    let best = output.answer(threshold: threshold)
    answer = best?.text ?? ""
    let place = best.map { scalars.scalarRange(of: $0.bytes) }
    start = place?.lowerBound
    end = place?.upperBound
    score = best?.probability ?? output.nullProbability
    nullScore = output.nullScore.map(Double.init)
    guard allCandidates else { return }
    candidates = output.candidates.map { candidate in
      let place = scalars.scalarRange(of: candidate.bytes)
      return Candidate(
        text: candidate.text, start: place.lowerBound, end: place.upperBound,
        score: candidate.probability)
    }
  }
}
