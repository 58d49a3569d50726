import Evaluation
import Testing

struct SimilarityTests {
  @Test func correlationsAreThoseOfScipy() throws {
    for (number, example) in try RankingCases.all().similarities.enumerated() {
      let middle = example.references.count / 2
      var evaluation = SimilarityEvaluation()
      var rest = SimilarityEvaluation()
      try evaluation.update(
        predictions: Array(example.predictions[..<middle]),
        references: Array(example.references[..<middle]))
      try rest.update(
        predictions: Array(example.predictions[middle...]),
        references: Array(example.references[middle...]))
      try evaluation.merge(rest)
      let scores = try evaluation.scores()
      for (name, expected) in [("pearson", example.pearson), ("spearman", example.spearman)] {
        guard let expected else {
          #expect(scores[name] == nil)
          continue
        }
        let found = scores[name] ?? .nan
        #expect(
          abs(found - expected) <= 1e-9, "case \(number): \(name) is \(found), not \(expected)")
      }
    }
  }

  @Test func beyondTheLimitASampleIsTakenAndSaid() throws {
    var evaluation = SimilarityEvaluation(options: .init(keptPairs: 200))
    var other = evaluation
    let values = (0..<1000).map { Float($0) }
    try evaluation.update(predictions: values, references: values.map { Double($0) })
    try other.update(predictions: values, references: values.map { Double($0) })
    try evaluation.merge(other)
    let report = try evaluation.report(bootstrap: .init(resamples: 20))
    // Whatever the sample, its two sides agree.
    #expect(report.scores["spearman"] == 1)
    #expect(report.rows == 2000)
    #expect(report.notes.contains { $0.contains("a sample of 200 of the 2000 pairs") })
  }

  @Test func theSampleTakesFromTheWhole() throws {
    // A rank correlation of a rising and a falling half is that of the whole only where the sample
    // holds about as much of each.
    var evaluation = SimilarityEvaluation(options: .init(keptPairs: 2000))
    let values = (0..<20_000).map { Float($0) }
    let references = values.map { $0 < 10_000 ? Double($0) : Double(30_000 - $0) }
    try evaluation.update(predictions: values, references: references)
    let sampled = try evaluation.scores()["spearman"] ?? .nan
    var exact = SimilarityEvaluation()
    try exact.update(predictions: values, references: references)
    let whole = try exact.scores()["spearman"] ?? .nan
    // The draws are fixed; five standard errors of 1 / √2000.
    #expect(abs(sampled - whole) < 0.11)
  }

  @Test func theReportIsReadable() throws {
    var evaluation = SimilarityEvaluation()
    try evaluation.update(predictions: [0.1, 0.5, 0.3, 0.9], references: [1, 2, 3, 4])
    let report = try evaluation.report()
    #expect(report.text.contains("4 pairs, in brackets the 95% interval\nspearman"))
    #expect(abs((report.scores["spearman"] ?? 0) - 0.8) < 1e-12)
    #expect(report.intervals["pearson"] != nil)
  }

  @Test func saysWhatIsUndefined() throws {
    var evaluation = SimilarityEvaluation(options: .init(keptPairs: 0))
    try evaluation.update(predictions: [1, 1], references: [1, 2])
    let report = try evaluation.report()
    #expect(report.scores.isEmpty)
    #expect(report.notes.count == 2)
    #expect(report.notes[0] == "the correlations are not defined: all predictions are equal")
  }

  @Test func refusesNumbersThatAreNotFiniteByTheirPair() throws {
    var evaluation = SimilarityEvaluation()
    let error = #expect(throws: EvaluationError.self) {
      try evaluation.update(predictions: [1, .nan], references: [1, 2])
    }
    #expect(error?.description == "the prediction of pair 2 is not a finite number")
    let lengths = #expect(throws: EvaluationError.self) {
      try evaluation.update(predictions: [1], references: [])
    }
    #expect(lengths?.code == .mismatchedShapes)
    let empty = #expect(throws: EvaluationError.self) { try evaluation.report() }
    #expect(empty?.code == .nothingEvaluated)
  }
}
