import Foundation

/// The grades of a query's candidates, best ranked first, and what is to be known of the candidates
/// that are not there.
public struct RankedRelevance: Sendable, Equatable {
  /// The grade of each candidate in the order of the ranking; 0 is irrelevant.
  public let grades: [Double]
  /// The grades above 0 of everything relevant, largest first.
  private let ideal: [Double]

  /// Takes grades in the order of a ranking.
  ///
  /// - Parameters:
  ///   - grades: The grade of each candidate, best ranked first; none is below 0.
  ///   - missed: The grades of what is relevant but not among the candidates, as in the search of a
  ///     collection of which only the first results are looked at.
  public init(grades: [Double], missed: [Double] = []) {
    self.grades = grades
    ideal = (grades + missed).filter { $0 > 0 }.sorted(by: >)
  }

  /// Ranks candidates by their scores, largest first; of equal scores the candidate with the smaller
  /// number comes first.
  public init(scores: [Float], grades: [Double], missed: [Double] = []) {
    let order = scores.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
    self.init(grades: order.map { grades[$0] }, missed: missed)
  }

  /// How many items are relevant, found or missed.
  public var relevant: Int { ideal.count }

  /// 1 where a relevant candidate is among the first `cutoff`, else 0.
  public func accuracy(at cutoff: Int) -> Double {
    grades.prefix(cutoff).contains { $0 > 0 } ? 1 : 0
  }

  /// The share of the first `cutoff` places that hold something relevant.
  public func precision(at cutoff: Int) -> Double {
    Double(hits(cutoff)) / Double(max(1, cutoff))
  }

  /// The share of everything relevant that is among the first `cutoff`.
  public func recall(at cutoff: Int) -> Double {
    relevant == 0 ? 0 : Double(hits(cutoff)) / Double(relevant)
  }

  /// One over the place of the first relevant candidate; 0 where it lies beyond `cutoff`.
  public func reciprocalRank(at cutoff: Int? = nil) -> Double {
    let place = grades.prefix(cutoff ?? grades.count).firstIndex { $0 > 0 }
    return place.map { 1 / Double($0 + 1) } ?? 0
  }

  /// The mean of the precisions at the places of the relevant candidates, those not found counting
  /// 0; with a cutoff, over at most so many.
  public func averagePrecision(at cutoff: Int? = nil) -> Double {
    guard relevant > 0 else { return 0 }
    var found = 0
    var sum = 0.0
    for (place, grade) in grades.prefix(cutoff ?? grades.count).enumerated() where grade > 0 {
      found += 1
      sum += Double(found) / Double(place + 1)
    }
    return sum / Double(min(cutoff ?? relevant, relevant))
  }

  /// The discounted gain of the first `cutoff` as a share of the best possible one (Järvelin and
  /// Kekäläinen 2002), with a discount of log₂(place + 1); 0 where nothing is relevant.
  public func normalizedGain(at cutoff: Int? = nil, gain: RankingGain = .linear) -> Double {
    let best = Self.discounted(ideal.prefix(cutoff ?? ideal.count), gain)
    return best == 0 ? 0 : Self.discounted(grades.prefix(cutoff ?? grades.count), gain) / best
  }

  private func hits(_ cutoff: Int) -> Int { grades.prefix(cutoff).count { $0 > 0 } }

  private static func discounted(_ grades: ArraySlice<Double>, _ gain: RankingGain) -> Double {
    var sum = 0.0
    for (place, grade) in grades.enumerated() { sum += gain.of(grade) / log2(Double(place + 2)) }
    return sum
  }
}

/// What a grade of relevance is worth in a normalised discounted gain.
public enum RankingGain: String, Codable, Sendable, CaseIterable {
  /// The grade itself, as in scikit-learn and sentence-transformers.
  case linear
  /// 2 to the power of the grade, less 1 (Burges et al. 2005): top grades weigh more.
  case exponential

  func of(_ grade: Double) -> Double { self == .linear ? grade : exp2(grade) - 1 }
}
