public import Evaluation
internal import Torch

/// Retrieval over the rows of an evaluation: each distinct first text is a query, and its partner
/// is to be found among all distinct partners and opposed texts, by cosine.
///
/// Kept are vectors in fp32, 4 bytes × width a distinct text, and token ids; of the scores never
/// more than a block. A query with several partners has several right answers. The query's own text
/// is no candidate of its own search, unless it is its partner. Equal cosines rank in the order in
/// which the texts came.
public struct RetrievalScoring {
  /// Scores of a block of the search.
  static var blockScores: Int { 1 << 22 }

  private let dimension: Int
  private var queries = TextVectors()
  private var candidates = TextVectors()
  /// For each query the candidates that are right.
  private var relevant: [[Int]] = []
  /// For each row its query.
  private var rowQueries: [Int] = []
  private var lossSum = 0.0
  private var lossWeight = 0.0

  /// Makes an empty scoring of vectors of a width.
  public init(dimension: Int) {
    self.dimension = dimension
  }

  /// Bytes of the vectors that are kept.
  public var vectorBytes: Int {
    (queries.count + candidates.count) * dimension * MemoryLayout<Float>.size
  }

  /// Takes in rows: text, partner and opposed texts; those of one text are passed over.
  public mutating func add(_ outputs: [SentenceVectors], _ examples: [SentenceExample]) {
    for (output, example) in zip(outputs, examples) where example.texts.count > 1 {
      let query = queries.place(of: example.anchor, output.vectors[0])
      if query == relevant.count { relevant.append([]) }
      rowQueries.append(query)
      let partner = candidates.place(of: example.texts[1], output.vectors[1])
      if !relevant[query].contains(partner) { relevant[query].append(partner) }
      for place in 2..<max(2, example.texts.count) {
        _ = candidates.place(of: example.texts[place], output.vectors[place])
      }
    }
  }

  mutating func addLoss(sum: Double, weight: Double) {
    lossSum += sum
    lossWeight += weight
  }

  /// The measures of all queries.
  ///
  /// - Throws: `EvaluationError` when there are no queries.
  public func report(bootstrap: BootstrapSettings?) throws -> EvaluationReport {
    var evaluation = try RankingEvaluation(kind: .retrieval)
    for grades in try rankings() { try evaluation.update(ranked: grades) }
    if lossWeight > 0 { evaluation.addLoss(sum: lossSum, weight: lossWeight) }
    var report = try evaluation.report(bootstrap: bootstrap)
    report.notes.append(
      "\(queries.count) queries were searched for among \(candidates.count) distinct texts; their "
        + "vectors took \((vectorBytes + 999_999) / 1_000_000) MB")
    return report
  }

  /// What each row adds, in their order: the measures of its query.
  ///
  /// - Throws: `EvaluationError` or `TorchError`.
  public func outcomes() throws -> [RowOutcome] {
    let evaluation = try RankingEvaluation(kind: .retrieval)
    let rankings = try rankings()
    return rowQueries.map { evaluation.outcome(RankedRelevance(grades: rankings[$0])) }
  }

  /// For each query which places of its ranking are right, 1 or 0, to the last that is.
  private func rankings() throws -> [[Double]] {
    guard candidates.count > 0 else { return [] }
    let all = try candidates.tensor(dimension).normalizedRows().transposed()
    let rows = max(1, Self.blockScores / candidates.count)
    var rankings: [[Double]] = []
    for start in stride(from: 0, to: queries.count, by: rows) {
      let block = start..<min(start + rows, queries.count)
      let scores = try queries.tensor(dimension, block).normalizedRows().matmul(all)
        .values(as: Float.self)
      for (row, query) in block.enumerated() {
        let own = scores[row * candidates.count..<(row + 1) * candidates.count]
        rankings.append(ranking(of: query, own))
      }
    }
    return rankings
  }

  private func ranking(of query: Int, _ scores: ArraySlice<Float>) -> [Double] {
    let right = relevant[query]
    let itself = candidates.known(queries.texts[query]).flatMap { right.contains($0) ? nil : $0 }
    let ranks = right.map { place -> Int in
      let score = scores[scores.startIndex + place]
      var rank = 0
      for (other, value) in scores.enumerated()
      where value > score || (value == score && other < place) {
        if other != itself { rank += 1 }
      }
      return rank
    }
    var grades = [Double](repeating: 0, count: (ranks.max() ?? -1) + 1)
    for rank in ranks { grades[rank] = 1 }
    return grades
  }
}

/// Distinct texts with a vector each, in the order in which they came.
private struct TextVectors {
  private(set) var texts: [[Int32]] = []
  private var places: [[Int32]: Int] = [:]
  private var values: [Float] = []

  var count: Int { texts.count }

  /// The text's place; its vector is kept when it is new.
  mutating func place(of text: TokenSequence, _ vector: [Float]) -> Int {
    if let place = places[text.ids] { return place }
    places[text.ids] = texts.count
    texts.append(text.ids)
    values += vector
    return texts.count - 1
  }

  func known(_ text: [Int32]) -> Int? { places[text] }

  /// The vectors of some places, or of all.
  func tensor(_ dimension: Int, _ range: Range<Int>? = nil) throws -> Tensor {
    let range = range ?? 0..<count
    return try Tensor(
      Array(values[range.lowerBound * dimension..<range.upperBound * dimension]),
      shape: [range.count, dimension])
  }
}
