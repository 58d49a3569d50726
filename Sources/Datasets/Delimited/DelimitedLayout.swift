/// How a file of delimited fields is written; ignored by other formats.
public struct DelimitedLayout: Codable, Sendable, Equatable {
  /// Whether the first line names the columns; without it they are `"1"`, `"2"` and so on.
  public var hasHeader: Bool
  /// The one-byte character between fields; nil takes the format's own (comma or tab).
  public var delimiter: String?
  /// What a double quote at the start of a field means.
  public var quoting: Quoting

  /// What a double quote at the start of a field means.
  public enum Quoting: String, Codable, Sendable, CaseIterable {
    /// `standard` for CSV. For TSV the whole file decides, and the reader's notes say how:
    /// `standard` when all fields that start with a quote are well formed and either one of them
    /// needs its quotes (it holds a tab, a line break or a doubled quote) or all fields of the
    /// first line are quoted; else `none`.
    case automatic
    /// RFC 4180: a field in quotes may hold delimiters, line breaks, and quotes written twice.
    case standard
    /// A quote is a character like any other.
    case none
  }

  /// Describes a layout; the defaults are what most files use.
  public init(hasHeader: Bool = true, delimiter: String? = nil, quoting: Quoting = .automatic) {
    self.hasHeader = hasHeader
    self.delimiter = delimiter
    self.quoting = quoting
  }

  /// Decodes a layout; what is not said has its default.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      hasHeader: try container.decodeIfPresent(Bool.self, forKey: .hasHeader) ?? true,
      delimiter: try container.decodeIfPresent(String.self, forKey: .delimiter),
      quoting: try container.decodeIfPresent(Quoting.self, forKey: .quoting) ?? .automatic)
  }

  private enum CodingKeys: String, CodingKey { case hasHeader, delimiter, quoting }

  /// The delimiter as a byte.
  func delimiterByte(for format: DataFormat) throws -> UInt8 {
    guard let delimiter else { return format == .tsv ? .tab : UInt8(ascii: ",") }
    let bytes = Array(delimiter.utf8)
    guard bytes.count == 1, bytes[0] < 0x80,
      ![.quote, .lineFeed, .carriageReturn].contains(bytes[0])
    else {
      throw DatasetsError(
        .invalidSetting,
        "The delimiter '\(delimiter)' cannot be used: it must be one ASCII character, "
          + "and not a quote or a line break.")
    }
    return bytes[0]
  }
}
