/// Pairs of numbers in single precision: all of them up to a limit, beyond it a sample in which each
/// pair is as likely to be as any other (Vitter 1985, algorithm R).
struct PairSample: Sendable {
  /// The most pairs to keep, eight bytes each.
  let limit: Int
  /// The pairs that came, kept or not.
  private(set) var seen = 0
  private(set) var pairs: [(prediction: Float, reference: Float)] = []
  private let random = CounterRandom(seed: 1, purpose: 9, stream: 0)

  init(limit: Int) { self.limit = limit }

  /// Whether every pair is here.
  var isComplete: Bool { seen == pairs.count }

  mutating func add(prediction: Float, reference: Float) {
    seen += 1
    if pairs.count < limit {
      pairs.append((prediction, reference))
    } else if limit > 0 {
      let place = random.integer(below: seen, at: seen)
      if place < limit { pairs[place] = (prediction, reference) }
    }
  }

  /// Takes in another sample: where both do not fit, pairs are drawn from the two as often as they
  /// stand for many.
  mutating func add(_ other: PairSample) {
    if isComplete, other.isComplete, seen + other.seen <= limit {
      pairs += other.pairs
      seen += other.seen
      return
    }
    var sides = [shuffled(stream: 1), other.shuffled(stream: 2)]
    var weights = [seen, other.seen]
    var merged: [(prediction: Float, reference: Float)] = []
    let draws = CounterRandom(seed: 1, purpose: 9, stream: 3 + seen + other.seen)
    while merged.count < limit, weights[0] + weights[1] > 0 {
      let draw = draws.integer(below: weights[0] + weights[1], at: merged.count)
      let side = draw < weights[0] ? 0 : 1
      guard let pair = sides[side].popLast() else { break }
      merged.append(pair)
      weights[side] -= 1
    }
    pairs = merged
    seen += other.seen
  }

  private func shuffled(stream: Int) -> [(prediction: Float, reference: Float)] {
    let random = CounterRandom(seed: 1, purpose: 9, stream: -stream - seen)
    var pairs = pairs
    for place in pairs.indices.reversed() {
      pairs.swapAt(place, random.integer(below: place + 1, at: place))
    }
    return pairs
  }
}
