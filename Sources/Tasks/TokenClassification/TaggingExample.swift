public import Datasets

/// A row of words as a tagger reads it: in one window, or in several.
public struct TaggingExample: TaskExample {
  /// A sequence of tokens, and those of them that are read.
  public struct Window: Sendable, Equatable {
    /// The tokens, special ones included.
    public var tokens: TokenSequence
    /// The places of the tokens that are read, ascending.
    public var places: [Int]
    /// The word of each of them, counted from 0, ascending.
    public var words: [Int]

    /// Makes a window.
    public init(tokens: TokenSequence, places: [Int], words: [Int]) {
      self.tokens = tokens
      self.places = places
      self.words = words
    }
  }

  /// The windows; a word is read in one of them at most.
  public let windows: [Window]
  /// How many words there are, those that no window reads too.
  public let wordCount: Int
  /// The place of each word's tag among the labels; empty when the example is only predicted.
  public let targets: [Int32]
  /// Where the row comes from.
  public let location: RowLocation
  /// The row's text, for what is told of it.
  public let text: String
  /// The words' parts of ``text`` in bytes of UTF-8; empty where nothing is told.
  public let spans: [Range<Int>]

  /// Makes an example.
  public init(
    windows: [Window], wordCount: Int, targets: [Int32], location: RowLocation, text: String = "",
    spans: [Range<Int>] = []
  ) {
    self.windows = windows
    self.wordCount = wordCount
    self.targets = targets
    self.location = location
    self.text = text
    self.spans = spans
  }

  /// Tokens of all windows, special ones included; at least 1, as a batch counts no less.
  public var tokenCount: Int { max(1, windows.reduce(0) { $0 + $1.tokens.ids.count }) }

  /// Tokens that are read: what a loss is a mean over.
  public var readTokens: Int { windows.reduce(0) { $0 + $1.places.count } }

  /// Adds tokens, what is read of them, and the tags to a hash.
  public func feed(_ hash: inout StableHash) {
    for window in windows {
      window.tokens.feed(&hash)
      hash.add(window.places.map(Int32.init))
      hash.add(window.words.map(Int32.init))
    }
    hash.add(targets)
  }
}
