/// How long a run goes on.
public enum RunLength: Sendable, Equatable {
  /// Passes over the training rows; a part of one is allowed, such as 0.5.
  case epochs(Double)
  /// Optimiser steps, however many passes that takes.
  case steps(Int)
}

extension RunLength: Codable {
  private enum Key: String, CodingKey { case epochs, steps }

  /// Reads `{"epochs": 3}` or `{"steps": 100}`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if let steps = try container.decodeIfPresent(Int.self, forKey: .steps) {
      self = .steps(steps)
    } else {
      self = .epochs(try container.decode(Double.self, forKey: .epochs))
    }
  }

  /// Writes `{"epochs": 3}` or `{"steps": 100}`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .epochs(let epochs): try container.encode(epochs, forKey: .epochs)
    case .steps(let steps): try container.encode(steps, forKey: .steps)
    }
  }
}
