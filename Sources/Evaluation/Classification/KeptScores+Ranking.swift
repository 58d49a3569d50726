/// Ranking metrics and what had to be left out of them.
struct RankingScores {
  var scores: [String: Double] = [:]
  var notes: [String] = []
}

extension KeptScores {
  /// ROC-AUC and average precision of everything kept, under scikit-learn's definitions.
  func ranking(labels: [String], kind: EvaluationKind) -> RankingScores {
    guard let rankings = rankings(kind: kind) else { return RankingScores(notes: notes) }
    return kind == .binary ? binary(rankings[0], labels) : averaged(rankings, labels, kind)
  }

  /// One ordering a class (the positive class alone for two classes); nil where nothing was kept.
  func rankings(kind: EvaluationKind) -> [Ranking]? {
    guard state == .kept, !keys.isEmpty else { return nil }
    return (0..<width).map { column in
      let columnKeys = (0..<rows).lazy.map { keys[$0 * width + column] }
      if kind == .multilabel {
        return Ranking(
          keys: columnKeys, truths: (0..<rows).lazy.map { truths[$0 * width + column] })
      }
      let positive = Int32(kind == .binary ? 1 : column)
      return Ranking(keys: columnKeys, truths: classOfRow.lazy.map { $0 == positive })
    }
  }

  private var notes: [String] {
    switch state {
    case .kept: []
    case .off: ["ROC-AUC and average precision are turned off"]
    case .withoutScores:
      ["ROC-AUC and average precision are left out: some predictions came without scores"]
    case .overLimit:
      [
        "ROC-AUC and average precision are left out: they need more scores than the"
          + " \(limit) that may be kept"
      ]
    }
  }

  private func binary(_ ranking: Ranking, _ labels: [String]) -> RankingScores {
    var result = RankingScores()
    result.scores["roc_auc"] = ranking.areaUnderCurve()
    result.scores["average_precision"] = ranking.averagePrecision() ?? 0
    if result.scores["roc_auc"] == nil {
      let only = classOfRow.first.map { labels[Int($0)] } ?? labels[0]
      result.notes.append("ROC-AUC is not defined: every row is '\(only)'")
    }
    if ranking.averagePrecision() == nil {
      result.notes.append("no row is '\(labels[1])': the average precision is set to 0")
    }
    return result
  }

  private func averaged(_ rankings: [Ranking], _ labels: [String], _ kind: EvaluationKind)
    -> RankingScores
  {
    var result = RankingScores()
    let areas = rankings.map { $0.areaUnderCurve() }
    let precisions = rankings.map { $0.averagePrecision() }
    let support = (0..<width).map { column in
      kind == .multilabel
        ? (0..<rows).count { truths[$0 * width + column] }
        : classOfRow.count { $0 == Int32(column) }
    }
    result.add("roc_auc", areas, support)
    // A class that is never true has an average precision of 0, as in scikit-learn.
    result.add("average_precision", precisions.map { $0 ?? 0 }, support)
    let micro = microRanking(kind: kind)
    result.scores["roc_auc_micro"] = micro.areaUnderCurve()
    result.scores["average_precision_micro"] = micro.averagePrecision() ?? 0
    let without = labels.indices.filter { areas[$0] == nil }.map { labels[$0] }
    if !without.isEmpty {
      result.notes.append(
        Note.classes(without, "has", "have")
          + " only true or only untrue rows: ROC-AUC averages leave "
          + (without.count == 1 ? "it" : "them") + " out (scikit-learn gives nan)")
    }
    let neverTrue = labels.indices.filter { precisions[$0] == nil }.map { labels[$0] }
    if !neverTrue.isEmpty {
      result.notes.append(
        Note.classes(neverTrue, "has", "have")
          + " no true sample: "
          + (neverTrue.count == 1 ? "its" : "their") + " average precision is set to 0")
    }
    if kind == .multiclass { addOneVersusOne(to: &result) }
    return result
  }

  /// Every decision of every class in one ordering.
  private func microRanking(kind: EvaluationKind) -> Ranking {
    if kind == .multilabel { return Ranking(keys: keys, truths: truths) }
    return Ranking(
      keys: keys,
      truths: keys.indices.lazy.map { classOfRow[$0 / width] == Int32($0 % width) })
  }

  /// The mean over pairs of classes that both occur (Hand and Till 2001), and the same weighted by
  /// the pair's share of the rows.
  private func addOneVersusOne(to result: inout RankingScores) {
    var rowsOfClass = [[Int]](repeating: [], count: width)
    for (row, label) in classOfRow.enumerated() { rowsOfClass[Int(label)].append(row) }
    let present = rowsOfClass.indices.filter { !rowsOfClass[$0].isEmpty }
    var areas: [Double?] = []
    var weights: [Int] = []
    for (place, first) in present.enumerated() {
      for second in present[(place + 1)...] {
        let pair = rowsOfClass[first] + rowsOfClass[second]
        let forward = area(of: first, in: pair)
        let backward = area(of: second, in: pair)
        areas.append((forward + backward) / 2)
        weights.append(pair.count)
      }
    }
    result.scores["roc_auc_ovo"] = mean(areas, weights: areas.map { _ in 1 })
    result.scores["roc_auc_ovo_weighted"] = mean(areas, weights: weights)
  }

  private func area(of label: Int, in pair: [Int]) -> Double {
    Ranking(
      keys: pair.lazy.map { keys[$0 * width + label] },
      truths: pair.lazy.map { classOfRow[$0] == Int32(label) }
    ).areaUnderCurve() ?? 0
  }
}

extension RankingScores {
  /// The plain and the support-weighted mean over the classes that have a value.
  fileprivate mutating func add(_ name: String, _ values: [Double?], _ support: [Int]) {
    scores[name] = mean(values, weights: values.map { _ in 1 })
    scores["\(name)_weighted"] = mean(values, weights: support)
  }
}

/// The weighted mean of the values that are there; nil where their weights sum to 0.
private func mean(_ values: [Double?], weights: [Int]) -> Double? {
  var sum = 0.0
  var total = 0
  for case (let value?, let weight) in zip(values, weights) {
    sum += value * Double(weight)
    total += weight
  }
  return total > 0 ? sum / Double(total) : nil
}
