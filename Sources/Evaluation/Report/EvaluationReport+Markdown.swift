extension EvaluationReport {
  /// The report as a Markdown document.
  public var markdown: String {
    "# Evaluation\n\n" + markdownSections(level: 2)
  }

  /// The report's sections, for a document that has a title of its own.
  public func markdownSections(level: Int) -> String {
    let heading = String(repeating: "#", count: level)
    var parts = [
      "\(heading) Scores\n\n\(countedRows).\n\n" + scoresMarkdown(only: orderedScores)
    ]
    if !classes.isEmpty {
      let table = ClassificationTable(report: self, digits: 4).markdown
      parts.append("\(heading) \(tableNames.title)\n\n\(table)")
    }
    if let confusion {
      let title =
        confusion.labels.count > ConfusionMatrix.mostShown
        ? "Most frequent mistakes" : "Confusion matrix"
      parts.append("\(heading) \(title)\n\n\(confusion.markdown)")
    }
    parts += sectionMarkdown(heading)
    if !notes.isEmpty {
      parts.append("\(heading) Notes\n\n" + notes.map { "- \($0.inMarkdown)\n" }.joined())
    }
    return parts.joined(separator: "\n")
  }

  /// The table of scores with their intervals.
  package func scoresMarkdown(only names: [String]) -> String {
    let withIntervals = names.contains { intervals[$0] != nil }
    var lines = [
      withIntervals ? "| score | value | \(intervalTitle) |" : "| score | value |",
      withIntervals ? "|:--|--:|:--|" : "|:--|--:|",
    ]
    for name in names {
      guard let value = scores[name] else { continue }
      var line = "| \(name) | \(Self.shown(value)) |"
      if withIntervals {
        let interval = intervals[name].map { "\(Self.shown($0.lower)) to \(Self.shown($0.upper))" }
        line += " \(interval ?? "–") |"
      }
      lines.append(line)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The scores that a summary shows: those people ask for first.
  package var headlineScores: [String] {
    let wanted = kind.leadingScores + ReportOrder.headlines
    var named: Set<String> = []
    return wanted.filter { scores[$0] != nil && named.insert($0).inserted }
  }
}
