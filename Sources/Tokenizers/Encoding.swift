/// The number of a token in a vocabulary.
public typealias TokenID = Int32

/// A text, or a pair of texts, as tokens: one element of each array a token.
public struct Encoding: Sendable, Equatable {
  /// The tokens' ids.
  public var ids: [TokenID]
  /// The tokens' types as the post-processor gives them: for BERT 0 in the first text, 1 in the
  /// pair.
  public var segments: [Int32]
  /// Where each token stands in the text it came from, in bytes of UTF-8.
  ///
  /// `0..<0` for special tokens. ``ScalarOffsets`` turns them into positions of Unicode scalars.
  public var offsets: [Range<Int>]
  /// The text each token came from: 0 the first, 1 the pair, -1 none (a special token).
  public var sequences: [Int8]
  /// The word of its text that each token belongs to, counted from 0; -1 for special tokens.
  public var words: [Int32]
  /// How many tokens were cut away to keep the maximum length; 0 when nothing is lost.
  public var truncatedTokens: Int

  /// Puts an encoding together; all arrays are of one length.
  public init(
    ids: [TokenID] = [], segments: [Int32] = [], offsets: [Range<Int>] = [],
    sequences: [Int8] = [], words: [Int32] = [], truncatedTokens: Int = 0
  ) {
    self.ids = ids
    self.segments = segments
    self.offsets = offsets
    self.sequences = sequences
    self.words = words
    self.truncatedTokens = truncatedTokens
  }

  /// The number of tokens, special ones too.
  public var count: Int { ids.count }
}
