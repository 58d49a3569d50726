extension SliceTable {
  /// What the marks mean.
  static let legend =
    "▲ ▼ the 95% interval of the slice lies above or below the score of all rows; about one slice in"
    + " twenty does so by chance. Slices of fewer than \(smallRows) rows are small: they get no mark."

  /// The table in straight columns for a screen.
  public var text: String {
    let names = shownScores
    let all = [whole] + slices
    let titles = all.map { title($0).shortened(toWidth: 40) }
    let nameWidth = titles.map(\.displayWidth).max() ?? 0
    let widths = names.map { max($0.displayWidth, 8) + 2 }
    let rowsWidth = max(4, "\(whole.rows)".count)
    var lines = [
      String(repeating: " ", count: nameWidth) + "  " + "rows".rightAligned(rowsWidth)
        + zip(names, widths).map { "  " + $0.rightAligned($1 - 2) + "  " }.joined()
    ]
    for (slice, title) in zip(all, titles) {
      let cells = zip(names, widths).map { name, width in
        "  " + EvaluationReport.shown(slice.scores[name]).rightAligned(width - 2)
          + (slice.mark(name).map { " \($0)" } ?? "  ")
      }
      let line =
        title.leftAligned(nameWidth) + "  " + "\(slice.rows)".rightAligned(rowsWidth)
        + cells.joined()
      lines.append(line.withoutTrailingSpaces)
    }
    let remarks = ([slices.contains { !$0.marked.isEmpty } ? Self.legend : nil] + notes)
      .compactMap { $0 }
    return (["By \(name)"] + lines + remarks).joined(separator: "\n") + "\n"
  }

  /// The table as Markdown.
  public var markdown: String {
    let names = shownScores
    var lines = [
      "| slice | rows | \(names.map(\.inMarkdown).joined(separator: " | ")) |",
      "|:--|--:|" + String(repeating: "--:|", count: names.count),
    ]
    for slice in [whole] + slices {
      let cells = names.map { name in
        EvaluationReport.shown(slice.scores[name]) + (slice.mark(name).map { " \($0)" } ?? "")
      }
      lines.append(
        "| \(title(slice).inMarkdown) | \(slice.rows) | \(cells.joined(separator: " | ")) |")
    }
    var text = lines.joined(separator: "\n") + "\n"
    if slices.contains(where: { !$0.marked.isEmpty }) { text += "\n\(Self.legend)\n" }
    for note in notes { text += "\n\(note.inMarkdown)\n" }
    return text
  }

  private func title(_ slice: Slice) -> String {
    slice.isSmall && slice != whole ? "\(slice.name) (small)" : slice.name
  }
}

extension SliceTable.Slice {
  /// ▲ or ▼ where the slice's interval excludes the score of all rows.
  func mark(_ score: String) -> String? {
    guard marked.contains(score) else { return nil }
    return (differences[score] ?? 0) > 0 ? "▲" : "▼"
  }
}

extension String {
  fileprivate var withoutTrailingSpaces: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
