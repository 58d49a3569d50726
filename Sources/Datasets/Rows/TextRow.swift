/// What a row is to be learned towards.
public enum RowTarget: Sendable, Hashable, Codable {
  /// One label of several.
  case label(String)
  /// Any number of labels, none included, in the order of the file.
  case labels([String])
  /// A number, for regression.
  case value(Double)
  /// Nothing: the row is only predicted.
  case none
}

/// One row: a text or a pair of texts, its target, and where it came from.
public struct TextRow: Sendable, Hashable {
  /// The text, exactly as the file holds it.
  public var text: String
  /// The second text, where the task compares two.
  public var pair: String?
  /// What the row is to be learned towards.
  public var target: RowTarget
  /// The file and line that the row starts on.
  public var location: RowLocation
  /// The columns of ``ColumnMapping/keep``, by name.
  public var extra: [String: String]

  /// Makes a row.
  public init(
    text: String, pair: String? = nil, target: RowTarget = .none,
    location: RowLocation, extra: [String: String] = [:]
  ) {
    self.text = text
    self.pair = pair
    self.target = target
    self.location = location
    self.extra = extra
  }
}
