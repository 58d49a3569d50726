/// Counts of relations, once with the directions together as SemEval's scorer has them, once over
/// all labels.
struct RelationSums {
  private let relationOfLabel: [Int]
  private let noRelation: Int?
  /// By relation: right only with the right direction, but predicted and expected in any.
  private(set) var relations: ClassCounts
  /// All labels but "no relation" taken together.
  private(set) var together = MatchCounts()
  private var right = 0
  private var rows = 0

  init(_ evaluation: RelationEvaluation) {
    relationOfLabel = evaluation.relationOfLabel
    noRelation = evaluation.noRelationNumber
    relations = ClassCounts(classes: evaluation.relations.count)
  }

  mutating func add(expected: Int, predicted: Int, times: Int) {
    let wanted = relationOfLabel[expected]
    let given = relationOfLabel[predicted]
    rows += times
    relations.support[wanted] += times
    relations.predicted[given] += times
    if wanted != noRelation { together.expected += times }
    if given != noRelation { together.predicted += times }
    guard expected == predicted else { return }
    right += times
    relations.truePositives[wanted] += times
    if wanted != noRelation { together.found += times }
  }

  /// The relations that the official average is taken over: those that are expected somewhere.
  var averaged: [Int] {
    relations.support.indices.filter { relations.support[$0] > 0 && $0 != noRelation }
  }

  var macro: PrecisionRecall { relations.macro(over: averaged) }

  var scores: [String: Double] {
    var scores = ["accuracy": rows == 0 ? 0 : Double(right) / Double(rows)]
    scores.merge(macro.named("_macro")) { $1 }
    scores.merge(together.scores.named("_micro")) { $1 }
    return scores
  }
}
