/// Steps and tokens a second over the last seconds, so that a slow start does not spoil the
/// estimate.
struct ProgressRate {
  /// The seconds that an estimate looks back.
  static let window = 15.0

  private var samples: [(time: Double, step: Int, tokens: Int)]

  init(time: Double, step: Int) {
    samples = [(time, step, 0)]
  }

  mutating func add(time: Double, step: Int, tokens: Int) {
    // A few samples a second are enough, and bound the list.
    if samples.count > 1, let last = samples.last, time - last.time < 0.25 { samples.removeLast() }
    samples.append((time, step, tokens))
    // The oldest sample stays one window old, not younger.
    while samples.count > 2, samples[1].time <= time - Self.window { samples.removeFirst() }
  }

  var stepsPerSecond: Double? { rate { Double($0.step) } }

  var tokensPerSecond: Double? { rate { Double($0.tokens) } }

  private func rate(_ amount: ((time: Double, step: Int, tokens: Int)) -> Double) -> Double? {
    guard let first = samples.first, let last = samples.last else { return nil }
    let seconds = last.time - first.time
    let done = amount(last) - amount(first)
    return seconds > 0 && done > 0 ? done / seconds : nil
  }
}
