/// How much each class counts in the loss.
public enum ClassWeights: Sendable, Equatable {
  /// The same for each class.
  case none
  /// Rarer classes more: rows / (classes × rows of the class), scikit-learn's `balanced`.
  case balanced
  /// The weight of each label by name; every label of the data must be there.
  case explicit([String: Double])
}

extension ClassWeights: Codable {
  /// Reads `"none"`, `"balanced"` or an object of label and weight.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let weights = try? container.decode([String: Double].self) {
      self = .explicit(weights)
      return
    }
    switch try container.decode(String.self) {
    case "none": self = .none
    case "balanced": self = .balanced
    case let word:
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "Class weights are none, balanced or a weight a label, not '\(word)'.")
    }
  }

  /// Writes `"none"`, `"balanced"` or an object of label and weight.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .none: try container.encode("none")
    case .balanced: try container.encode("balanced")
    case .explicit(let weights): try container.encode(weights)
    }
  }
}
