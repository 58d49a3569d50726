/// How the learning rate rises at first and falls after.
///
/// The rate rises in a straight line from 0 to the optimiser's learning rate over the warm-up, then
/// follows ``kind`` until the last step, as Transformers' schedules of the same names do.
public struct ScheduleConfiguration: CheckedConfiguration {
  /// What the rate does once warm-up is over.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// It stays; with a warm-up this is Transformers' `constant_with_warmup`.
    case constant
    /// It falls in a straight line to 0.
    case linear
    /// It falls along half a cosine to 0.
    case cosine
    /// It falls along a power of what is left to ``ScheduleConfiguration/finalLearningRate``.
    case polynomial
  }

  /// How long the rate rises.
  public enum Warmup: Sendable, Equatable {
    /// This many optimiser steps.
    case steps(Int)
    /// This share of all optimiser steps, 0…1, rounded up.
    case ratio(Double)
  }

  /// What the rate does once warm-up is over; linear by default.
  public var kind: Kind
  /// How long the rate rises; not at all by default.
  public var warmup: Warmup
  /// The power of a polynomial schedule; 1 by default, which is a straight line.
  public var power: Double
  /// The rate that a polynomial schedule ends at; 1e-7 by default, as in Transformers.
  public var finalLearningRate: Double

  /// Makes a configuration; every value left out has its documented default.
  public init(
    kind: Kind = .linear, warmup: Warmup = .steps(0), power: Double = 1,
    finalLearningRate: Double = 1e-7
  ) {
    self.kind = kind
    self.warmup = warmup
    self.power = power
    self.finalLearningRate = finalLearningRate
  }

  /// The optimiser steps that the rate rises for, in a run of this many steps.
  public func warmupSteps(of totalSteps: Int) -> Int {
    switch warmup {
    case .steps(let steps): return max(steps, 0)
    case .ratio(let ratio):
      let steps = (Double(totalSteps) * min(max(ratio, 0), 1)).rounded(.up)
      return Int(exactly: steps) ?? 0
    }
  }

  /// Everything that is wrong with the value; empty when it can be used.
  public var problems: [ConfigurationProblem] {
    var checks = ConfigurationChecks()
    switch warmup {
    case .steps(let steps): checks.atLeast(0, steps, "warmupSteps")
    case .ratio(let ratio): checks.share(ratio, "warmupRatio")
    }
    checks.positive(power, "power")
    checks.notNegative(finalLearningRate, "finalLearningRate")
    return checks.problems
  }
}

extension ScheduleConfiguration.Warmup: Codable {
  private enum Key: String, CodingKey { case steps, ratio }

  /// Reads `{"steps": 100}` or `{"ratio": 0.1}`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if let steps = try container.decodeIfPresent(Int.self, forKey: .steps) {
      self = .steps(steps)
    } else {
      self = .ratio(try container.decode(Double.self, forKey: .ratio))
    }
  }

  /// Writes `{"steps": 100}` or `{"ratio": 0.1}`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .steps(let steps): try container.encode(steps, forKey: .steps)
    case .ratio(let ratio): try container.encode(ratio, forKey: .ratio)
    }
  }
}
