/// An evaluation as one page of HTML that needs nothing else: no network, no script, no image.
///
/// ```swift
/// let page = EvaluationPage(report, title: "Reviews", facts: [("model", "all-MiniLM-L6-v2")])
/// try AtomicFile.write(page.html, to: folder.appending(path: "evaluation.html"))
/// ```
///
/// It adapts to phone and desktop, light and dark; every text of the data is escaped. Sections
/// that the report does not have are left out.
public struct EvaluationPage: Sendable {
  /// What is shown.
  public let report: EvaluationReport
  /// The heading.
  public let title: String
  /// What is told below it: model, data, date.
  public let facts: [(name: String, value: String)]

  /// Makes a page.
  ///
  /// - Parameters:
  ///   - report: What is shown.
  ///   - title: The heading.
  ///   - facts: What is told below it: model, data, date.
  public init(
    _ report: EvaluationReport, title: String = "Evaluation",
    facts: [(name: String, value: String)] = []
  ) {
    self.report = report
    self.title = title
    self.facts = facts
  }

  /// The page.
  public var html: String {
    var content = facts.isEmpty ? "" : "<section id=\"facts\">\n\(HTML.facts(facts))</section>\n"
    content += HTML.section("scores", "Scores", scores)
    if let errors = report.errors, !errors.kinds.isEmpty {
      content += HTML.section("errors", "Mistakes", mistakes(errors))
    }
    if !report.classes.isEmpty {
      content += HTML.section("classes", report.tableNames.title, classes)
    }
    if let confusion = report.confusion { content += matrix(confusion) }
    content += plots
    if let slices = report.slices?.filter({ !$0.slices.isEmpty }), !slices.isEmpty {
      content += HTML.section("slices", "Slices", SlicesSection(tables: slices).html)
    }
    if let hardest = report.hardest, !hardest.isEmpty {
      content += HTML.section("hardest", "Rows of highest loss", hardestRows(hardest))
    }
    if !report.notes.isEmpty {
      content += HTML.section("notes", "Notes", HTML.list(report.notes))
    }
    return HTML.page(
      title: title, subtitle: "\(report.countedRows), \(report.kind.rawValue)", content: content)
  }

  private var scores: String {
    let asked = ScoreOrder.distinct(report.headlineScores, in: [report.scores])
    let headline = asked.prefix(4).map { name in
      let interval = report.intervals[name].map {
        "<small>\(EvaluationReport.shown($0.lower)) to \(EvaluationReport.shown($0.upper))</small>"
      }
      return "<div><dt>\(HTML.escaped(name))</dt>"
        + "<dd>\(EvaluationReport.shown(report.scores[name]))\(interval ?? "")</dd></div>\n"
    }
    let withIntervals = !report.intervals.isEmpty
    let rows = report.orderedScores.map { name in
      let value = report.scores[name] ?? 0
      let cells = [HTML.term(name), EvaluationReport.shown(value)]
      guard withIntervals else { return cells }
      guard let interval = report.intervals[name] else { return cells + ["–", ""] }
      let isShare = interval.lower >= 0 && interval.upper <= 1
      return cells + [
        "\(EvaluationReport.shown(interval.lower)) to \(EvaluationReport.shown(interval.upper))",
        isShare ? Plots.range(value, interval) : "",
      ]
    }
    var columns = [(title: "score", isNumber: false), (title: "value", isNumber: true)]
    if withIntervals {
      columns.append((title: report.intervalTitle, isNumber: true))
      columns.append((title: "0 to 1", isNumber: false))
    }
    return (headline.isEmpty ? "" : "<dl class=\"headline\">\n\(headline.joined())</dl>\n")
      + HTML.table("Scores", columns: columns, rows: rows)
  }

  private func mistakes(_ errors: ErrorBreakdown) -> String {
    let rows = errors.kinds.map { kind in
      let examples = (kind.examples ?? []).map { HTML.isolated($0) }.joined(separator: "; ")
      let meaning = kind.meaning.map { HTML.isolated($0) } ?? ""
      return [
        HTML.isolated(kind.name), "\(kind.count)", errors.share(kind),
        "<span class=\"words\">\(meaning)</span>"
          + (examples.isEmpty ? "" : "<span class=\"difference\">\(examples)</span>"),
      ]
    }
    return "<p class=\"quiet\">Among \(errors.total) \(HTML.escaped(errors.unit)).</p>\n"
      + HTML.table(
        "Mistakes",
        columns: [("kind", false), ("count", true), ("share", true), ("meaning", false)]
          .map { (title: $0.0, isNumber: $0.1) }, rows: rows)
  }

  private var classes: String {
    let isLong = report.classes.count > HeatMap.mostNumbers
    // Among many classes the worst ones are looked for.
    let ordered =
      isLong
      ? report.classes.enumerated().sorted {
        ($0.element.f1 ?? 2, $0.offset) < ($1.element.f1 ?? 2, $1.offset)
      }.map(\.element) : report.classes
    var rows = ordered.map { row in
      [HTML.isolated(row.label)] + [row.precision, row.recall, row.f1].map(Self.score)
        + ["\(row.support)", "\(row.predicted)"]
    }
    rows += report.averages.map { row in
      ["<em>\(HTML.escaped(row.name))</em>"]
        + [row.precision, row.recall, row.f1].map(Self.score) + ["\(row.support)", ""]
    }
    let columns = [
      (report.tableNames.column, false), ("precision", true), ("recall", true), ("F1", true),
      ("true", true), ("predicted", true),
    ]
    return (isLong ? "<p class=\"quiet\">Lowest F1 first.</p>\n" : "")
      + HTML.table(
        report.tableNames.title, columns: columns.map { (title: $0.0, isNumber: $0.1) }, rows: rows,
        isTall: isLong)
  }

  private static func score(_ value: Double?) -> String { value.map { $0.fixed(4) } ?? "–" }

  private func matrix(_ confusion: ConfusionMatrix) -> String {
    var content = HeatMap(confusion).html
    content +=
      "<p class=\"quiet\">Rows are true classes, columns predicted ones. Blue is right, orange"
      + " wrong; the stronger, the larger the share of the true class (of mistakes: the root of"
      + " it).</p>\n"
    let mistakes = confusion.mistakes(most: 20)
    if confusion.labels.count > HeatMap.mostNumbers, !mistakes.isEmpty {
      let columns = [("true", false), ("taken for", false), ("rows", true)]
      content +=
        "<h3>Most frequent mistakes</h3>\n"
        + HTML.table(
          "Most frequent mistakes", columns: columns.map { (title: $0.0, isNumber: $0.1) },
          rows: mistakes.map {
            [HTML.isolated($0.truth), HTML.isolated($0.predicted), "\($0.count)"]
          })
    }
    return HTML.section("confusion", "Confusion matrix", content)
  }

  private var plots: String {
    var content = ""
    if let calibration = report.calibration {
      let drawings =
        HTML.figure(
          Plots.reliability(calibration),
          caption: "Each bar is a range of confidences; its line is the share of right answers."
            + " Orange is the distance of the two: below the dashed line the model is too sure, above it"
            + " not sure enough.")
        + HTML.figure(
          Plots.confidences(calibration), caption: "How many answers have which confidence.")
      let notes = calibration.temperature?.notes ?? []
      content += HTML.section(
        "calibration", "Calibration",
        HTML.facts(calibration.facts) + "<div class=\"plots\">\n\(drawings)</div>\n"
          + (notes.isEmpty ? "" : HTML.list(notes)))
    }
    content += curves
    if let lengths = report.lengths, !lengths.bins.isEmpty {
      content += HTML.section(
        "lengths", "Lengths",
        HTML.figure(Plots.lengths(lengths), caption: HTML.escaped(lengths.sentence)))
    }
    return content
  }

  private var curves: String {
    var names: [String] = []
    for curve in report.curves ?? [] where !curve.steps.isEmpty && !names.contains(curve.name) {
      names.append(curve.name)
    }
    let figures = names.map { name in
      HTML.figure(
        Plots.curves(name, (report.curves ?? []).filter { $0.name == name }))
    }
    guard !figures.isEmpty else { return "" }
    return HTML.section(
      "curves", "Training", "<div class=\"plots\">\n\(figures.joined())</div>\n")
  }

  private func hardestRows(_ rows: [HardRow]) -> String {
    let items = rows.map { row in
      var head = ["<span>loss \(EvaluationReport.shown(row.loss))</span>"]
      if let expected = row.expected {
        head.append("<span>expected <strong>\(HTML.isolated(expected))</strong></span>")
      }
      if let predicted = row.predicted {
        let sure = row.confidence.map { " (\($0.fixed(2)))" } ?? ""
        head.append("<span>predicted <strong>\(HTML.isolated(predicted))</strong>\(sure)</span>")
      }
      if let place = row.place {
        head.append("<span class=\"quiet\">\(HTML.isolated(place))</span>")
      }
      return "<li>\n<div class=\"head\">\(head.joined(separator: "\n"))</div>\n"
        + "<p dir=\"auto\">\(HTML.escaped(row.text))</p>\n</li>\n"
    }
    return "<p class=\"quiet\">Where the data are wrong, it shows here.</p>\n"
      + "<ol class=\"rows\">\n\(items.joined())</ol>\n"
  }
}
