extension ComparisonReport {
  /// The comparison for a screen: the scores, then a verdict for each difference.
  public var text: String {
    var parts = ["\(rows) rows\n" + scoresText]
    for name in names {
      let lines = differences.filter { $0.score == name }.map { "\($0.sentence)\n" }
      parts.append("\(name)\n" + lines.map { "  \($0)" }.joined())
    }
    if !notes.isEmpty { parts.append("Notes\n" + notes.map { "- \($0)\n" }.joined()) }
    return parts.joined(separator: "\n")
  }

  /// The comparison as a Markdown document.
  public var markdown: String {
    var parts = ["# Comparison\n\n\(rows) rows.\n"]
    var lines = [
      "| run | \(names.map(\.inMarkdown).joined(separator: " | ")) |",
      "|:--|" + String(repeating: "--:|", count: names.count),
    ]
    for run in runs {
      let cells = names.map { EvaluationReport.shown(run.scores[$0]) }
      lines.append("| \(run.name.inMarkdown) | \(cells.joined(separator: " | ")) |")
    }
    parts.append("## Scores\n\n" + lines.joined(separator: "\n") + "\n")
    parts.append("## Differences\n\n" + differencesMarkdown)
    if !notes.isEmpty {
      parts.append("## Notes\n\n" + notes.map { "- \($0.inMarkdown)\n" }.joined())
    }
    return parts.joined(separator: "\n")
  }

  /// "95% interval".
  var intervalTitle: String {
    let percent = settings.confidence * 100
    return percent == percent.rounded()
      ? "\(percent.fixed(0))% interval" : "\(percent.fixed(1))% interval"
  }

  private var differencesMarkdown: String {
    var lines = [
      "| score | run | difference | \(intervalTitle) | p | test | verdict |",
      "|:--|:--|--:|:--|--:|:--|:--|",
    ]
    for found in differences {
      let interval = found.interval.map { "\($0.lower.signed(4)) to \($0.upper.signed(4))" }
      let cells = [
        found.score.inMarkdown, found.run.inMarkdown, found.difference.signed(4),
        interval ?? "–", Difference.shown(probability: found.adjustedPValue), found.test.words,
        found.verdict == .noise ? "within noise" : found.verdict.rawValue,
      ]
      lines.append("| \(cells.joined(separator: " | ")) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var scoresText: String {
    let nameWidth = runs.map(\.name.displayWidth).max() ?? 0
    let widths = names.map { max($0.displayWidth, 8) }
    var lines = [
      String(repeating: " ", count: nameWidth)
        + zip(names, widths).map { "  " + $0.rightAligned($1) }.joined()
    ]
    for run in runs {
      let cells = zip(names, widths).map {
        "  " + EvaluationReport.shown(run.scores[$0]).rightAligned($1)
      }
      lines.append(run.name.leftAligned(nameWidth) + cells.joined())
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Double {
  /// The number with its sign.
  func signed(_ digits: Int) -> String {
    let text = abs(self).fixed(digits)
    if text.allSatisfy({ "0.".contains($0) }) { return text }
    return (self < 0 ? "−" : "+") + text
  }
}
