/// The batches of a whole run: epochs one after another, each position an integer.
public struct BatchSchedule: Sendable {
  /// The epochs.
  public let epochs: Int
  /// The batches of each epoch; with batches by tokens the epochs may differ.
  public let batchesPerEpoch: [Int]
  private let lengths: [Int]
  private let configuration: BatchConfiguration

  /// Plans a run of whole epochs and counts its batches.
  ///
  /// - Throws: ``DatasetsError`` as ``BatchPlan`` does, and when there are no epochs.
  public init(lengths: [Int], configuration: BatchConfiguration, epochs: Int) throws {
    guard epochs > 0 else {
      throw DatasetsError(.invalidSetting, "The run has \(epochs) epochs; it needs at least 1.")
    }
    self.lengths = lengths
    self.configuration = configuration
    self.epochs = epochs
    let first = try BatchPlan(lengths: lengths, configuration: configuration, epoch: 0).count
    var counts = [first]
    for epoch in 1..<max(1, epochs) {
      guard case .tokens = configuration.size, configuration.order != .sequential else {
        counts.append(first)
        continue
      }
      counts.append(
        try BatchPlan(lengths: lengths, configuration: configuration, epoch: epoch).count)
    }
    batchesPerEpoch = counts
  }

  /// The batches of the whole run.
  public var count: Int { batchesPerEpoch.reduce(0, +) }

  /// The epoch, and the batch within it, at a position of the run; nil past the end.
  public func place(of position: Int) -> (epoch: Int, batch: Int)? {
    guard position >= 0 else { return nil }
    var rest = position
    for (epoch, batches) in batchesPerEpoch.enumerated() {
      if rest < batches { return (epoch, rest) }
      rest -= batches
    }
    return nil
  }

  /// The batches of one epoch.
  public func plan(epoch: Int) throws -> BatchPlan {
    try BatchPlan(lengths: lengths, configuration: configuration, epoch: epoch)
  }
}
