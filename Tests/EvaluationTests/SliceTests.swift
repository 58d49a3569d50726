import Evaluation
import Foundation
import Testing

struct SliceTests {
  private func row(_ isCorrect: Bool, _ label: String = "a", loss: Double = 1) -> RowOutcome {
    RowOutcome(
      loss: loss, expected: label, predicted: isCorrect ? label : "no", confidence: 0.5)
  }

  @Test func lengthsFallIntoPartsOfAboutEqualSize() {
    var lengths = LengthSlices(unit: "characters", parts: 4)
    for length in 1...40 { lengths.add(row(length <= 20), length: length) }
    let table = lengths.table
    #expect(table.name == "length in characters")
    #expect(table.slices.map(\.name) == ["1–10", "11–20", "21–30", "31–40"])
    #expect(table.slices.map(\.rows) == [10, 10, 10, 10])
    #expect(table.slices.map { $0.scores["accuracy"] } == [1, 1, 0, 0])
    #expect(table.slices[0].differences["accuracy"] == 0.5)
    #expect(table.whole.rows == 40)
  }

  @Test func oneLengthIsOnePart() {
    var lengths = LengthSlices()
    for _ in 0..<9 { lengths.add(row(true), length: 7) }
    #expect(lengths.table.slices.map(\.name) == ["7"])
    #expect(LengthSlices().table.slices.isEmpty)
    #expect(LengthSlices().histogram().bins.isEmpty)
  }

  @Test func histogramHoldsEveryRowAndTheLongTailInItsLastBin() {
    var lengths = LengthSlices()
    for length in 0..<1000 { lengths.add(row(true), length: 10 + length % 100, limit: 100) }
    lengths.add(row(true), length: 1_000_000, limit: 100)
    let histogram = lengths.histogram(bins: 10)
    #expect(histogram.bins.count == 10)
    #expect(histogram.bins.reduce(0) { $0 + $1.rows } == 1001)
    #expect(histogram.bins[0].lower == 10 && histogram.bins[0].upper == 19)
    #expect(histogram.bins[0].rows == 100)
    #expect(histogram.bins[9].upper == 1_000_000)
    #expect(histogram.median == 60)
    #expect(histogram.longest == 1_000_000)
    #expect(histogram.truncated == 91)
    #expect(histogram.limit == 100)
  }

  @Test func rowsWithoutScoresOfTheirOwnHaveNoSlices() throws {
    var scored = OutcomeAnalysis()
    var bare = OutcomeAnalysis()
    for length in 1...40 {
      try scored.add(row(length <= 20), text: "a", length: length)
      try bare.add(RowOutcome(predicted: "0.5"), text: "a", length: length)
    }
    var evaluation = try TokenEvaluation(tags: ["O", "A"])
    try evaluation.update(expected: ["O"], predicted: ["A"])
    var report = try evaluation.report()
    scored.describe(&report)
    #expect(report.slices?.contains { $0.name.hasPrefix("length") } == true)
    bare.describe(&report)
    #expect(report.slices == nil)
    #expect(report.lengths?.rows == 40)
  }

  @Test func onlySlicesWhoseIntervalExcludesTheWholeAreMarked() {
    var slices = ValueSlices(column: "topic")
    for number in 0..<200 { slices.add(row(number % 10 != 0), value: "good") }
    for number in 0..<60 { slices.add(row(number % 2 == 0), value: "bad") }
    for _ in 0..<5 { slices.add(row(false), value: "tiny") }
    let table = slices.table
    #expect(table.slices.map(\.name) == ["good", "bad", "tiny"])
    #expect(table.slices.map(\.isSmall) == [false, false, true])
    #expect(table.slices[0].marked.contains("accuracy"))
    #expect(table.slices[1].marked.contains("accuracy"))
    #expect(table.slices[2].marked.isEmpty)
  }

  @Test func intervalOfAShareIsWilsons() throws {
    var slices = ValueSlices(column: "topic")
    for number in 0..<50 { slices.add(row(number < 45), value: "x") }
    let interval = try #require(slices.table.slices[0].intervals["accuracy"])
    // Wilson's interval of 45 of 50 as tables give it.
    #expect(abs(interval.lower - 0.786_397) < 1e-5)
    #expect(abs(interval.upper - 0.956_524) < 1e-5)
  }

  @Test func intervalOfAnF1HoldsTheBootstraps() throws {
    var numbers = TestNumbers(seed: 3)
    var slices = ValueSlices(column: "topic")
    var rows: [MatchCounts] = []
    for _ in 0..<200 {
      let expected = numbers.next(below: 4)
      let found = expected == 0 ? 0 : numbers.next(below: expected + 1)
      let predicted = found + numbers.next(below: 2)
      rows.append(.init(found: found, predicted: predicted, expected: expected))
    }
    for counts in rows { slices.add(RowOutcome(counts: counts), value: "x") }
    let interval = try #require(slices.table.slices[0].intervals["f1"])
    let drawn = (0..<2000).map { _ in
      var sums = OutcomeSums()
      for _ in rows { sums.add(RowOutcome(counts: rows[numbers.next(below: rows.count)])) }
      return sums.scores["f1"] ?? 0
    }.sorted()
    // A tenth of the width is three standard errors of a bootstrapped end.
    let tolerance = (drawn[1949] - drawn[50]) * 0.1
    #expect(abs(interval.lower - drawn[50]) < tolerance)
    #expect(abs(interval.upper - drawn[1949]) < tolerance)
  }

  @Test func rareValuesAreTakenTogether() {
    var slices = ValueSlices(column: "user", most: 2)
    for number in 0..<3000 { slices.add(row(true), value: "u\(number % 1500)") }
    for _ in 0..<10 { slices.add(row(false), value: "u1") }
    let table = slices.table
    #expect(table.slices.map(\.name) == ["u1", "u0", "other"])
    #expect(table.slices.map(\.rows) == [12, 2, 2996])
    #expect(table.notes.count == 1)
    #expect(table.whole.rows == 3010)
  }

  @Test func slicesByLabelTellNoPrecision() {
    var slices = ValueSlices.byLabel()
    slices.add(row(true, "a"))
    slices.add(row(true, "a"))
    slices.add(row(false, "b"))
    slices.add(RowOutcome(loss: 1))
    let table = slices.table
    #expect(table.slices.map(\.name) == ["a", "b"])
    #expect(table.slices[0].scores == ["accuracy": 1, "loss": 1])
    #expect(table.slices[1].scores == ["accuracy": 0, "loss": 1])
    #expect(table.shownScores == ["accuracy", "loss"])
  }

  @Test func hardestRowsAreThoseOfHighestLossWhateverTheOrder() {
    var numbers = TestNumbers(seed: 9)
    let losses = (0..<500).map { _ in (numbers.next() * 50).rounded() }
    var hardest = HardestRows(most: 10)
    for (line, loss) in losses.enumerated() {
      hardest.add(row(false, loss: loss), text: "text \(line)", file: "test.csv", line: line + 1)
    }
    let expected = losses.enumerated().sorted {
      ($1.element, $0.offset) < ($0.element, $1.offset)
    }
    #expect(hardest.rows.map(\.line) == expected.prefix(10).map { $0.offset + 1 })
    #expect(hardest.rows.first?.text == "text \(expected[0].offset)")
  }

  @Test func hardestRowsHoldAnExcerptAndNoInfinity() throws {
    var hardest = HardestRows(most: 2, excerpt: 5)
    hardest.add(row(false, loss: .infinity), text: "one\ntwo three")
    hardest.add(row(false, loss: .nan), text: "left out")
    hardest.add(RowOutcome(), text: "left out")
    #expect(hardest.rows.map(\.text) == ["one t…"])
    #expect(throws: Never.self) { try JSONEncoder().encode(hardest.rows) }
  }
}
