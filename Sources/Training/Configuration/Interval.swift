/// How often something is done during a run.
public enum Interval: Sendable, Equatable {
  /// Not at all.
  case never
  /// After each pass over the training rows.
  case epoch
  /// After each so many optimiser steps.
  case steps(Int)
}

extension Interval: Codable {
  /// Reads `"none"`, `"epoch"` or a number of steps.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let steps = try? container.decode(Int.self) {
      self = .steps(steps)
      return
    }
    switch try container.decode(String.self) {
    case "none": self = .never
    case "epoch": self = .epoch
    case let word:
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "An interval is none, epoch or a number of steps, not '\(word)'.")
    }
  }

  /// Writes `"none"`, `"epoch"` or the number of steps.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .never: try container.encode("none")
    case .epoch: try container.encode("epoch")
    case .steps(let steps): try container.encode(steps)
    }
  }
}
