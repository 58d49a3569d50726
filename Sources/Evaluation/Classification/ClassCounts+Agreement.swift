extension ClassCounts {
  /// The share of rows whose every label is right.
  var accuracy: Double { rows == 0 ? 0 : Double(exactRows) / Double(rows) }

  /// The mean recall of the classes that are true somewhere.
  var balancedAccuracy: Double {
    let present = support.indices.filter { support[$0] > 0 }
    guard !present.isEmpty else { return 0 }
    return present.reduce(0) { $0 + scores(of: $1).recall } / Double(present.count)
  }

  /// The correlation of prediction and truth (Gorodkin 2004); 0 where one of them never varies.
  var matthewsCorrelation: Double {
    let total = Double(rows)
    var agreement = 0.0
    var predictedSquares = 0.0
    var supportSquares = 0.0
    for label in support.indices {
      agreement += Double(support[label]) * Double(predicted[label])
      predictedSquares += Double(predicted[label]) * Double(predicted[label])
      supportSquares += Double(support[label]) * Double(support[label])
    }
    let spread = (total * total - predictedSquares) * (total * total - supportSquares)
    guard spread > 0 else { return 0 }
    return (Double(exactRows) * total - agreement) / spread.squareRoot()
  }

  /// Agreement beyond chance (Cohen 1960); nil where chance alone explains everything.
  var cohenKappa: Double? {
    let total = Double(rows)
    guard total > 0 else { return nil }
    var chance = 0.0
    for label in support.indices {
      chance += Double(support[label]) / total * Double(predicted[label])
    }
    // Whole counts, so that a single class on both sides is found exactly.
    guard occurring.count > 1 else { return nil }
    return 1 - (total - Double(exactRows)) / (total - chance)
  }

  /// The share of single yes-or-no decisions that are wrong, over all rows and classes.
  var hammingLoss: Double {
    let wrong = support.indices.reduce(0) {
      $0 + support[$1] + predicted[$1] - 2 * truePositives[$1]
    }
    let decisions = rows * support.count
    return decisions == 0 ? 0 : Double(wrong) / Double(decisions)
  }
}
