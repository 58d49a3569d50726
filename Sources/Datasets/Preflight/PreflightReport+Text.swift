extension PreflightReport {
  private static let labelsShown = 20
  private static let barWidth = 30

  /// The report for a screen of 80 columns and more, without colours.
  public var text: String { text(without: []) }

  /// The same without notes that were told before.
  public func text(without told: [String]) -> String {
    var lines = table(
      [["", "rows", "left out", "tokens", "mean", "median", "95%", "longest", "unknown"]]
        + splits.map(summary))
    lines += cutLines()
    lines += labelLines()
    lines += valueLines()
    lines += histogramLines()
    lines += findings()
    if !leftOut.isEmpty {
      let parts = leftOut.map { "\(grouped($0.rows)) \($0.split) (\($0.reason))" }
      lines.append("Left out (see left-out.jsonl): \(parts.joined(separator: ", "))")
    }
    if let memory { lines.append(memory.sentence) }
    lines += notes.filter { !told.contains($0) }.map { "Note: \($0)" }
    lines += warnings.map { "Warning: \($0)" }
    lines += refusals.map { "Stop: \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private func summary(_ split: SplitReport) -> [String] {
    let lengths = split.lengths
    return [
      split.name, grouped(split.rows), grouped(split.leftOut), grouped(lengths.tokens),
      decimal(lengths.mean, places: 1), grouped(lengths.median), grouped(lengths.percentile95),
      grouped(lengths.maximum), percent(split.unknownShare),
    ]
  }

  private func cutLines() -> [String] {
    guard let maximumLength else { return [] }
    let cut = splits.filter { $0.lengths.cutRows > 0 }
    if cut.isEmpty { return ["Cut at \(maximumLength) tokens: nothing"] }
    let parts = cut.map { split in
      "\(rows(split.lengths.cutRows, split.name)) (\(percent(split.lengths.cutRowShare))), "
        + "\(grouped(split.lengths.cutTokens)) tokens (\(percent(split.lengths.cutTokenShare)))"
    }
    return ["Cut at \(maximumLength) tokens: \(parts.joined(separator: "; "))"]
  }

  private func labelLines() -> [String] {
    guard let first = splits.first, !first.labels.isEmpty else { return [] }
    let shown = first.labels.indices.prefix(Self.labelsShown)
    var rows = [["label"] + splits.map(\.name)]
    rows += shown.map { place in
      [first.labels[place].label] + splits.map { grouped($0.labels[place].rows) }
    }
    if splits.contains(where: { $0.rowsWithoutLabel > 0 }) {
      rows.append(["(no label)"] + splits.map { grouped($0.rowsWithoutLabel) })
    }
    let more = first.labels.count - shown.count
    return table(rows) + (more > 0 ? ["  and \(more) more labels"] : [])
  }

  private func valueLines() -> [String] {
    let rows = splits.compactMap { split in
      split.values.map { values in
        [split.name]
          + [values.minimum, values.mean, values.standardDeviation, values.maximum]
          .map { decimal($0, places: 4) }
      }
    }
    return rows.isEmpty ? [] : table([["values", "least", "mean", "deviation", "most"]] + rows)
  }

  private func histogramLines() -> [String] {
    guard let bins = splits.first?.lengths.histogram, let most = bins.map(\.rows).max(), most > 0
    else { return [] }
    let rows = bins.map { bin in
      let marks = Int((Double(bin.rows) / Double(most) * Double(Self.barWidth)).rounded(.up))
      return [
        "\(bin.from)-\(bin.through)", grouped(bin.rows), String(repeating: "#", count: marks),
      ]
    }
    return table([["train tokens", "rows", ""]] + rows, leading: [0, 2])
  }

  private func findings() -> [String] {
    var lines = [
      "Duplicates in train: \(rows(duplicates.rows)); "
        + "same text, different target: \(rows(conflicts.rows))"
    ]
    if !overlaps.isEmpty {
      let parts = overlaps.map { "\(rows($0.rows, $0.split)) also in \($0.with)" }
      lines.append("Shared: \(parts.joined(separator: ", "))")
    }
    let empty = splits.map { "\(grouped($0.emptyTexts)) \($0.name)" }.joined(separator: ", ")
    lines.append("Empty texts: \(empty)")
    return lines
  }

  /// Lines up cells; all but the leading columns are flush right.
  private func table(_ rows: [[String]], leading: Set<Int> = [0]) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return leading.contains(column) ? cell + space : space + cell
      }
      var line = "  " + cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
