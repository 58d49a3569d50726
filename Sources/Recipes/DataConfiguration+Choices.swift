extension DataConfiguration {
  /// How a data file is written.
  public enum Format: String, Codable, Sendable, CaseIterable {
    /// Found from the file's name: `.csv`, `.tsv`, `.jsonl`, or a folder.
    case automatic = "auto"
    /// Comma-separated values with a header line (RFC 4180).
    case csv
    /// Tab-separated values with a header line.
    case tsv
    /// A JSON object a line.
    case jsonl
    /// A folder with a subfolder a label and a text a file.
    case directory
  }

  /// Which text of an input that is too long is cut.
  public enum Truncation: String, Codable, Sendable, CaseIterable {
    /// The longer text of a pair, token by token, until the input fits.
    case longestFirst = "longest-first"
    /// Only the first text.
    case onlyFirst = "only-first"
    /// Only the second text.
    case onlySecond = "only-second"
    /// None: an input that is too long is a bad row (``DataConfiguration/onBadRow``).
    case none
  }

  /// At which end a text is cut.
  public enum TruncationSide: String, Codable, Sendable, CaseIterable {
    /// The end of the text is lost.
    case right
    /// The beginning of the text is lost.
    case left
  }

  /// What happens to a row that cannot be used.
  public enum BadRowPolicy: String, Codable, Sendable, CaseIterable {
    /// The run stops before its first step and names the row.
    case stop
    /// The row is written to `left-out.jsonl` with its reason, and counted in the report.
    case leaveOut = "leave-out"
  }

  /// Where the rows come from that are scored while training.
  public enum ValidationSource: Sendable, Equatable {
    /// There are none; the last weights are kept.
    case none
    /// A share of the training rows, above 0 and below 1, drawn with the seed.
    case share(Double)
    /// A file or folder of their own.
    case file(String)
  }
}

extension DataConfiguration.ValidationSource: Codable {
  private enum Key: String, CodingKey { case share, file }

  /// Reads `{}`, `{"share": 0.1}` or `{"file": "validation.csv"}`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if let share = try container.decodeIfPresent(Double.self, forKey: .share) {
      self = .share(share)
    } else if let file = try container.decodeIfPresent(String.self, forKey: .file) {
      self = .file(file)
    } else {
      self = .none
    }
  }

  /// Writes `{}`, `{"share": 0.1}` or `{"file": "validation.csv"}`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .none: break
    case .share(let share): try container.encode(share, forKey: .share)
    case .file(let file): try container.encode(file, forKey: .file)
    }
  }
}
