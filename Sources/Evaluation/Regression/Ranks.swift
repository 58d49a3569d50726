/// The ranks of values, equal values sharing the mean of theirs (scipy's "average").
struct Ranks {
  /// The places of the values in ascending order.
  private let order: [Int]
  /// Whether the value at a place of `order` equals the one before it.
  private let tied: [Bool]

  init(_ values: [Double]) {
    let order = values.indices.sorted { values[$0] < values[$1] }
    self.order = order
    tied = order.indices.map { $0 > 0 && values[order[$0]] == values[order[$0 - 1]] }
  }

  /// The rank of each value when each occurs so many times (once without `timesDrawn`).
  func ranks(timesDrawn: [Int]? = nil) -> [Double] {
    var ranks = [Double](repeating: 0, count: order.count)
    var below = 0
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, tied[end] { end += 1 }
      let times = order[start..<end].reduce(0) { $0 + (timesDrawn?[$1] ?? 1) }
      let rank = Double(below) + Double(times + 1) / 2
      for place in order[start..<end] { ranks[place] = rank }
      below += times
      start = end
    }
    return ranks
  }
}
