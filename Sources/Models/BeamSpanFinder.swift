public import Layers
public import Torch

/// A model that finds the answer to a question in the same sequence: first where it may begin, then
/// for each beginning where it may end, and whether there is an answer at all.
public protocol BeamSpanFinder: TextModel {
  /// The scores to learn from, where the beginnings are known.
  ///
  /// - Parameters:
  ///   - batch: N sequences of T tokens.
  ///   - starts: Where each sequence's answer begins.
  ///   - limits: Which tokens count.
  /// - Returns: The scores of tokens, and of the texts having no answer.
  /// - Throws: ``ModelsError`` when a place lies outside its sequence.
  func logits(
    _ batch: RaggedBatch, starts: [Int], limits: SpanLimits
  ) throws -> BeamSpanLogits

  /// The likeliest answers of each sequence.
  ///
  /// - Throws: ``ModelsError`` when a place lies outside its sequence.
  func candidates(_ batch: RaggedBatch, limits: SpanLimits) throws -> [SpanCandidates]
}

/// Which tokens a search for answers looks at.
public struct SpanLimits: Sendable {
  /// Where the token stands that tells whether there is an answer, in each sequence; nil for the
  /// last of each.
  public var classPlaces: [Int]?
  /// The places that no answer may begin or end at, in each sequence; nil for none.
  public var excluded: [[Int]]?

  /// Limits a search; nothing is excluded when left out.
  public init(classPlaces: [Int]? = nil, excluded: [[Int]]? = nil) {
    self.classPlaces = classPlaces
    self.excluded = excluded
  }
}

/// Scores of tokens as the ends of an answer whose beginning is known.
public struct BeamSpanLogits {
  /// As its first token, `[T]`.
  public let start: Tensor
  /// As its last token, given the first, `[T]`.
  public let end: Tensor
  /// That there is no answer, `[N]`.
  public let unanswerable: Tensor
}

/// The likeliest answers of one sequence.
public struct SpanCandidates: Sendable {
  /// A token and its probability.
  public struct Candidate: Sendable, Equatable {
    /// Its place in the sequence.
    public let place: Int
    /// Its probability among the sequence's tokens.
    public let probability: Float
  }

  /// The likeliest first tokens, in falling order.
  public let starts: [Candidate]
  /// For each of these the likeliest last tokens, in falling order.
  public let ends: [[Candidate]]
  /// The score that there is no answer.
  public let unanswerable: Float
}
