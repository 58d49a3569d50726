/// Sums of exact matches and F1 over questions, those with an answer apart from those without.
struct AnswerSums: Sendable {
  private var exact = [WeightedMean(), WeightedMean()]
  private var f1 = [WeightedMean(), WeightedMean()]
  private(set) var answerable = 0
  private(set) var rows = 0

  mutating func add(
    exact exactMatch: Double, f1 score: Double, answerable hasAnswer: Bool, times: Int = 1
  ) {
    let side = hasAnswer ? 1 : 0
    exact[side].add(sum: exactMatch * Double(times), weight: Double(times))
    f1[side].add(sum: score * Double(times), weight: Double(times))
    rows += times
    answerable += side * times
  }

  mutating func add(_ other: AnswerSums) {
    for side in 0..<2 {
      exact[side].add(other.exact[side])
      f1[side].add(other.f1[side])
    }
    rows += other.rows
    answerable += other.answerable
  }

  /// The scores by name; those of the two sides where there are both.
  func scores(bySide: Bool) -> [String: Double] {
    var scores: [String: Double] = [:]
    for (name, sides) in [("exact", exact), ("f1", f1)] {
      var all = sides[0]
      all.add(sides[1])
      scores[name] = all.value
      guard bySide else { continue }
      scores["no_ans_\(name)"] = sides[0].value
      scores["has_ans_\(name)"] = sides[1].value
    }
    return scores
  }
}
