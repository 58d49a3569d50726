public import Datasets

/// A window of a question and a part of its text, as a model reads it.
public struct AnswerWindow: Sendable, Equatable {
  /// The tokens.
  public let tokens: TokenSequence
  /// The places of the text's own tokens.
  public let body: Range<Int>
  /// Where each of these stands in the text, in bytes of UTF-8, whole scalars.
  public let offsets: [Range<Int32>]
  /// The place that stands for "no answer": the classification token's.
  public let nullPlace: Int
  /// The answer's first and last token; ``nullPlace`` twice when the window does not hold it.
  public let target: ClosedRange<Int>

  /// Makes a window.
  public init(
    tokens: TokenSequence, body: Range<Int>, offsets: [Range<Int32>], nullPlace: Int,
    target: ClosedRange<Int>
  ) {
    self.tokens = tokens
    self.body = body
    self.offsets = offsets
    self.nullPlace = nullPlace
    self.target = target
  }

  /// Whether the window holds the answer.
  public var holdsAnswer: Bool { body.contains(target.lowerBound) }

  /// The bytes of the text from one of its tokens to another.
  func bytes(from first: Int, through last: Int) -> Range<Int> {
    let lower = Int(offsets[first - body.lowerBound].lowerBound)
    return lower..<max(lower, Int(offsets[last - body.lowerBound].upperBound))
  }
}

/// A question: one window of its text to learn from, or all of them to be answered.
public struct QuestionExample: TaskExample {
  /// The windows; at least one.
  public let windows: [AnswerWindow]
  /// The text that holds the answer; empty for examples to learn from.
  public let context: String
  /// The accepted answers, none where there is none; nil when the row is only answered.
  public let answers: [String]?
  /// Where the row comes from.
  public let location: RowLocation

  /// Makes an example.
  public init(
    windows: [AnswerWindow], context: String, answers: [String]?, location: RowLocation
  ) {
    self.windows = windows
    self.context = context
    self.answers = answers
    self.location = location
  }

  /// Tokens of all windows, special ones included.
  public var tokenCount: Int { windows.reduce(0) { $0 + $1.tokens.ids.count } }

  /// Adds tokens, targets and answers to a hash.
  public func feed(_ hash: inout StableHash) {
    for window in windows {
      window.tokens.feed(&hash)
      hash.add([Int32(window.target.lowerBound), Int32(window.target.upperBound)])
    }
    for answer in answers ?? [] { hash.add(answer) }
  }
}
