internal import Datasets

/// Which examples each optimiser step of a run sees: a function of lengths and settings alone.
///
/// A step is a window of micro-batches of one epoch; the last window of an epoch may hold fewer.
public struct TrainingPlan: Sendable {
  /// Optimiser steps of the whole run.
  public let totalSteps: Int
  /// Optimiser steps of each epoch that is begun.
  public let stepsPerEpoch: [Int]
  private let schedule: BatchSchedule
  private let accumulation: Int
  /// The first step of each epoch that is begun.
  let firstSteps: [Int]

  /// Plans a run.
  ///
  /// - Throws: `DatasetsError` when settings make no batches, ``TrainingError`` when they make no
  ///   step.
  public init(lengths: [Int], configuration: TrainingConfiguration) throws {
    let size: BatchSize =
      switch configuration.batch {
      case .sequences(let count): .sequences(count)
      case .tokens(let count): .tokens(count)
      }
    let order: BatchOrder =
      switch configuration.order {
      case .shuffled: .shuffled
      case .lengthGrouped: .lengthGrouped
      case .sequential: .sequential
      }
    let batches = BatchConfiguration(
      size: size, order: order, seed: UInt64(clamping: configuration.seed))
    // A window cannot hold more micro-batches than there are examples.
    let accumulation = max(1, min(configuration.gradientAccumulation, lengths.count))
    let steps = { (batches: Int) in (batches + accumulation - 1) / accumulation }

    let first = try BatchPlan(lengths: lengths, configuration: batches, epoch: 0)
    let epochs: Int
    switch configuration.length {
    case .epochs(let count): epochs = max(1, Int(count.rounded(.up)))
    // Epochs may differ by a few batches; one more than the first suggests is surely enough for a
    // start.
    case .steps(let count): epochs = max(1, count / max(1, steps(first.count)) + 2)
    }
    schedule = try BatchSchedule(lengths: lengths, configuration: batches, epochs: epochs)
    let all = schedule.batchesPerEpoch.map(steps)
    switch configuration.length {
    case .epochs(let count):
      let whole = all.prefix(Int(count)).reduce(0, +)
      let part = count - count.rounded(.down)
      let rest = part > 0 ? (Double(all[all.count - 1]) * part).rounded(.up) : 0
      totalSteps = whole + Int(rest)
    case .steps(let count): totalSteps = count
    }
    guard totalSteps > 0 else {
      throw TrainingError(.nothingToDo, "The settings make a run of no steps.")
    }
    var starts: [Int] = []
    var next = 0
    for count in all where next < totalSteps {
      starts.append(next)
      next += count
    }
    guard next >= totalSteps else {
      throw TrainingError(
        .setting, "A run of \(totalSteps) steps could not be laid over \(all.count) epochs.")
    }
    firstSteps = starts
    stepsPerEpoch = Array(all.prefix(starts.count))
    self.accumulation = accumulation
  }

  /// The epoch that a step belongs to, counted from 0.
  public func epoch(of step: Int) -> Int {
    (firstSteps.lastIndex { $0 <= step }) ?? 0
  }

  /// Whether a step is the last of its epoch.
  public func endsEpoch(_ step: Int) -> Bool {
    let epoch = epoch(of: step)
    return step + 1 == firstSteps[epoch] + stepsPerEpoch[epoch]
  }

  /// How far into the run the end of a step is, in epochs.
  public func epochs(after step: Int) -> Double {
    let epoch = epoch(of: step)
    return Double(epoch) + Double(step + 1 - firstSteps[epoch]) / Double(stepsPerEpoch[epoch])
  }

  /// Tokens of the largest micro-batch of the first epoch, of examples of these lengths.
  func largestMicrobatch(_ lengths: [Int]) throws -> Int {
    let batches = try schedule.plan(epoch: 0)
    return (0..<batches.count).map { batch in
      batches[batch].reduce(0) { $0 + lengths[$1] }
    }.max() ?? 0
  }

  /// A reader of the windows, which keeps the current epoch's order.
  func windows() -> Windows { Windows(plan: self) }

  /// Gives the window of each step.
  struct Windows {
    let plan: TrainingPlan
    private var current: (epoch: Int, batches: BatchPlan)?

    init(plan: TrainingPlan) {
      self.plan = plan
    }

    /// The micro-batches of a step, each a list of places among the examples.
    mutating func window(of step: Int) throws -> [[Int]] {
      let epoch = plan.epoch(of: step)
      let batches: BatchPlan
      if let current, current.epoch == epoch {
        batches = current.batches
      } else {
        batches = try plan.schedule.plan(epoch: epoch)
        current = (epoch, batches)
      }
      let first = (step - plan.firstSteps[epoch]) * plan.accumulation
      return (first..<min(first + plan.accumulation, batches.count)).map { Array(batches[$0]) }
    }
  }
}
