/// Rows ordered by the score of one class, for the area under the ROC curve and average precision.
struct Ranking {
  /// Ascending: the ranking key shifted left by one, with the truth in the lowest bit.
  let entries: [UInt64]

  /// Orders scores; `truths` says of each whether the class is true.
  init(keys: some Sequence<UInt32>, truths: some Sequence<Bool>) {
    entries = zip(keys, truths).map { UInt64($0) << 1 | ($1 ? 1 : 0) }.sorted()
  }

  /// The area under the ROC curve; nil where only one of both sides occurs.
  ///
  /// It is the share of pairs of a true and an untrue row in which the true one scores higher, ties
  /// counting one half (Hanley and McNeil 1982).
  func areaUnderCurve(timesDrawn: [Int]? = nil) -> Double? {
    var ordered = 0.0
    var negativesBelow = 0
    var positives = 0
    forEachTie(timesDrawn) { tiedPositives, tiedNegatives in
      ordered += Double(tiedPositives) * (Double(negativesBelow) + Double(tiedNegatives) / 2)
      negativesBelow += tiedNegatives
      positives += tiedPositives
    }
    guard positives > 0, negativesBelow > 0 else { return nil }
    return ordered / (Double(positives) * Double(negativesBelow))
  }

  /// The mean precision over the recall steps, `Σ (Rₙ - Rₙ₋₁) Pₙ`; nil without a true row.
  func averagePrecision(timesDrawn: [Int]? = nil) -> Double? {
    // Ascending, each tied group's precision counts the rows not yet passed.
    var total = 0
    var positives = 0
    forEachTie(timesDrawn) { tiedPositives, tiedNegatives in
      total += tiedPositives + tiedNegatives
      positives += tiedPositives
    }
    guard positives > 0 else { return nil }
    var rowsAtOrAbove = total
    var positivesAtOrAbove = positives
    var sum = 0.0
    forEachTie(timesDrawn) { tiedPositives, tiedNegatives in
      if tiedPositives > 0 {
        sum += Double(tiedPositives) * (Double(positivesAtOrAbove) / Double(rowsAtOrAbove))
      }
      rowsAtOrAbove -= tiedPositives + tiedNegatives
      positivesAtOrAbove -= tiedPositives
    }
    return sum / Double(positives)
  }

  private func forEachTie(
    _ timesDrawn: [Int]?, _ body: (_ positives: Int, _ negatives: Int) -> Void
  ) {
    var place = 0
    while place < entries.count {
      let key = entries[place] >> 1
      var positives = 0
      var negatives = 0
      while place < entries.count, entries[place] >> 1 == key {
        let times = timesDrawn.map { $0[place] } ?? 1
        if entries[place] & 1 == 1 { positives += times } else { negatives += times }
        place += 1
      }
      body(positives, negatives)
    }
  }
}
