import Evaluation
import Foundation
import TestSupport
import Testing

struct PageTests {
  private struct Found: Decodable {
    let faults: [String]
    let text: String
    let sections: [String]
  }

  private static let everySection = [
    "facts", "scores", "errors", "classes", "confusion", "calibration", "curves", "lengths",
    "slices", "hardest", "notes",
  ]

  private func examine(_ pages: [String]) throws -> [Found] {
    try PythonOracle("evaluation_page").run(pages)
  }

  @Test func pagesAreWellFormedAndLoadNothing() throws {
    let full = try PageSamples.full()
    let facts = [(name: "model \"<b>\"", value: "a & b")]
    var pages = [EvaluationPage(full, title: "</title><script>", facts: facts).html]
    for count in [2, 12, 17, 61, 150] {
      let labels = (0..<count).map { "class <\($0)> 'x' \"y\"" }
      pages.append(EvaluationPage(try PageSamples.report(labels: labels, rows: 3 * count)).html)
    }
    for runs in [["A", "<B>"], ["A", "'B'", "\"C\" &", "长"]] {
      pages.append(ComparisonPage(try PageSamples.comparison(runs: runs), facts: facts).html)
    }
    for (number, found) in try examine(pages).enumerated() {
      #expect(found.faults == [], "page \(number)")
    }
  }

  @Test func textsOfTheDataAreShownAsTheyAre() throws {
    let page = EvaluationPage(
      try PageSamples.full(), title: "<i>Title</i> & \"more\"",
      facts: [(name: "data", value: "a\u{0}b\u{1B}<c>.csv")])
    let found = try #require(try examine([page.html]).first)
    for label in PageSamples.hardLabels.dropLast() { #expect(found.text.contains(label)) }
    #expect(found.text.contains("<i>Title</i> & \"more\""))
    #expect(found.text.contains("a\u{FFFD}b\u{FFFD}<c>.csv"))
    #expect(!page.html.contains("<script"))
    #expect(page.html.contains("<bdi>مرحبا بالعالم</bdi>"))
  }

  @Test func numbersOfTheReportAreThere() throws {
    let report = try PageSamples.full()
    let found = try #require(try examine([EvaluationPage(report).html]).first)
    #expect(found.sections == Self.everySection.filter { $0 != "facts" })
    for (name, score) in report.scores {
      #expect(found.text.contains(name))
      #expect(found.text.contains(score.fourDigits))
    }
    for interval in report.intervals.values {
      #expect(found.text.contains("\(interval.lower.fourDigits) to \(interval.upper.fourDigits)"))
    }
    for row in report.classes { #expect(found.text.contains((row.f1 ?? 0).fourDigits)) }
    for row in report.hardest ?? [] {
      #expect(found.text.contains("loss \(row.loss.fourDigits)"))
      #expect(found.text.contains("\(row.file ?? ""):\(row.line ?? 0)"))
    }
    let calibration = try #require(report.calibration)
    #expect(found.text.contains(calibration.expectedError.fourDigits))
    #expect(found.text.contains("cut at 80"))
    #expect(found.text.contains("wrong boundary"))
    for note in report.notes { #expect(found.text.contains(note)) }
  }

  @Test func sectionsThatAreMissingAreLeftOut() throws {
    var regression = RegressionEvaluation()
    try regression.update(predictions: [1.0, 2], references: [1, 3])
    let bare = try regression.report(bootstrap: nil)
    var empty = bare
    empty.slices = []
    empty.hardest = []
    empty.curves = [Curve(name: "loss", series: "train", points: [(1, .nan)])]
    empty.errors = ErrorBreakdown(unit: "answers", total: 0, kinds: [])
    empty.lengths = LengthSlices().histogram()
    empty.notes = []
    let pages = try examine([EvaluationPage(bare).html, EvaluationPage(empty).html])
    #expect(pages.map(\.faults) == [[], []])
    #expect(pages[1].sections == ["scores"])
    #expect(!empty.markdown.contains("## Mistakes"))
    #expect(empty.text == bare.text.components(separatedBy: "\nNotes\n")[0])
  }

  @Test func aSingleRowAndFlatCurvesAreDrawn() throws {
    var report = try PageSamples.report(labels: ["a", "b"], rows: 1)
    report.curves = [
      Curve(name: "loss", series: "train", points: [(7, 0)]),
      Curve(name: "f1", series: "validation", points: [(1, 0.5), (2, 0.5)]),
      Curve(name: "perplexity", series: "train", points: [(1, 3e7), (90_000, 1e-7)]),
    ]
    let found = try #require(try examine([EvaluationPage(report).html]).first)
    #expect(found.faults == [])
    #expect(found.text.contains("1 row, binary"))
  }

  @Test func manyClassesShowTheMistakesAndTheWorstFirst() throws {
    let report = try PageSamples.report(labels: (0..<150).map { "class \($0)" }, rows: 900)
    let found = try #require(try examine([EvaluationPage(report).html]).first)
    #expect(found.text.contains("Most frequent mistakes"))
    #expect(found.text.contains("Lowest F1 first."))
    let mistake = try #require(report.confusion?.mistakes(most: 1).first)
    #expect(found.text.contains("\(mistake.truth) → \(mistake.predicted): \(mistake.count) ("))
  }

  @Test func comparisonPageHoldsVerdictsAndTests() throws {
    let report = try PageSamples.comparison(runs: ["base", "larger", "third"])
    let found = try #require(try examine([ComparisonPage(report).html]).first)
    #expect(found.sections == ["verdicts", "scores", "plot", "differences", "notes"])
    for difference in report.differences {
      #expect(found.text.contains(difference.sentence))
    }
    #expect(report.names == ["accuracy", "f1", "f1_macro", "loss"])
    let losses = try PairedComparison.Settings(scores: ["loss"]).compared([1, 2], [2, 4])
    let plain = try #require(try examine([ComparisonPage(losses).html]).first)
    #expect(!plain.sections.contains("plot"))
    #expect(plain.faults == [])
  }
}

struct ReportSectionsTests {
  @Test func sectionsAreInTextAndMarkdown() throws {
    let report = try PageSamples.full()
    for heading in ["Mistakes among 400 entities", "By length in tokens", "By label", "By topic"] {
      #expect(report.text.contains("\n\(heading)\n"))
    }
    for heading in ["Calibration", "Lengths", "Rows of highest loss", "By topic", "Mistakes"] {
      #expect(report.markdown.contains("\n## \(heading)\n"))
    }
    #expect(report.markdown.contains("| wrong boundary | 31 | 7.8% | The right type,"))
    #expect(report.markdown.contains("\\<script\\>alert(1)\\</script\\>"))
    #expect(report.text.contains("data/test.csv:"))
  }

  @Test func sectionsAreReadBackAndOldReportsStillAre() throws {
    let report = try PageSamples.full()
    #expect(try EvaluationReport(json: report.json()) == report)
    let old = #"{"kind":"regression","rows":1,"scores":{"mse":1},"intervals":{},"classes":[],"#
    let read = try EvaluationReport(json: Data((old + #""averages":[],"notes":[]}"#).utf8))
    #expect(read.slices == nil && read.calibration == nil && read.scores == ["mse": 1])
  }

  @Test func analysisLeavesOutWhatNoRowHas() throws {
    var evaluation = RegressionEvaluation()
    try evaluation.update(predictions: [1.0, 2], references: [1, 3])
    var report = try evaluation.report(bootstrap: nil)
    let before = report
    var analysis = OutcomeAnalysis()
    analysis.describe(&report)
    #expect(report == before)
    try analysis.add(RowOutcome(means: ["mse": 1]), text: "one")
    analysis.describe(&report)
    #expect(report == before)
    #expect(analysis.scores == ["mse": 1, "rmse": 1])
  }
}

extension Double {
  /// The number as reports show it.
  fileprivate var fourDigits: String { String(format: "%.4f", self) }
}

extension PairedComparison.Settings {
  /// The comparison of two runs' losses.
  fileprivate func compared(_ first: [Double], _ second: [Double]) throws -> ComparisonReport {
    var comparison = try PairedComparison(names: ["A", "B"], settings: self)
    for (one, other) in zip(first, second) {
      try comparison.add([RowOutcome(loss: one), RowOutcome(loss: other)])
    }
    return try comparison.report()
  }
}
