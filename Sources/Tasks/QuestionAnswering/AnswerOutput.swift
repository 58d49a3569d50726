/// What a model makes of one question.
public struct AnswerOutput: Sendable, Equatable {
  /// A part of the text that may be the answer.
  public struct Candidate: Sendable, Equatable {
    /// Where it stands, in bytes of UTF-8.
    public let bytes: Range<Int>
    /// The part itself; never empty.
    public let text: String
    /// The sum of the scores of its beginning and its end.
    public let score: Float
    /// Its probability among the candidates, "no answer" being one of them where there may be none.
    public let probability: Double

    /// Makes a candidate.
    public init(bytes: Range<Int>, text: String, score: Float, probability: Double) {
      self.bytes = bytes
      self.text = text
      self.score = score
      self.probability = probability
    }
  }

  /// The likeliest answers, best first; none where no part of the text could be one.
  public let candidates: [Candidate]
  /// How much "no answer" scores above the best candidate; nil when every question has an answer.
  public let nullScore: Float?
  /// The probability of "no answer" among the candidates; nil when it was not one of them.
  public let nullProbability: Double?
  /// The loss, summed over the windows; 0 when there was no target.
  public let loss: Double

  /// Makes an output.
  public init(
    candidates: [Candidate], nullScore: Float?, nullProbability: Double?, loss: Double
  ) {
    self.candidates = candidates
    self.nullScore = nullScore
    self.nullProbability = nullProbability
    self.loss = loss
  }

  /// The best candidate, whatever "no answer" scores.
  public var best: Candidate? { candidates.first }

  /// The answer; nil for none.
  ///
  /// - Parameter threshold: The null score above which there is none.
  /// - Returns: The best candidate, or nil.
  public func answer(threshold: Double) -> Candidate? {
    if let nullScore, Double(nullScore) > threshold { return nil }
    return best
  }
}
