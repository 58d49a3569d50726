/// Which text gives way when a pair is longer than the maximum length.
public enum TruncationStrategy: String, Sendable, CaseIterable, Codable {
  /// The longer text of a pair is cut until both are equally long, then both.
  case longestFirst = "longest_first"
  /// Only the first text is cut.
  case onlyFirst = "only_first"
  /// Only the second text is cut.
  case onlySecond = "only_second"
  /// Nothing is cut: what is too long is an error.
  case none
}

/// Which end of a text is cut away.
public enum TruncationDirection: String, Sendable, CaseIterable, Codable {
  /// The end goes, the beginning stays.
  case right
  /// The beginning goes, the end stays.
  case left
}

/// How texts are encoded.
public struct EncodingOptions: Sendable, Equatable {
  /// Whether the post-processor's special tokens are added (`[CLS]` and `[SEP]` for BERT).
  public var addsSpecialTokens: Bool
  /// The largest number of tokens, special ones included; nil for no limit.
  public var maximumLength: Int?
  /// What is cut when the maximum length is passed.
  public var truncation: TruncationStrategy
  /// Which end is cut.
  public var direction: TruncationDirection

  /// Options; as they stand, nothing is ever cut.
  public init(
    addsSpecialTokens: Bool = true, maximumLength: Int? = nil,
    truncation: TruncationStrategy = .longestFirst, direction: TruncationDirection = .right
  ) {
    self.addsSpecialTokens = addsSpecialTokens
    self.maximumLength = maximumLength
    self.truncation = truncation
    self.direction = direction
  }
}

/// A text to encode, with the second one of a pair where there is one.
public struct TextInput: Sendable, Equatable {
  /// The text, or the first text of a pair.
  public var text: String
  /// The second text of a pair.
  public var pair: String?

  /// A text, or a pair of texts.
  public init(_ text: String, pair: String? = nil) {
    self.text = text
    self.pair = pair
  }
}
