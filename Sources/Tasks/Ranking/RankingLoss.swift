internal import Torch

/// The loss of a query's documents, in fp32.
struct RankingLoss: Sendable, Equatable {
  /// What scores are learned towards.
  let loss: RankingSettings.Loss
  /// The grade that counts as wholly relevant, for the pointwise loss.
  let largestGrade: Double

  /// What the summed loss is divided by: documents, or queries.
  func weight(_ examples: [RankingExample]) -> Double {
    switch loss {
    case .pointwise: Double(examples.reduce(0) { $0 + $1.documents.count })
    case .listwise: Double(examples.count)
    }
  }

  /// The sum over the logits `[C, 1]` of a batch's C documents; rank 0.
  ///
  /// - Throws: ``TasksError`` for an example without grades.
  func sum(_ logits: Tensor, _ examples: [RankingExample]) throws -> Tensor {
    let grades = try examples.map { try Self.grades(of: $0) }
    let ragged = try RaggedScores(logits, counts: grades.map(\.count))
    switch loss {
    case .pointwise:
      let targets = grades.joined().map { Float(min(1, $0 / largestGrade)) }
      return try ragged.scores.binaryCrossEntropy(
        Tensor(targets).to(ragged.scores.device), reduction: .sum)
    case .listwise:
      let shares = grades.flatMap { grades in
        let sum = grades.reduce(0, +)
        return grades.map { Float(sum == 0 ? 0 : $0 / sum) }
      }
      // The logarithm of a place without a candidate is minus infinity, and 0 times it no number:
      // only the candidates' own are taken.
      let probabilities = try ragged.padded().logSoftmax()
      let most = ragged.counts.max() ?? 0
      let places = ragged.counts.enumerated().flatMap { row, count in
        (0..<count).map { Int64(row * most + $0) }
      }
      let own = try probabilities.reshaped([ragged.counts.count * most])
        .slices(Tensor(places).to(probabilities.device))
      return try (own * Tensor(shares).to(own.device)).sum() * -1
    }
  }

  /// The grades of an example.
  ///
  /// - Throws: ``TasksError`` when it has none.
  static func grades(of example: RankingExample) throws -> [Double] {
    guard let grades = example.grades, grades.count == example.documents.count else {
      throw TasksError(
        .example, "\(example.location): the row does not say how well its documents suit.")
    }
    return grades
  }
}
