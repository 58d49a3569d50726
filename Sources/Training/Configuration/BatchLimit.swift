/// How many rows make one batch.
public enum BatchLimit: Sendable, Equatable {
  /// This many sequences, however long they are.
  case sequences(Int)
  /// As many sequences as this many tokens hold, special tokens included; at least one.
  case tokens(Int)
}

extension BatchLimit: Codable {
  private enum Key: String, CodingKey { case sequences, tokens }

  /// Reads `{"sequences": 16}` or `{"tokens": 2048}`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if let tokens = try container.decodeIfPresent(Int.self, forKey: .tokens) {
      self = .tokens(tokens)
    } else {
      self = .sequences(try container.decode(Int.self, forKey: .sequences))
    }
  }

  /// Writes `{"sequences": 16}` or `{"tokens": 2048}`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .sequences(let count): try container.encode(count, forKey: .sequences)
    case .tokens(let count): try container.encode(count, forKey: .tokens)
    }
  }
}
