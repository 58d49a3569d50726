public import Evaluation

/// How the tags of data files are to be read.
public enum TagSchemeChoice: Sendable, Equatable {
  /// In the scheme that the training data show; tags without letters are read as they are.
  case automatic
  /// As they are: parts of speech, or any labels of words that mark no entities.
  case none
  /// In this scheme.
  case scheme(TagScheme)
}

extension TagSchemeChoice: RawRepresentable, CaseIterable {
  /// Each choice once.
  public static var allCases: [TagSchemeChoice] {
    [.automatic, .none] + TagScheme.allCases.map { .scheme($0) }
  }

  /// Finds `auto`, `none` or a scheme by one of its names: `iob1`, `bio`, `bioes`, `bilou`, ….
  public init?(rawValue: String) {
    switch rawValue {
    case "auto": self = .automatic
    case "none": self = .none
    default:
      guard let scheme = TagScheme(named: rawValue) else { return nil }
      self = .scheme(scheme)
    }
  }

  /// What a recipe calls it: `auto`, `none` or the scheme's name.
  public var rawValue: String {
    switch self {
    case .automatic: "auto"
    case .none: "none"
    case .scheme(let scheme): scheme.setting
    }
  }
}

extension TagSchemeChoice: Codable {
  /// Reads `auto`, `none` or a scheme by one of its names.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let word = try container.decode(String.self)
    guard let choice = TagSchemeChoice(rawValue: word) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "A tag scheme is auto, none, \(TagScheme.settings), not '\(word)'.")
    }
    self = choice
  }

  /// Writes `auto`, `none` or the scheme's name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

extension TagScheme {
  /// What a recipe calls it: the name that is most in use.
  public var setting: String {
    switch self {
    case .iob2: "bio"
    case .iobes: "bioes"
    default: rawValue
    }
  }

  /// All schemes, for messages.
  static var settings: String {
    let names = allCases.map(\.setting)
    return "\(names.dropLast().joined(separator: ", ")) or \(names.last ?? "")"
  }
}
