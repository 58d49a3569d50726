/// Which columns of a file are the text, the second text and the target.
///
/// A column is named as the header names it. In a file without a header the columns are numbered:
/// `"1"`, `"2"` and so on. In JSON Lines a column is a key, and `a.b` is the key `b` of the object
/// under `a`. A folder of texts has the columns `text`, `label` (the subfolder) and `file`.
public struct ColumnMapping: Codable, Sendable, Equatable {
  /// The column of the text.
  public var text: String
  /// The column of the second text, for tasks on pairs.
  public var pair: String?
  /// The column of the label, the labels or the number.
  public var label: String?
  /// What separates several labels in one cell, such as `|`; nil means a JSON array.
  public var labelSeparator: String?
  /// Columns that each say 0 or 1 for the label of their name; instead of ``label``.
  public var labelColumns: [String]?
  /// Further columns to carry along in ``TextRow/extra``, such as an identifier.
  public var keep: [String]

  /// Names the columns.
  public init(
    text: String = "text", pair: String? = nil, label: String? = "label",
    labelSeparator: String? = nil, labelColumns: [String]? = nil, keep: [String] = []
  ) {
    self.text = text
    self.pair = pair
    self.label = label
    self.labelSeparator = labelSeparator
    self.labelColumns = labelColumns
    self.keep = keep
  }

  /// Decodes a mapping; what is not said has its default, and `label` is then `label`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let columns = try container.decodeIfPresent([String].self, forKey: .labelColumns)
    self.init(
      text: try container.decodeIfPresent(String.self, forKey: .text) ?? "text",
      pair: try container.decodeIfPresent(String.self, forKey: .pair),
      label: container.contains(.label)
        ? try container.decodeIfPresent(String.self, forKey: .label)
        : (columns == nil ? "label" : nil),
      labelSeparator: try container.decodeIfPresent(String.self, forKey: .labelSeparator),
      labelColumns: columns,
      keep: try container.decodeIfPresent([String].self, forKey: .keep) ?? [])
  }

  /// Encodes every field, so that "no label" (null) is told apart from the default.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(text, forKey: .text)
    try container.encodeIfPresent(pair, forKey: .pair)
    try container.encode(label, forKey: .label)
    try container.encodeIfPresent(labelSeparator, forKey: .labelSeparator)
    try container.encodeIfPresent(labelColumns, forKey: .labelColumns)
    try container.encode(keep, forKey: .keep)
  }

  private enum CodingKeys: String, CodingKey {
    case text, pair, label, labelSeparator, labelColumns, keep
  }
}
