/// What happened, counted: everything but the ranking scores is computed from here.
enum Outcomes: Equatable {
  /// How often each pair `truth * classes + predicted` occurred.
  case single([Int: Int])
  /// How often each pattern of true and predicted labels occurred.
  case multiple([LabelPattern: Int])

  mutating func add(_ other: Outcomes) {
    switch (self, other) {
    case (.single(var cells), .single(let more)):
      self = .single([:])
      cells.merge(more, uniquingKeysWith: +)
      self = .single(cells)
    case (.multiple(var patterns), .multiple(let more)):
      self = .multiple([:])
      patterns.merge(more, uniquingKeysWith: +)
      self = .multiple(patterns)
    default:
      return
    }
  }

  /// A fixed order of the outcomes, so that resampling does not depend on the order of the rows.
  func table(classes: Int, kind: EvaluationKind) -> OutcomeTable {
    switch self {
    case .single(let cells):
      let keys = cells.keys.sorted()
      return OutcomeTable(
        kind: kind, classes: classes, counts: keys.compactMap { cells[$0] },
        cells: keys.map { ($0 / classes, $0 % classes) }, patterns: [])
    case .multiple(let patterns):
      let keys = patterns.keys.sorted()
      return OutcomeTable(
        kind: kind, classes: classes, counts: keys.compactMap { patterns[$0] }, cells: [],
        patterns: keys.map { ($0, $0.scores) })
    }
  }
}

/// The outcomes in order, and the scores that follow from how often each occurred.
struct OutcomeTable {
  let kind: EvaluationKind
  let classes: Int
  let counts: [Int]
  let cells: [(truth: Int, predicted: Int)]
  let patterns: [(pattern: LabelPattern, scores: PrecisionRecall)]

  /// The counts of each class when the outcomes occur this often.
  func classCounts(_ counts: [Int]) -> ClassCounts {
    var result = ClassCounts(classes: classes)
    for (cell, times) in zip(cells, counts) where times > 0 {
      result.add(truth: cell.truth, predicted: cell.predicted, times: times)
    }
    for (entry, times) in zip(patterns, counts) where times > 0 {
      result.add(entry.pattern, times: times)
    }
    return result
  }

  /// The mean of the rows' own precision, recall and F1.
  func samples(_ counts: [Int]) -> PrecisionRecall {
    PrecisionRecall.mean(of: zip(patterns, counts).map { ($0.scores, $1) })
  }

  /// The classes that enter the averages.
  ///
  /// As scikit-learn has it: with one label a row, those that occur on either side; with several,
  /// all.
  func averaged(_ counts: ClassCounts) -> [Int] {
    kind == .multilabel ? Array(0..<classes) : counts.occurring
  }

  /// Every score by its name.
  func scores(_ counts: [Int]) -> [String: Double] {
    let classCounts = classCounts(counts)
    let averaged = averaged(classCounts)
    var scores = ["accuracy": classCounts.accuracy]
    func add(_ more: [String: Double]) { scores.merge(more) { $1 } }
    add(classCounts.macro(over: averaged).named("_macro"))
    add(classCounts.weighted(over: averaged).named("_weighted"))
    add(classCounts.micro.named("_micro"))
    if kind == .binary { add(classCounts.scores(of: 1).named("")) }
    if kind == .multilabel {
      add(samples(counts).named("_samples"))
      scores["hamming_loss"] = classCounts.hammingLoss
    } else {
      scores["balanced_accuracy"] = classCounts.balancedAccuracy
      scores["mcc"] = classCounts.matthewsCorrelation
      scores["cohen_kappa"] = classCounts.cohenKappa
    }
    return scores
  }
}
