/// What a row is to be learned towards.
public enum RowTarget: Sendable, Hashable, Codable {
  /// One label of several.
  case label(String)
  /// Any number of labels, none included, in the order of the file.
  case labels([String])
  /// A number, for regression.
  case value(Double)
  /// One tag for each of the row's spans, which are its words.
  case tags([String])
  /// The parts of the second text, in bytes of UTF-8, that answer the first; none of them when the
  /// second text holds no answer.
  case answers([Range<Int>])
  /// The place of the right one among the row's further texts.
  case choice(Int)
  /// How well each of the row's further texts suits the first, the higher the better.
  case grades([Double])
  /// Nothing: the row is only predicted.
  case none
}

/// One row: a text, a pair of texts or more, marked parts, its target, and where it came from.
///
/// Every task's rows are of this form, so that splitting, examining and leaving out are the same for
/// all of them.
public struct TextRow: Sendable, Hashable {
  /// The text, exactly as the file holds it.
  public var text: String
  /// The second text, where the task compares two.
  public var pair: String?
  /// Texts besides those two: the choices of a question, or texts that a pair is set against.
  public var others: [String]
  /// Parts of ``text`` in bytes of UTF-8, in the order of their meaning: the words of a sentence, or
  /// the two entities of a relation.
  public var spans: [Range<Int>]
  /// What the row is to be learned towards.
  public var target: RowTarget
  /// The file and line that the row starts on.
  public var location: RowLocation
  /// The columns of ``ColumnMapping/keep``, by name; and `id`, where the layout has one.
  public var extra: [String: String]

  /// Makes a row.
  public init(
    text: String, pair: String? = nil, others: [String] = [], spans: [Range<Int>] = [],
    target: RowTarget = .none, location: RowLocation, extra: [String: String] = [:]
  ) {
    self.text = text
    self.pair = pair
    self.others = others
    self.spans = spans
    self.target = target
    self.location = location
    self.extra = extra
  }
}
