internal import Foundation

/// Finds the best answers from the scores of tokens, over all windows of a text, as Transformers'
/// `postprocess_qa_predictions` does.
///
/// Where that one writes "empty" because no part of the text can be an answer, there is none here,
/// and parts that are empty texts do not count as answers.
public struct SpanSearch: Sendable {
  /// A part of a text with its score.
  public struct Span: Sendable, Equatable {
    /// Where it stands in the text, in bytes of UTF-8.
    public let bytes: Range<Int>
    /// The sum of the scores of its beginning and its end.
    public let score: Float
  }

  /// What a window holds.
  public struct Reading: Sendable, Equatable {
    /// The best answers, best first.
    public let spans: [Span]
    /// The score of "no answer".
    public let null: Float
    /// The loss; 0 without a target.
    public let loss: Double

    /// Makes a reading.
    public init(spans: [Span], null: Float, loss: Double) {
      self.spans = spans
      self.null = null
      self.loss = loss
    }
  }

  /// Tokens of the longest answer.
  public let maximumAnswerLength: Int
  /// Answers that are kept, and beginnings and ends that are looked at.
  public let candidates: Int
  /// Whether "no answer" is a candidate.
  public let allowsNone: Bool

  /// Makes a search.
  public init(maximumAnswerLength: Int, candidates: Int, allowsNone: Bool) {
    self.maximumAnswerLength = maximumAnswerLength
    self.candidates = candidates
    self.allowsNone = allowsNone
  }

  /// The best answers of a window.
  ///
  /// - Parameters:
  ///   - start: The score of each of the window's tokens as the answer's first.
  ///   - end: As its last.
  ///   - window: The window.
  /// - Returns: Answers within the text, and the score of "no answer": that of the window's null
  ///   place.
  public func spans(start: [Float], end: [Float], in window: AnswerWindow) -> [Span] {
    let ends = Self.largest(end, candidates)
    var found: [Span] = []
    for first in Self.largest(start, candidates) where window.body.contains(first) {
      for last in ends where isAnswer(first, last, in: window) {
        found.append(
          Span(bytes: window.bytes(from: first, through: last), score: start[first] + end[last]))
      }
    }
    return best(found)
  }

  /// Whether two tokens may be the first and the last of an answer.
  func isAnswer(_ first: Int, _ last: Int, in window: AnswerWindow) -> Bool {
    window.body.contains(first) && window.body.contains(last) && last >= first
      && last - first < maximumAnswerLength && !window.bytes(from: first, through: last).isEmpty
  }

  /// The best of spans, best first; of equal ones those that came first.
  func best(_ spans: [Span]) -> [Span] {
    let order = spans.indices.sorted {
      (spans[$1].score, $0) < (spans[$0].score, $1)
    }
    return order.prefix(candidates).map { spans[$0] }
  }

  /// The places of the largest values, largest first; of equal ones the first.
  static func largest(_ values: [Float], _ count: Int) -> ArraySlice<Int> {
    values.indices.sorted { (values[$1], $0) < (values[$0], $1) }.prefix(count)
  }

  /// The answer of a text from what its windows hold.
  ///
  /// - Parameters:
  ///   - readings: One for each window.
  ///   - context: The text.
  ///   - nullStandsAlone: Whether the score of "no answer" is one of its own, to be set against
  ///     thresholds as it is, and no candidate (XLNet's head with beams), rather than one of the same
  ///     kind as those of answers.
  /// - Returns: The candidates with their probabilities, and how "no answer" compares.
  public func output(
    _ readings: [Reading], context: String, nullStandsAlone: Bool = false
  ) -> AnswerOutput {
    let null = readings.map(\.null).min() ?? 0
    let spans = best(readings.flatMap(\.spans))
    let loss = readings.reduce(0) { $0 + $1.loss }
    let nullIsCandidate = allowsNone && !nullStandsAlone
    var scores = spans.map { Double($0.score) }
    // As in the script, the last of too many candidates goes to make room for no answer only where
    // that one scores higher; else it comes on top of them.
    if nullIsCandidate {
      if scores.count == candidates, let last = scores.last, Double(null) > last {
        scores.removeLast()
      }
      scores.append(Double(null))
    }
    let largest = scores.max() ?? 0
    let powers = scores.map { exp($0 - largest) }
    let sum = powers.reduce(0, +)
    let text = WholeScalars(of: context)
    let kept = spans.prefix(nullIsCandidate ? powers.count - 1 : powers.count)
    let candidates = zip(kept, powers).map { span, power in
      AnswerOutput.Candidate(
        bytes: span.bytes, text: text.text(span.bytes), score: span.score, probability: power / sum)
    }
    let best = candidates.first?.score ?? 0
    return AnswerOutput(
      candidates: candidates,
      nullScore: allowsNone ? (nullStandsAlone ? null : null - best) : nil,
      nullProbability: nullIsCandidate ? (powers.last ?? 0) / sum : nil, loss: loss)
  }
}
