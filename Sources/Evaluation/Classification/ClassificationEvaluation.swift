/// Counts predictions against references, batch by batch, and scores them at the end.
///
/// ```swift
/// var evaluation = try ClassificationEvaluation(labels: ["neg", "pos"], kind: .binary)
/// try evaluation.update(logits: logits, references: [1, 0, 1])   // logits [3 × 2], row after row
/// print(try evaluation.report().text)
/// ```
///
/// Logits are never kept. What stays in memory is how often each outcome occurred, and four bytes
/// a score for ROC-AUC and average precision (``Options/keptScores`` bounds or stops that): one
/// score a row for two classes, one a row and class otherwise. Several accumulators, one a worker,
/// ``merge(_:)`` into one.
public struct ClassificationEvaluation: Sendable {
  /// What an evaluation may be told.
  public struct Options: Codable, Sendable, Equatable {
    /// The probability from which a label of a multi-label row counts as predicted.
    public var threshold: Double = 0.5
    /// The most ranking scores to keep, at four bytes each; 0 leaves ROC-AUC and average precision
    /// out.
    ///
    /// Beyond the limit they are left out too, and a note says so.
    public var keptScores: Int = 50_000_000

    /// Makes options; each has a default.
    public init(threshold: Double = 0.5, keptScores: Int = 50_000_000) {
      self.threshold = threshold
      self.keptScores = keptScores
    }
  }

  /// The names of the classes, in the order of the logits' columns.
  public let labels: [String]
  /// Binary, multi-class or multi-label.
  public let kind: EvaluationKind
  /// The options given.
  public let options: Options
  /// The rows counted so far.
  public private(set) var rows = 0

  var outcomes: Outcomes
  var kept: KeptScores
  var logLoss = WeightedMean()
  var scoredRows = 0
  var givenLoss = WeightedMean()

  /// Makes an empty evaluation.
  ///
  /// - Parameters:
  ///   - labels: The names of the classes; for two classes the second one is the positive class.
  ///   - kind: Binary, multi-class or multi-label.
  ///   - options: A threshold and how many scores to keep.
  /// - Throws: ``EvaluationError`` for empty, doubled or too few labels, or a kind that is
  ///   not one of the three.
  public init(labels: [String], kind: EvaluationKind, options: Options = Options())
    throws(EvaluationError)
  {
    try Self.check(labels, for: kind)
    guard options.threshold > 0, options.threshold < 1 else {
      throw EvaluationError(
        .invalidSetting,
        "the threshold of a multi-label evaluation must lie between 0 and 1, not \(options.threshold)"
      )
    }
    self.labels = labels
    self.kind = kind
    self.options = options
    outcomes = kind == .multilabel ? .multiple([:]) : .single([:])
    kept = KeptScores(width: kind == .binary ? 1 : labels.count, limit: options.keptScores)
  }

  /// Adds a loss that was computed elsewhere, such as the training loss on these rows; the score
  /// `loss` is the mean of all that was added, and the log loss where nothing was.
  public mutating func addLoss(sum: Double, weight: Double) {
    givenLoss.add(sum: sum, weight: weight)
  }

  /// Adds what another accumulator counted.
  ///
  /// - Throws: ``EvaluationError`` when labels, kind or options differ; nothing is added then.
  public mutating func merge(_ other: ClassificationEvaluation) throws(EvaluationError) {
    guard labels == other.labels, kind == other.kind, options == other.options else {
      throw EvaluationError(
        .cannotMerge,
        "two evaluations can only be merged when their labels, kind and options are the same")
    }
    rows += other.rows
    outcomes.add(other.outcomes)
    kept.add(other.kept)
    logLoss.add(other.logLoss)
    givenLoss.add(other.givenLoss)
    scoredRows += other.scoredRows
  }

  mutating func count(truth: Int, predicted: Int) {
    rows += 1
    guard case .single(var cells) = outcomes else { return }
    outcomes = .single([:])
    cells[truth * labels.count + predicted, default: 0] += 1
    outcomes = .single(cells)
  }

  mutating func count(_ pattern: LabelPattern) {
    rows += 1
    guard case .multiple(var patterns) = outcomes else { return }
    outcomes = .multiple([:])
    patterns[pattern, default: 0] += 1
    outcomes = .multiple(patterns)
  }

  private static func check(_ labels: [String], for kind: EvaluationKind) throws(EvaluationError) {
    let needed: (least: Int, most: Int)
    switch kind {
    case .binary: needed = (2, 2)
    case .multiclass: needed = (2, Int.max)
    case .multilabel: needed = (1, Int.max)
    case .regression:
      throw EvaluationError(.wrongKind, "numbers are evaluated by RegressionEvaluation")
    case .tokens, .relations, .answers, .retrieval, .similarity, .choice, .ranking:
      throw EvaluationError(
        .wrongKind, "\(kind.rawValue) are evaluated by \(kind.evaluation), not as classes")
    }
    guard labels.count >= needed.least, labels.count <= needed.most else {
      let expected = needed.most == 2 ? "exactly 2 labels" : "at least \(needed.least) labels"
      throw EvaluationError(
        .invalidLabels,
        "\(kind.rawValue) evaluation needs \(expected), not \(labels.count)")
    }
    var seen: Set<String> = []
    for label in labels where !seen.insert(label).inserted {
      throw EvaluationError(.invalidLabels, "the label '\(label)' is named twice")
    }
  }
}
