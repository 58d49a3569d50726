/// A comparison of runs as one page of HTML that needs nothing else.
public struct ComparisonPage: Sendable {
  /// The most differences that are drawn.
  private static let mostDrawn = 40

  /// What is shown.
  public let report: ComparisonReport
  /// The heading.
  public let title: String
  /// What is told below it: data, date.
  public let facts: [(name: String, value: String)]

  /// Makes a page.
  ///
  /// - Parameters:
  ///   - report: What is shown.
  ///   - title: The heading.
  ///   - facts: What is told below it: data, date.
  public init(
    _ report: ComparisonReport, title: String = "Comparison",
    facts: [(name: String, value: String)] = []
  ) {
    self.report = report
    self.title = title
    self.facts = facts
  }

  /// The page.
  public var html: String {
    var content = facts.isEmpty ? "" : "<section id=\"facts\">\n\(HTML.facts(facts))</section>\n"
    content += HTML.section("verdicts", "Verdict", verdicts)
    content += HTML.section("scores", "Scores", scores)
    let drawn = report.differences.filter(\.isInPoints).prefix(Self.mostDrawn)
    let plot = DifferencePlot(report: report, drawn: Array(drawn)).html
    if !drawn.isEmpty { content += HTML.section("plot", "Differences", plot) }
    content += HTML.section("differences", "Tests", tests)
    if !report.notes.isEmpty {
      content += HTML.section("notes", "Notes", HTML.list(report.notes))
    }
    let rows = "\(report.runs.count) runs on \(report.rows) \(report.rows == 1 ? "row" : "rows")"
    return HTML.page(title: title, subtitle: rows, content: content)
  }

  /// The sentences of the score that is asked for first, the others behind a fold.
  private var verdicts: String {
    func list(_ differences: [ComparisonReport.Difference]) -> String {
      let items = differences.map {
        "<li class=\"\($0.verdict.rawValue)\">\(HTML.isolated($0.sentence))</li>\n"
      }
      return "<ul class=\"verdicts\">\n\(items.joined())</ul>\n"
    }
    let first = report.differences.filter { $0.score == report.names.first }
    let others = report.differences.filter { $0.score != report.names.first }
    guard !others.isEmpty else { return list(first) }
    return list(first)
      + "<details>\n<summary>The other scores</summary>\n\(list(others))</details>\n"
  }

  private var scores: String {
    HTML.table(
      "Scores",
      columns: [(title: "run", isNumber: false)]
        + report.names.map { (title: $0, isNumber: true) },
      rows: report.runs.map { run in
        [HTML.isolated(run.name)]
          + report.names.map { EvaluationReport.shown(run.scores[$0]) }
      })
  }

  private var tests: String {
    let columns = [
      ("score", false), ("run", false), ("difference", true), (report.intervalTitle, true),
      ("p", true), ("test", false), ("verdict", false),
    ]
    let rows = report.differences.map { found in
      let interval = found.interval.map { "\($0.lower.signed(4)) to \($0.upper.signed(4))" }
      let counts = found.wins.flatMap { wins in
        found.losses.map { "<span class=\"difference\">\(wins) won, \($0) lost</span>" }
      }
      return [
        HTML.term(found.score),
        "<span class=\"words\">\(HTML.isolated(found.run))</span>", found.difference.signed(4),
        interval ?? "–",
        HTML.escaped(ComparisonReport.Difference.shown(probability: found.adjustedPValue)),
        found.test.words + (counts ?? ""),
        found.verdict == .noise ? "within noise" : found.verdict.rawValue,
      ]
    }
    let first = HTML.isolated(report.runs.first?.name ?? "")
    return "<p class=\"quiet\">Differences from \(first).</p>\n"
      + HTML.table(
        "Tests", columns: columns.map { (title: $0.0, isNumber: $0.1) }, rows: rows,
        isTall: rows.count > 24)
  }
}
