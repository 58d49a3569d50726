import Foundation
import Optimizers
import TestSupport
import Testing

private struct ScheduleCase: Encodable {
  let name: String
  let warmup: Int
  let total: Int
  let peak: Double
  let settings: [String: Double]
}

/// The rate of every step beside Transformers' `get_scheduler`.
struct SchedulesTests {
  @Test(arguments: ScheduleConfiguration.Kind.allCases)
  func givesEveryRateOfTransformers(kind: ScheduleConfiguration.Kind) throws {
    var runs: [(warmup: ScheduleConfiguration.Warmup, total: Int)] = [
      (.steps(0), 37), (.steps(10), 100), (.ratio(0.06), 51), (.steps(50), 20),
    ]
    // Transformers divides by zero there.
    if kind != .polynomial { runs += [(.ratio(1), 9), (.steps(1), 1)] }
    let schedules = runs.flatMap { run in
      (kind == .polynomial ? [1, 2, 0.5] : [1]).map { power in
        LearningRateSchedule(
          ScheduleConfiguration(
            kind: kind, warmup: run.warmup, power: power, finalLearningRate: 1e-6), peak: 3e-4,
          totalSteps: run.total)
      }
    }
    let cases = schedules.map { schedule in
      ScheduleCase(
        name: kind == .constant ? "constant_with_warmup" : kind.rawValue,
        warmup: schedule.warmupSteps, total: schedule.totalSteps, peak: schedule.peak,
        settings: kind == .polynomial
          ? ["power": schedule.configuration.power, "lr_end": 1e-6] : [:])
    }
    let expected: [[Double]] = try PythonOracle("optimizers_steps").run(
      cases, arguments: ["schedules"])
    for (schedule, rates) in zip(schedules, expected) {
      let own = (0..<schedule.totalSteps).map(schedule.rate(at:))
      #expect(own.count == rates.count)
      for (step, (rate, wanted)) in zip(own, rates).enumerated() {
        #expect(abs(rate - wanted) <= 1e-12 * 3e-4, "\(schedule) step \(step)")
      }
    }
  }

  @Test(
    "A share of warm-up is rounded up, as Transformers' trainer does",
    arguments: [
      (0.1, 95, 10), (0.06, 100, 6), (0, 100, 0), (1, 7, 7),
    ])
  func roundsWarmupUp(ratio: Double, total: Int, expected: Int) {
    let schedule = ScheduleConfiguration(warmup: .ratio(ratio))
    #expect(schedule.warmupSteps(of: total) == expected)
  }
}
