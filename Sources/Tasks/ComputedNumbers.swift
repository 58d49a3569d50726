/// An output that can tell the numbers that it was made of: for the proof that two models compute the
/// same.
public protocol ComputedNumbers {
  /// Logits, scores or vectors, before anything is decided by them.
  var numbers: [Float] { get }
}

extension ClassificationOutput: ComputedNumbers {
  /// The logits.
  public var numbers: [Float] { logits }
}

extension TaggingOutput: ComputedNumbers {
  /// The logits of all words.
  public var numbers: [Float] { logits }
}

extension AnswerOutput: ComputedNumbers {
  /// The scores of the answers, best first, and that of none.
  public var numbers: [Float] { candidates.map(\.score) + [nullScore].compactMap(\.self) }
}

extension SentenceVectors: ComputedNumbers {
  /// The vectors, one after another.
  public var numbers: [Float] { vectors.flatMap(\.self) }
}
