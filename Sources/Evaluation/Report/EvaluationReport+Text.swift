extension EvaluationReport {
  /// The report for a screen: the classification report and confusion matrix as scikit-learn's
  /// users know them, then the scores with their intervals, then the notes.
  public var text: String { text(digits: 2) }

  /// The report for a screen, with so many digits in the classification report.
  public func text(digits: Int) -> String {
    var parts: [String] = []
    if !classes.isEmpty { parts.append(classificationText(digits: digits)) }
    if let confusion {
      let title =
        confusion.labels.count > ConfusionMatrix.mostShown
        ? "Most frequent mistakes" : "Confusion matrix"
      parts.append("\(title)\n\(confusion.text)")
    }
    parts.append(scoresText)
    parts += sectionTexts
    if !notes.isEmpty {
      parts.append("Notes\n" + notes.map { "- \($0)\n" }.joined())
    }
    return parts.joined(separator: "\n")
  }

  /// scikit-learn's classification report.
  public func classificationText(digits: Int = 2) -> String {
    ClassificationTable(report: self, digits: digits).text
  }

  /// The names of the scores: what is asked for most comes first.
  var orderedScores: [String] {
    ReportOrder.ordered(Array(scores.keys), kind)
  }

  /// What heads the intervals: "95% interval".
  var intervalTitle: String {
    let percent = (bootstrap?.confidence ?? 0.95) * 100
    let text = percent == percent.rounded() ? percent.fixed(0) : percent.fixed(1)
    return "\(text)% interval"
  }

  private var scoresText: String {
    let width = scores.keys.map(\.count).max() ?? 0
    let values = orderedScores.map { Self.shown(scores[$0]) }
    let valueWidth = values.map(\.count).max() ?? 0
    var lines = [countedRows]
    if bootstrap != nil, !intervals.isEmpty { lines[0] += ", in brackets the \(intervalTitle)" }
    for (name, value) in zip(orderedScores, values) {
      var line = name.leftAligned(width) + "  " + value.rightAligned(valueWidth)
      if let interval = intervals[name] {
        line += "  [\(Self.shown(interval.lower)), \(Self.shown(interval.upper))]"
      }
      lines.append(line)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func shown(_ value: Double?) -> String {
    guard let value else { return "" }
    // Errors of large targets would fill the screen with digits that mean nothing.
    return abs(value) >= 1000 ? value.fixed(1) : value.fixed(4)
  }
}
