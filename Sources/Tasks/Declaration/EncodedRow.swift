/// What examples are made for.
public enum ExamplePurpose: Sendable, Equatable {
  /// To learn from: a long row may be several examples, each on its own.
  case training
  /// To be scored: one example a row, with its target.
  case evaluation
  /// To be answered: one example a row, without a target.
  case prediction
}

/// A row as examples, and what encoding did to it.
public struct EncodedRow<Example: TaskExample>: Sendable {
  /// The examples; exactly one unless they are to learn from.
  public var examples: [Example]
  /// Tokens of the whole row, special ones included, before anything was cut.
  public var length: Int
  /// Tokens that no example holds.
  public var truncatedTokens: Int
  /// Tokens that stand for text unknown to the vocabulary.
  public var unknownTokens: Int

  /// Joins examples with what is known of their row.
  public init(examples: [Example], length: Int, truncatedTokens: Int, unknownTokens: Int) {
    self.examples = examples
    self.length = length
    self.truncatedTokens = truncatedTokens
    self.unknownTokens = unknownTokens
  }
}
