/// The tokens that stand for something other than text, as far as a tokenizer has them.
public struct SpecialTokens: Sendable, Equatable {
  /// One such token: how it is written and its number.
  public struct Token: Sendable, Equatable {
    /// How the token is written, for instance `[CLS]`.
    public let content: String
    /// Its number in the vocabulary.
    public let id: TokenID

    /// Names a token.
    public init(content: String, id: TokenID) {
      self.content = content
      self.id = id
    }
  }

  /// Stands for words that the vocabulary cannot spell (`[UNK]`).
  public var unknown: Token?
  /// Fills batches up in other libraries (`[PAD]`); ours have no padding.
  public var padding: Token?
  /// Opens a sequence, and is what classifiers look at (`[CLS]`).
  public var classification: Token?
  /// Ends a sequence (`[SEP]`).
  public var separator: Token?
  /// Begins a text for models that write on (`<s>`).
  public var beginningOfSequence: Token?
  /// Ends what such a model writes (`</s>`, `<|endoftext|>`).
  public var endOfSequence: Token?
  /// Hides a token in masked language modelling (`[MASK]`).
  public var mask: Token?
  /// Every added token that is marked special, in the order of ids.
  public var all: [Token]

  /// Collects special tokens; nil for those that there are not.
  public init(
    unknown: Token? = nil, padding: Token? = nil, classification: Token? = nil,
    separator: Token? = nil, mask: Token? = nil, beginningOfSequence: Token? = nil,
    endOfSequence: Token? = nil, all: [Token] = []
  ) {
    self.unknown = unknown
    self.padding = padding
    self.classification = classification
    self.separator = separator
    self.mask = mask
    self.beginningOfSequence = beginningOfSequence
    self.endOfSequence = endOfSequence
    self.all = all
  }
}
