/// What random numbers are drawn for; streams of different purposes have nothing in common.
public struct RandomPurpose: RawRepresentable, Hashable, Sendable {
  /// The number that goes into the counter.
  public let rawValue: UInt32

  /// Takes a number; those below 256 are this library's.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The order of examples in an epoch.
  public static let exampleOrder = RandomPurpose(rawValue: 1)
  /// The order of batches in an epoch.
  public static let batchOrder = RandomPurpose(rawValue: 2)
  /// The split of a data set.
  public static let split = RandomPurpose(rawValue: 3)
}

/// Random numbers that depend on (seed, purpose, step) and on nothing else.
///
/// The stream is ``Philox`` with the seed as its key (low word first) and the counter (block,
/// purpose, step low, step high). The numbers, and what ``bounded(by:)`` and ``shuffle(_:)`` make
/// of them, are the same on every machine and stay the same from release to release; the standard
/// library promises neither. One stream holds 2³⁴ words and then starts again.
public struct CounterRandom: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt32>
  private let purpose: UInt32
  private let step: UInt64
  private var block: SIMD4<UInt32> = .zero
  private var nextBlock: UInt32 = 0
  private var used = 4

  /// Opens the stream at its start.
  ///
  /// - Parameters:
  ///   - seed: The seed of the run.
  ///   - purpose: What the numbers are for.
  ///   - step: The epoch, step or part that they are for.
  public init(seed: UInt64, purpose: RandomPurpose, step: UInt64 = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.purpose = purpose.rawValue
    self.step = step
  }

  /// The next 32 random bits.
  public mutating func nextWord() -> UInt32 {
    if used == 4 {
      let counter = SIMD4(
        nextBlock, purpose, UInt32(truncatingIfNeeded: step),
        UInt32(truncatingIfNeeded: step >> 32))
      block = Philox.block(counter: counter, key: key)
      nextBlock &+= 1
      used = 0
    }
    defer { used += 1 }
    return block[used]
  }

  /// The next 64 random bits: one word as the low half, the next as the high half.
  public mutating func next() -> UInt64 {
    let low = UInt64(nextWord())
    return UInt64(nextWord()) << 32 | low
  }

  /// A whole number from 0 to below `bound`, each equally likely.
  ///
  /// Lemire, "Fast Random Integer Generation in an Interval", 2019. `bound` must be positive.
  public mutating func bounded(by bound: UInt64) -> UInt64 {
    precondition(bound > 0, "a random number needs a positive bound")
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return product.high
  }

  /// A number from 0 to below 1, in steps of 2⁻⁵³.
  public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Puts the elements into a random order (Fisher and Yates, from the last element down).
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, Int(bounded(by: UInt64(last + 1))))
    }
  }
}
