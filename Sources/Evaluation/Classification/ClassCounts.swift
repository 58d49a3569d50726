/// How often each class was right, predicted and true: all that precision, recall and F1 need.
struct ClassCounts {
  var truePositives: [Int]
  var predicted: [Int]
  var support: [Int]
  /// The number of rows.
  var rows = 0
  /// The rows whose every label was predicted right.
  var exactRows = 0

  init(classes: Int) {
    truePositives = [Int](repeating: 0, count: classes)
    predicted = truePositives
    support = truePositives
  }

  mutating func add(truth: Int, predicted prediction: Int, times: Int) {
    support[truth] += times
    predicted[prediction] += times
    rows += times
    guard truth == prediction else { return }
    truePositives[truth] += times
    exactRows += times
  }

  mutating func add(_ pattern: LabelPattern, times: Int) {
    for label in pattern.truth { support[Int(label)] += times }
    for label in pattern.predicted { predicted[Int(label)] += times }
    for label in pattern.agreed { truePositives[Int(label)] += times }
    rows += times
    if pattern.truth == pattern.predicted { exactRows += times }
  }

  /// The classes that occur in the references or in the predictions.
  var occurring: [Int] { support.indices.filter { support[$0] + predicted[$0] > 0 } }

  func scores(of label: Int) -> PrecisionRecall {
    PrecisionRecall(
      agreed: truePositives[label], predicted: predicted[label], support: support[label])
  }

  /// The mean over classes, each counting alike.
  func macro(over classes: [Int]) -> PrecisionRecall {
    PrecisionRecall.mean(of: classes.map { (scores(of: $0), 1) })
  }

  /// The mean over classes, each counting as often as it is true.
  func weighted(over classes: [Int]) -> PrecisionRecall {
    PrecisionRecall.mean(of: classes.map { (scores(of: $0), support[$0]) })
  }

  /// The scores of all decisions taken together.
  var micro: PrecisionRecall {
    PrecisionRecall(
      agreed: truePositives.reduce(0, +), predicted: predicted.reduce(0, +),
      support: support.reduce(0, +))
  }
}

/// Precision, recall and F1; a quotient whose divisor is 0 is 0, as in scikit-learn.
struct PrecisionRecall {
  var precision = 0.0
  var recall = 0.0
  var f1 = 0.0

  init() {}

  init(agreed: Int, predicted: Int, support: Int) {
    precision = Self.share(agreed, of: predicted)
    recall = Self.share(agreed, of: support)
    f1 = Self.share(2 * agreed, of: predicted + support)
  }

  static func mean(of scores: [(PrecisionRecall, weight: Int)]) -> PrecisionRecall {
    let weight = scores.reduce(0) { $0 + $1.weight }
    var mean = PrecisionRecall()
    guard weight > 0 else { return mean }
    for (score, times) in scores {
      mean.precision += score.precision * Double(times)
      mean.recall += score.recall * Double(times)
      mean.f1 += score.f1 * Double(times)
    }
    mean.precision /= Double(weight)
    mean.recall /= Double(weight)
    mean.f1 /= Double(weight)
    return mean
  }

  /// The three scores by name, with a suffix such as `_macro`.
  func named(_ suffix: String) -> [String: Double] {
    ["precision\(suffix)": precision, "recall\(suffix)": recall, "f1\(suffix)": f1]
  }

  private static func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }
}
