import Evaluation
import Foundation
import TestSupport
import Testing

struct PairedComparisonTests {
  private struct Input: Encodable {
    var pairs = [[0, 0], [3, 3], [1, 5], [0, 6], [10, 25], [300, 220], [2000, 2100]]
    var first: [Double] = []
    var second: [Double] = []
    var tinyFirst: [Double] = []
    var tinySecond: [Double] = []
    var firstCounts: [[Int]] = []
    var secondCounts: [[Int]] = []
  }

  private struct Expected: Decodable {
    let mcNemar: [Double]
    let permutation, exactPermutation, exactF1: Double
    let interval, intervalF1: [Double]
  }

  private static let input: Input = {
    var numbers = TestNumbers(seed: 21)
    var input = Input()
    for _ in 0..<120 {
      // Eighths are exact as Float32.
      let first = Double(numbers.next(below: 17)) / 4
      input.first.append(first)
      input.second.append(first + Double(numbers.next(below: 9)) / 4 - 0.875)
      let expected = 1 + numbers.next(below: 3)
      for run in 0..<2 {
        let found = numbers.next(below: expected + 1)
        let counts = [found, found + numbers.next(below: 2), expected]
        if run == 0 { input.firstCounts.append(counts) } else { input.secondCounts.append(counts) }
      }
    }
    input.tinyFirst = Array(input.first.prefix(9))
    input.tinySecond = Array(input.second.prefix(9))
    return input
  }()

  private static let expected = Result {
    try PythonOracle("evaluation_comparison").run(input, returning: Expected.self)
  }

  private func compare(
    _ first: [RowOutcome], _ second: [RowOutcome], _ settings: PairedComparison.Settings = .init()
  ) throws -> ComparisonReport {
    var comparison = try PairedComparison(names: ["A", "B"], settings: settings)
    for (one, other) in zip(first, second) { try comparison.add([one, other]) }
    return try comparison.report()
  }

  private func errors(_ values: [Double]) -> [RowOutcome] {
    values.map { RowOutcome(means: ["mse": $0]) }
  }

  private func counted(_ rows: [[Int]]) -> [RowOutcome] {
    rows.map { RowOutcome(counts: .init(found: $0[0], predicted: $0[1], expected: $0[2])) }
  }

  private func answers(_ isCorrect: [Bool]) -> [RowOutcome] {
    isCorrect.map {
      RowOutcome(expected: "yes", predicted: $0 ? "yes" : "no", confidence: nil)
    }
  }

  @Test func mcNemarsTestIsTheBinomialTestOfScipy() throws {
    let expected = try Self.expected.get()
    for (pair, value) in zip(Self.input.pairs, expected.mcNemar) {
      let rows = max(1, pair[0] + pair[1])
      let second = (0..<rows).map { $0 < pair[0] || pair[0] + pair[1] == 0 }
      let first = pair[0] + pair[1] == 0 ? second : second.map { !$0 }
      let report = try compare(
        answers(first), answers(second), .init(scores: ["accuracy"], resamples: 10))
      let found = try #require(report.differences.first)
      #expect(found.test == .mcNemar)
      #expect(found.wins == pair[0] && found.losses == pair[1])
      // The terms' logarithms add up thousands of roundings.
      #expect(abs(found.pValue - value) <= 1e-10 * max(value, 1e-3), "\(pair)")
    }
  }

  @Test func permutationAndBootstrapAgreeWithScipyWithinTheSamplingError() throws {
    let expected = try Self.expected.get()
    let found = try #require(
      compare(errors(Self.input.first), errors(Self.input.second), .init(scores: ["mse"]))
        .differences.first)
    #expect(found.test == .permutation)
    // Four standard errors of the two shares, of 10,000 and of 20,000 draws.
    let error = (expected.permutation * (1 - expected.permutation) * (1e-4 + 5e-5)).squareRoot()
    #expect(abs(found.pValue - expected.permutation) < 4 * error + 2e-4)
    try expectClose(found.interval, expected.interval)
  }

  @Test func everyExchangeIsTriedWhereThereAreFew() throws {
    let expected = try Self.expected.get()
    let means = try #require(
      compare(errors(Self.input.tinyFirst), errors(Self.input.tinySecond)).differences.first)
    #expect(means.test == .exactPermutation)
    #expect(abs(means.pValue - expected.exactPermutation) < 1e-12)
    let counts = try compare(
      counted(Array(Self.input.firstCounts.prefix(8))),
      counted(Array(Self.input.secondCounts.prefix(8))), .init(scores: ["f1"]))
    #expect(abs((counts.differences.first?.pValue ?? .nan) - expected.exactF1) < 1e-12)
  }

  @Test func intervalOfAnF1FromCountsIsTheBootstraps() throws {
    let report = try compare(
      counted(Self.input.firstCounts), counted(Self.input.secondCounts), .init(scores: ["f1"]))
    try expectClose(report.differences.first?.interval, Self.expected.get().intervalF1)
  }

  private func expectClose(_ interval: ConfidenceInterval?, _ ends: [Double]) throws {
    let interval = try #require(interval)
    // The end of an interval of width w has a standard error of about w / √resamples each side.
    let tolerance = (ends[1] - ends[0]) * 0.12
    #expect(abs(interval.lower - ends[0]) < tolerance, "\(interval) and \(ends)")
    #expect(abs(interval.upper - ends[1]) < tolerance, "\(interval) and \(ends)")
  }

  @Test func pValuesOfSeveralRunsAreCorrectedByHolm() throws {
    var comparison = try PairedComparison(
      names: ["A", "B", "C", "D"], settings: .init(scores: ["accuracy"], resamples: 50))
    for row in 0..<200 {
      let correct = [row < 100, row < 115, row < 110, row < 101]
      try comparison.add(answers(correct))
    }
    let report = try comparison.report()
    let plain = report.differences.map(\.pValue)
    let adjusted = report.differences.map(\.adjustedPValue)
    let expected = [0x1p-14, 0x1p-9, 1]
    for (place, factor) in [3.0, 2, 1].enumerated() {
      // The terms are powers of two but for the rounding of logarithms.
      #expect(abs(plain[place] / expected[place] - 1) < 1e-12)
      #expect(abs(adjusted[place] / (expected[place] * factor) - 1) < 1e-12)
    }
    #expect(report.differences.map(\.verdict) == [.better, .better, .noise])
    #expect(report.notes.contains { $0.contains("Holm") })
  }

  @Test func holmsCorrectionIsTheStepDownOne() throws {
    // The share of wins is chosen so that p-values come in no order.
    var comparison = try PairedComparison(
      names: ["A", "B", "C", "D"], settings: .init(scores: ["accuracy"], resamples: 5))
    for row in 0..<60 { try comparison.add(answers([row < 30, row < 34, row < 41, row < 36])) }
    let report = try comparison.report()
    let plain = report.differences.map(\.pValue)
    let expected = [plain[0], 3 * plain[1], max(3 * plain[1], 2 * plain[2])]
    #expect(report.differences.map(\.adjustedPValue) == expected.map { min(1, $0) })
  }

  @Test func macroScoresOfClassesAreCompared() throws {
    var numbers = TestNumbers(seed: 4)
    var comparison = try PairedComparison(names: ["A", "B"], settings: .init(permutations: 500))
    var sums = [OutcomeSums(), OutcomeSums()]
    for _ in 0..<90 {
      let truth = "c\(numbers.next(below: 3))"
      let outcomes = (0..<2).map { _ in
        RowOutcome(expected: truth, predicted: "c\(numbers.next(below: 3))", confidence: nil)
      }
      try comparison.add(outcomes)
      for run in 0..<2 { sums[run].add(outcomes[run]) }
    }
    let report = try comparison.report()
    let difference = try #require(report.differences.first { $0.score == "f1_macro" })
    let expected = (sums[1].scores["f1_macro"] ?? 0) - (sums[0].scores["f1_macro"] ?? 0)
    #expect(abs(difference.difference - expected) < 1e-12)
    #expect(difference.test == .permutation)
    #expect(difference.interval.map { $0.lower <= expected && expected <= $0.upper } == true)
  }

  @Test func verdictsAreSentences() throws {
    let second = (0..<400).map { $0 % 10 != 0 }
    let first = (0..<400).map { $0 % 10 != 0 && $0 % 7 != 0 }
    let report = try compare(answers(first), answers(second), .init(scores: ["accuracy"]))
    let sentence = try #require(report.differences.first?.sentence)
    #expect(sentence.hasPrefix("B is better than A by 13.0 points of accuracy ("))
    #expect(sentence.hasSuffix("; p below 0.0001"))
    let same = try compare(answers(first), answers(first), .init(scores: ["accuracy"]))
    #expect(
      same.differences.first?.sentence
        == "B and A: the difference of 0.0 points of accuracy (0.0 to 0.0) is within noise; p = 1.00"
    )
    let losses = try compare(
      (0..<100).map { RowOutcome(loss: Double($0) / 100) },
      (0..<100).map { RowOutcome(loss: Double($0) / 100 + 0.25) })
    #expect(losses.differences.first?.verdict == .worse)
    #expect(
      losses.differences.first?.sentence.hasPrefix("B is worse than A by 0.2500 in loss (") == true)
    #expect(losses.text.contains("B is worse than A"))
    #expect(losses.markdown.contains("| loss | B | +0.2500 |"))
  }

  @Test func theSameSeedGivesTheSameReport() throws {
    let one = try compare(errors(Self.input.first), errors(Self.input.second))
    let other = try compare(errors(Self.input.first), errors(Self.input.second))
    #expect(one == other)
    #expect(try JSONDecoder().decode(ComparisonReport.self, from: one.json()) == one)
  }
}
