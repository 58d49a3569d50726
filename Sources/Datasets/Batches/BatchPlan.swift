/// The batches of one epoch: which examples, in which order.
///
/// The plan follows from (lengths, configuration, epoch) alone, so a resumed run makes the same one
/// and goes to the batch that it stopped at: a position in the data is an integer.
///
/// Every example is in exactly one batch. The last batch made may be smaller than the others (with
/// ``BatchOrder/lengthGrouped`` it comes at a random place).
public struct BatchPlan: Sendable, Equatable, RandomAccessCollection {
  private let order: [Int]
  /// Where each batch starts in the order, and at last its end.
  private let boundaries: [Int]

  /// Makes the batches of an epoch.
  ///
  /// - Parameters:
  ///   - lengths: The tokens of each example, as they will be trained on.
  ///   - configuration: Size, order and seed.
  ///   - epoch: The epoch, counted from 0.
  /// - Throws: ``DatasetsError`` when a setting makes no batches, or an example is longer than a
  ///   batch.
  public init(lengths: [Int], configuration: BatchConfiguration, epoch: Int = 0) throws {
    try configuration.validate(lengths)
    let order = Self.order(lengths, configuration, epoch)
    let boundaries = Self.boundaries(order, lengths, configuration.size)
    guard configuration.order == .lengthGrouped else {
      (self.order, self.boundaries) = (order, boundaries)
      return
    }
    var batches = Array(0..<boundaries.count - 1)
    var random = CounterRandom(
      seed: configuration.seed, purpose: .batchOrder, step: UInt64(bitPattern: Int64(epoch)))
    random.shuffle(&batches)
    var shuffled: [Int] = []
    shuffled.reserveCapacity(order.count)
    var starts = [0]
    for batch in batches {
      shuffled.append(contentsOf: order[boundaries[batch]..<boundaries[batch + 1]])
      starts.append(shuffled.count)
    }
    (self.order, self.boundaries) = (shuffled, starts)
  }

  /// The place of the first batch, 0.
  public var startIndex: Int { 0 }
  /// The number of batches.
  public var endIndex: Int { boundaries.count - 1 }

  /// The places of a batch's examples in the lengths.
  public subscript(batch: Int) -> ArraySlice<Int> {
    order[boundaries[batch]..<boundaries[batch + 1]]
  }

  private static func order(
    _ lengths: [Int], _ configuration: BatchConfiguration, _ epoch: Int
  ) -> [Int] {
    var order = Array(lengths.indices)
    if configuration.order == .sequential { return order }
    var random = CounterRandom(
      seed: configuration.seed, purpose: .exampleOrder, step: UInt64(bitPattern: Int64(epoch)))
    random.shuffle(&order)
    if configuration.order == .shuffled { return order }
    for (turn, start) in stride(from: 0, to: order.count, by: configuration.window).enumerated() {
      let window = start..<Swift.min(start + configuration.window, order.count)
      // Every second window runs from long to short, so that a batch on the edge between two
      // windows holds like lengths too. Equal lengths keep their random order.
      let isRising = turn.isMultiple(of: 2)
      let sorted = order[window].enumerated().sorted { left, right in
        let (first, second) = (lengths[left.element], lengths[right.element])
        if first == second { return left.offset < right.offset }
        return isRising ? first < second : first > second
      }
      order.replaceSubrange(window, with: sorted.map(\.element))
    }
    return order
  }

  /// Cuts an order into batches, each filled as far as the size allows.
  static func boundaries(_ order: [Int], _ lengths: [Int], _ size: BatchSize) -> [Int] {
    var boundaries = [0]
    switch size {
    case .sequences(let count):
      boundaries += stride(from: count, to: order.count, by: count)
    case .tokens(let limit):
      var filled = 0
      for (turn, example) in order.enumerated() {
        if filled + lengths[example] > limit, turn > boundaries[boundaries.count - 1] {
          boundaries.append(turn)
          filled = 0
        }
        filled += lengths[example]
      }
    }
    boundaries.append(order.count)
    return boundaries
  }
}
