/// The labels of a multi-label row: those that are true and those that were predicted.
///
/// Rows with the same pattern are counted, not kept.
struct LabelPattern: Hashable, Comparable {
  /// Ascending numbers of the true labels.
  let truth: [Int32]
  /// Ascending numbers of the predicted labels.
  let predicted: [Int32]

  /// The labels on both sides.
  var agreed: [Int32] {
    var common: [Int32] = []
    var place = 0
    for label in truth {
      while place < predicted.count, predicted[place] < label { place += 1 }
      if place < predicted.count, predicted[place] == label { common.append(label) }
    }
    return common
  }

  /// The row's own precision, recall and F1, for the averages over samples.
  var scores: PrecisionRecall {
    PrecisionRecall(agreed: agreed.count, predicted: predicted.count, support: truth.count)
  }

  static func < (left: LabelPattern, right: LabelPattern) -> Bool {
    if left.truth != right.truth { return left.truth.lexicographicallyPrecedes(right.truth) }
    return left.predicted.lexicographicallyPrecedes(right.predicted)
  }
}
