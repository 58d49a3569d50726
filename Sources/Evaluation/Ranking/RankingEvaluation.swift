/// Scores rankings, query by query: retrieval of documents or ordering of a query's own candidates.
///
/// ```swift
/// var evaluation = try RankingEvaluation(kind: .ranking)
/// try evaluation.update(scores: [0.2, 0.9, 0.4], relevance: [0, 1, 0])
/// try evaluation.scores()["mrr@10"]
/// ```
///
/// There are `mrr`, `map` and `ndcg` over the whole ranking and, for each cutoff k, `accuracy@k`,
/// `precision@k`, `recall@k`, `mrr@k`, `map@k` and `ndcg@k`, as sentence-transformers and
/// scikit-learn define them. Queries without anything relevant are left out of the means, and a note
/// counts them. Candidates with equal scores are ranked in the order in which they are given.
public struct RankingEvaluation: Sendable {
  /// What an evaluation may be told.
  public struct Options: Codable, Sendable, Equatable {
    /// The places at which rankings are cut.
    public var cutoffs: [Int] = [1, 3, 5, 10]
    /// What a grade is worth in NDCG.
    public var gain: RankingGain = .linear
    /// The most numbers to keep for the intervals, four bytes each; beyond it, or with 0, they are
    /// left out, and a note says so.
    public var keptSums: Int = 50_000_000

    /// Makes options; each has a default.
    public init(
      cutoffs: [Int] = [1, 3, 5, 10], gain: RankingGain = .linear, keptSums: Int = 50_000_000
    ) {
      self.cutoffs = cutoffs
      self.gain = gain
      self.keptSums = keptSums
    }
  }

  /// Retrieval or ranking.
  public let kind: EvaluationKind
  /// The options given.
  public let options: Options
  /// The queries counted so far, those without anything relevant included.
  public private(set) var rows = 0
  /// The queries without anything relevant.
  public private(set) var rowsWithoutRelevant = 0

  /// The names of the measures, in the order of their sums.
  let names: [String]
  var means: [WeightedMean]
  var tally: RowTally
  var givenLoss = WeightedMean()

  /// Makes an empty evaluation.
  ///
  /// - Throws: ``EvaluationError`` for another kind than retrieval and ranking, and for cutoffs below
  ///   1 or named twice.
  public init(kind: EvaluationKind = .ranking, options: Options = Options()) throws(EvaluationError)
  {
    guard kind == .ranking || kind == .retrieval else {
      throw EvaluationError(
        .wrongKind, "a \(kind.rawValue) evaluation is no ranking; \(kind.evaluation) makes it")
    }
    guard options.cutoffs.allSatisfy({ $0 >= 1 }),
      Set(options.cutoffs).count == options.cutoffs.count
    else {
      throw EvaluationError(
        .invalidSetting,
        "the cutoffs of a ranking must be different whole numbers from 1, not \(options.cutoffs)")
    }
    self.kind = kind
    self.options = options
    names = Self.measures(RankedRelevance(grades: []), options).map(\.name)
    means = [WeightedMean](repeating: WeightedMean(), count: names.count)
    tally = RowTally(limit: options.keptSums)
  }

  /// Counts a query by the scores of its candidates.
  ///
  /// - Parameters:
  ///   - scores: The score of each candidate, larger for better.
  ///   - relevance: The grade of each candidate: 0 irrelevant, 1 relevant, more for more so.
  ///   - missed: The grades of what is relevant but not among the candidates.
  /// - Throws: ``EvaluationError`` that names the query; it is not counted then.
  public mutating func update(scores: [Float], relevance: [Double], missed: [Double] = [])
    throws(EvaluationError)
  {
    guard scores.count == relevance.count else {
      throw EvaluationError(
        .mismatchedShapes,
        "query \(rows + 1) has \(scores.count) scores for \(relevance.count) candidates; they must"
          + " match")
    }
    for (place, score) in scores.enumerated() where score.isNaN {
      throw EvaluationError(
        .nonFiniteScore, "the score of candidate \(place + 1) of query \(rows + 1) is not a number")
    }
    try check(relevance + missed)
    count(RankedRelevance(scores: scores, grades: relevance, missed: missed))
  }

  /// Counts a query whose candidates have been ranked already.
  ///
  /// - Parameters:
  ///   - ranked: The grade of each candidate, best ranked first.
  ///   - missed: The grades of what is relevant but not among the candidates.
  /// - Throws: ``EvaluationError`` that names the query; it is not counted then.
  public mutating func update(ranked: [Double], missed: [Double] = []) throws(EvaluationError) {
    try check(ranked + missed)
    count(RankedRelevance(grades: ranked, missed: missed))
  }

  /// What a query contributes to slices and to the comparison of runs: its own scores; nothing where
  /// nothing is relevant, since it is left out of the means then.
  public func outcome(_ ranked: RankedRelevance) -> RowOutcome {
    guard ranked.relevant > 0 else { return RowOutcome() }
    let measures = Self.measures(ranked, options).map { ($0.name, $0.value) }
    return RowOutcome(
      means: Dictionary(uniqueKeysWithValues: measures), isCorrect: ranked.accuracy(at: 1) == 1)
  }

  /// Adds a loss that was computed elsewhere; the score `loss` is the mean of all that was added.
  public mutating func addLoss(sum: Double, weight: Double) {
    givenLoss.add(sum: sum, weight: weight)
  }

  /// Adds what another accumulator counted.
  ///
  /// - Throws: ``EvaluationError`` when kind or options differ; nothing is added then.
  public mutating func merge(_ other: RankingEvaluation) throws(EvaluationError) {
    guard kind == other.kind, options == other.options else {
      throw EvaluationError(
        .cannotMerge, "two evaluations can only be merged when their kind and options are the same")
    }
    rows += other.rows
    rowsWithoutRelevant += other.rowsWithoutRelevant
    for place in means.indices { means[place].add(other.means[place]) }
    tally.add(other.tally)
    givenLoss.add(other.givenLoss)
  }

  private mutating func count(_ ranked: RankedRelevance) {
    rows += 1
    guard ranked.relevant > 0 else {
      rowsWithoutRelevant += 1
      return
    }
    let values = Self.measures(ranked, options).map(\.value)
    for (place, value) in values.enumerated() { means[place].add(sum: value, weight: 1) }
    tally.add(values.map { Float($0) })
  }

  private func check(_ grades: [Double]) throws(EvaluationError) {
    for (place, grade) in grades.enumerated() where !(grade >= 0 && grade.isFinite) {
      throw EvaluationError(
        .invalidSetting,
        "the grade of candidate \(place + 1) of query \(rows + 1) is \(grade); grades of relevance"
          + " are finite and not below 0")
    }
  }

  private static func measures(_ ranked: RankedRelevance, _ options: Options)
    -> [(name: String, value: Double)]
  {
    var measures = [
      ("mrr", ranked.reciprocalRank()), ("map", ranked.averagePrecision()),
      ("ndcg", ranked.normalizedGain(gain: options.gain)),
    ]
    for cutoff in options.cutoffs {
      measures += [
        ("accuracy@\(cutoff)", ranked.accuracy(at: cutoff)),
        ("precision@\(cutoff)", ranked.precision(at: cutoff)),
        ("recall@\(cutoff)", ranked.recall(at: cutoff)),
        ("mrr@\(cutoff)", ranked.reciprocalRank(at: cutoff)),
        ("map@\(cutoff)", ranked.averagePrecision(at: cutoff)),
        ("ndcg@\(cutoff)", ranked.normalizedGain(at: cutoff, gain: options.gain)),
      ]
    }
    return measures.map { (name: $0.0, value: $0.1) }
  }
}
