/// Pairs with the ranks of both sides.
struct RankedPairs {
  let predictions, references: Ranks

  init?(_ pairs: [(prediction: Double, reference: Double)]) {
    guard pairs.count >= 2 else { return nil }
    predictions = Ranks(pairs.map(\.prediction))
    references = Ranks(pairs.map(\.reference))
  }

  /// Spearman's correlation: Pearson's of the ranks.
  func correlation(timesDrawn: [Int]? = nil) -> Double? {
    let left = predictions.ranks(timesDrawn: timesDrawn)
    let right = references.ranks(timesDrawn: timesDrawn)
    var moments = Moments()
    for place in left.indices {
      moments.add(
        prediction: left[place], reference: right[place], times: timesDrawn?[place] ?? 1)
    }
    return moments.correlation
  }
}
