/// Compares predicted with expected relations, as SemEval-2010 task 8 and TACRED count them.
///
/// ```swift
/// var evaluation = try RelationEvaluation(
///   labels: ["Cause-Effect(e1,e2)", "Cause-Effect(e2,e1)", "Other"], noRelation: "Other")
/// try evaluation.update(expected: ["Other"], predicted: ["Cause-Effect(e1,e2)"])
/// let report = try evaluation.report()
/// report.scores["f1_macro"]   // SemEval's official score
/// report.scores["f1_micro"]   // TACRED's: all relations together, without "no relation"
/// ```
///
/// A label's direction is the `(e1,e2)` or `(e2,e1)` at its end; labels may have none. What stays in
/// memory is how often each pair of labels occurred.
public struct RelationEvaluation: Sendable {
  /// Names that "no relation" has in known data sets, tried in this order.
  public static let noRelationNames = ["no_relation", "Other", "NA", "unknown", "None", "O"]

  /// The labels that may occur.
  public let labels: [String]
  /// The label of rows without a relation; nil where every row has one.
  public let noRelation: String?
  /// The rows counted so far.
  public private(set) var rows = 0

  /// The relations, that is, the labels without their direction, in the order of the labels.
  let relations: [String]
  /// The relation of each label.
  let relationOfLabel: [Int]
  /// The number of the relation that is none.
  let noRelationNumber: Int?
  /// How often each pair `expected * labels + predicted` occurred.
  var cells: [Int: Int] = [:]
  var givenLoss = WeightedMean()
  private let numbers: [String: Int]

  /// Makes an empty evaluation.
  ///
  /// - Parameters:
  ///   - labels: The labels that may occur.
  ///   - noRelation: The label of rows without a relation, which the averages leave out; nil takes
  ///     the first of ``noRelationNames`` that is among the labels, in any case of its letters.
  /// - Throws: ``EvaluationError`` for fewer than two or doubled labels, or when `noRelation` is none
  ///   of them.
  public init(labels: [String], noRelation: String? = nil) throws(EvaluationError) {
    guard labels.count >= 2 else {
      throw EvaluationError(
        .invalidLabels, "relation evaluation needs at least 2 labels, not \(labels.count)")
    }
    var numbers: [String: Int] = [:]
    for (number, label) in labels.enumerated() {
      guard numbers.updateValue(number, forKey: label) == nil else {
        throw EvaluationError(.invalidLabels, "the label '\(label)' is named twice")
      }
    }
    if let noRelation, numbers[noRelation] == nil {
      throw EvaluationError(
        .invalidLabels,
        "the label '\(noRelation)' for rows without a relation is not one of the labels")
    }
    let none = noRelation ?? Self.noRelation(among: labels)
    var relations: [String] = []
    var relationOfLabel: [Int] = []
    for label in labels {
      let relation = Self.undirected(label)
      if !relations.contains(relation) { relations.append(relation) }
      relationOfLabel.append(relations.firstIndex(of: relation) ?? 0)
    }
    self.labels = labels
    self.numbers = numbers
    self.noRelation = none
    self.relations = relations
    self.relationOfLabel = relationOfLabel
    noRelationNumber = none.flatMap { numbers[$0] }.map { relationOfLabel[$0] }
  }

  /// Counts a batch of labels.
  ///
  /// - Throws: ``EvaluationError`` that names the row; nothing of the batch is counted then.
  public mutating func update(expected: [String], predicted: [String]) throws(EvaluationError) {
    try update(
      expected: try numbers(of: expected, "expected"),
      predicted: try numbers(of: predicted, "predicted"))
  }

  /// Counts a batch of labels by their numbers.
  ///
  /// - Throws: ``EvaluationError`` that names the row; nothing of the batch is counted then.
  public mutating func update(expected: [Int], predicted: [Int]) throws(EvaluationError) {
    guard expected.count == predicted.count else {
      throw EvaluationError(
        .mismatchedShapes,
        "there are \(predicted.count) predictions for \(expected.count) references; they must match"
      )
    }
    for (given, role) in [(expected, "expected"), (predicted, "predicted")] {
      for (place, number) in given.enumerated() where !labels.indices.contains(number) {
        throw EvaluationError(
          .labelOutOfRange,
          "the \(role) label of row \(rows + place + 1) is number \(number), but there are"
            + " \(labels.count) labels, numbered from 0")
      }
    }
    for (wanted, given) in zip(expected, predicted) {
      cells[wanted * labels.count + given, default: 0] += 1
    }
    rows += expected.count
  }

  /// What a row contributes to slices and to the comparison of runs: whether the label is right, and
  /// the relations, without their direction and without "no relation".
  ///
  /// - Throws: ``EvaluationError`` for an unknown label.
  public func outcome(expected: String, predicted: String) throws(EvaluationError) -> RowOutcome {
    let pair = try numbers(of: [expected], "expected") + numbers(of: [predicted], "predicted")
    let wanted = relationOfLabel[pair[0]]
    let given = relationOfLabel[pair[1]]
    let isRight = pair[0] == pair[1]
    var classes: [String: MatchCounts] = [:]
    if wanted != noRelationNumber {
      classes[relations[wanted]] = MatchCounts(found: isRight ? 1 : 0, expected: 1)
    }
    if given != noRelationNumber {
      classes[relations[given], default: MatchCounts()].predicted += 1
    }
    return RowOutcome(
      means: ["accuracy": isRight ? 1 : 0], classes: classes, isCorrect: isRight,
      expected: expected, predicted: predicted)
  }

  /// Adds a loss that was computed elsewhere; the score `loss` is the mean of all that was added.
  public mutating func addLoss(sum: Double, weight: Double) {
    givenLoss.add(sum: sum, weight: weight)
  }

  /// Adds what another accumulator counted.
  ///
  /// - Throws: ``EvaluationError`` when the labels differ; nothing is added then.
  public mutating func merge(_ other: RelationEvaluation) throws(EvaluationError) {
    guard labels == other.labels, noRelation == other.noRelation else {
      throw EvaluationError(
        .cannotMerge, "two evaluations can only be merged when their labels are the same")
    }
    rows += other.rows
    cells.merge(other.cells, uniquingKeysWith: +)
    givenLoss.add(other.givenLoss)
  }

  /// A label without the direction at its end.
  public static func undirected(_ label: String) -> String {
    for direction in ["(e1,e2)", "(e2,e1)"] where label.hasSuffix(direction) {
      return String(label.dropLast(direction.count))
    }
    return label
  }

  private static func noRelation(among labels: [String]) -> String? {
    for name in noRelationNames {
      if let found = labels.first(where: { $0.lowercased() == name.lowercased() }) { return found }
    }
    return nil
  }

  private func numbers(of names: [String], _ role: String) throws(EvaluationError) -> [Int] {
    var result: [Int] = []
    for (place, name) in names.enumerated() {
      guard let number = numbers[name] else {
        throw EvaluationError(
          .labelOutOfRange,
          "the \(role) label '\(name)' of row \(rows + place + 1) is not one of the"
            + " \(labels.count) labels given")
      }
      result.append(number)
    }
    return result
  }
}
