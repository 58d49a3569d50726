internal import Foundation

/// The learning rate of every step of a run, as Transformers' schedulers of the same names give it.
public struct LearningRateSchedule: Sendable {
  /// What the rate does.
  public let configuration: ScheduleConfiguration
  /// The rate that the schedule's factors multiply.
  public let peak: Double
  /// Optimiser steps of the whole run.
  public let totalSteps: Int
  /// Optimiser steps that the rate rises for.
  public let warmupSteps: Int

  /// Lays a schedule over a run.
  public init(_ configuration: ScheduleConfiguration, peak: Double, totalSteps: Int) {
    self.configuration = configuration
    self.peak = peak
    self.totalSteps = totalSteps
    warmupSteps = configuration.warmupSteps(of: totalSteps)
  }

  /// The rate of a step; the first step is 0.
  public func rate(at step: Int) -> Double {
    if step < warmupSteps {
      return peak * Double(step) / Double(max(1, warmupSteps))
    }
    let rest = Double(max(1, totalSteps - warmupSteps))
    let progress = Double(step - warmupSteps) / rest
    switch configuration.kind {
    case .constant: return peak
    case .linear: return peak * max(0, Double(totalSteps - step) / rest)
    case .cosine: return peak * max(0, 0.5 * (1 + cos(Double.pi * progress)))
    case .polynomial:
      let end = configuration.finalLearningRate
      guard step <= totalSteps else { return end }
      return (peak - end) * pow(max(0, 1 - progress), configuration.power) + end
    }
  }
}
