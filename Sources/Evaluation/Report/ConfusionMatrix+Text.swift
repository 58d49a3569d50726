extension ConfusionMatrix {
  /// With more labels the text and Markdown show the most frequent mistakes instead of the matrix.
  static let mostShown = 16
  static let mostMistakes = 20

  /// The matrix in straight columns: a row a true class, a column a predicted one.
  ///
  /// With more than 16 labels it lists the 20 most frequent mistakes instead.
  public var text: String {
    guard labels.count <= Self.mostShown else { return mistakesText }
    let corner = "true \\ predicted"
    let nameWidth = max(corner.displayWidth, labels.map(\.displayWidth).max() ?? 0)
    let widths = labels.indices.map { column in
      max(labels[column].displayWidth, rows.map { "\($0[column])".count }.max() ?? 0)
    }
    var lines = [corner.rightAligned(nameWidth) + Self.cells(labels, widths)]
    for (label, counts) in zip(labels, rows) {
      lines.append(label.rightAligned(nameWidth) + Self.cells(counts.map { "\($0)" }, widths))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The same as a Markdown table.
  public var markdown: String {
    guard labels.count <= Self.mostShown else {
      let lines = mistakes(most: Self.mostMistakes).map {
        "| \($0.truth.inMarkdown) | \($0.predicted.inMarkdown) | \($0.count) |"
      }
      return (["| true | predicted | rows |", "|:--|:--|--:|"] + lines).joined(separator: "\n")
        + "\n"
    }
    var lines = ["| true \\ predicted | \(labels.map(\.inMarkdown).joined(separator: " | ")) |"]
    lines.append("|:--|" + String(repeating: "--:|", count: labels.count))
    for (label, counts) in zip(labels, rows) {
      let cells = counts.map { "\($0)" }.joined(separator: " | ")
      lines.append("| \(label.inMarkdown) | \(cells) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var mistakesText: String {
    let mistakes = mistakes(most: Self.mostMistakes)
    guard !mistakes.isEmpty else { return "no mistakes\n" }
    let countWidth = mistakes.map { "\($0.count)".count }.max() ?? 1
    let truthWidth = mistakes.map(\.truth.displayWidth).max() ?? 0
    let lines = mistakes.map {
      "\($0.count)".rightAligned(countWidth) + "  " + $0.truth.leftAligned(truthWidth)
        + "  taken for  " + $0.predicted
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func cells(_ texts: [String], _ widths: [Int]) -> String {
    zip(texts, widths).map { "  " + $0.rightAligned($1) }.joined()
  }
}
