extension EvaluationReport {
  /// The sections beyond the scores, for a screen.
  var sectionTexts: [String] {
    var parts: [String] = []
    if let errors, !errors.kinds.isEmpty { parts.append(errorsText(errors)) }
    for table in slices ?? [] where !table.slices.isEmpty { parts.append(table.text) }
    if let calibration {
      let width = calibration.facts.map(\.name.displayWidth).max() ?? 0
      let lines = calibration.facts.map { $0.name.leftAligned(width) + "  " + $0.value }
      parts.append("Calibration\n" + lines.joined(separator: "\n") + "\n")
    }
    if let lengths, lengths.rows > 0 { parts.append("Lengths\n\(lengths.sentence)\n") }
    if let hardest, !hardest.isEmpty { parts.append(hardestText(hardest)) }
    return parts
  }

  private func errorsText(_ errors: ErrorBreakdown) -> String {
    let width = errors.kinds.map(\.name.displayWidth).max() ?? 0
    let counts = errors.kinds.map { "\($0.count)" }
    let countWidth = counts.map(\.count).max() ?? 0
    let lines = zip(errors.kinds, counts).map { kind, count in
      "\(kind.name.leftAligned(width))  \(count.rightAligned(countWidth))"
        + "  \(errors.share(kind).rightAligned(6))"
    }
    return "Mistakes among \(errors.total) \(errors.unit)\n" + lines.joined(separator: "\n") + "\n"
  }

  private func hardestText(_ rows: [HardRow]) -> String {
    let lines = rows.map { row in
      let answers = [row.answers, row.place].compactMap { $0 }.joined(separator: "  ")
      return "\(Self.shown(row.loss).rightAligned(8))  \(answers)\n"
        + "          \(row.text.shortened(toWidth: 88))\n"
    }
    return "Rows of highest loss\n" + lines.joined()
  }

  /// The sections beyond the scores, as Markdown.
  func sectionMarkdown(_ heading: String) -> [String] {
    var parts: [String] = []
    if let errors, !errors.kinds.isEmpty {
      let lines = errors.kinds.map {
        "| \($0.name.inMarkdown) | \($0.count) | \(errors.share($0)) |"
          + " \(($0.meaning ?? "").inMarkdown) |"
      }
      parts.append(
        "\(heading) Mistakes\n\nAmong \(errors.total) \(errors.unit.inMarkdown):\n\n"
          + (["| kind | count | share | meaning |", "|:--|--:|--:|:--|"] + lines)
          .joined(separator: "\n") + "\n")
    }
    for table in slices ?? [] where !table.slices.isEmpty {
      parts.append("\(heading) By \(table.name.inMarkdown)\n\n\(table.markdown)")
    }
    if let calibration {
      let lines = calibration.facts.map { "| \($0.name) | \($0.value) |" }
      parts.append(
        "\(heading) Calibration\n\n"
          + (["| measure | value |", "|:--|:--|"] + lines).joined(separator: "\n") + "\n")
    }
    if let lengths, lengths.rows > 0 { parts.append("\(heading) Lengths\n\n\(lengths.sentence)\n") }
    if let hardest, !hardest.isEmpty {
      let lines = hardest.map {
        "| \(Self.shown($0.loss)) | \(($0.expected ?? "–").inMarkdown) |"
          + " \(($0.predicted ?? "–").inMarkdown) | \(($0.place ?? "–").inMarkdown) |"
          + " \($0.text.inMarkdown) |"
      }
      parts.append(
        "\(heading) Rows of highest loss\n\n"
          + (["| loss | expected | predicted | where | text |", "|--:|:--|:--|:--|:--|"] + lines)
          .joined(separator: "\n") + "\n")
    }
    return parts
  }
}

extension HardRow {
  /// "'a' expected, 'b' predicted (0.93)".
  var answers: String? {
    var parts: [String] = []
    if let expected { parts.append("'\(expected)' expected") }
    if let predicted {
      let sure = confidence.map { " (\($0.fixed(2)))" } ?? ""
      parts.append("'\(predicted)' predicted" + sure)
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// "test.csv:12".
  var place: String? {
    guard let file else { return line.map { "line \($0)" } }
    return line.map { "\(file):\($0)" } ?? file
  }
}

extension CalibrationReport {
  /// The measures by name, as a reader sees them.
  var facts: [(name: String, value: String)] {
    var facts = [
      ("accuracy", accuracy.fixed(4)), ("mean confidence", confidence.fixed(4)),
      ("expected calibration error (ECE)", expectedError.fixed(4)),
    ]
    if let adaptiveError {
      facts.append(("ECE of bins of equally many rows", adaptiveError.fixed(4)))
    }
    facts.append(("maximum calibration error", maximumError.fixed(4)))
    facts.append(("Brier score of the answer", brier.fixed(4)))
    if let temperature {
      facts.append(("temperature that fits best", temperature.temperature.fixed(3)))
      func change(_ before: Double, _ after: Double) -> String {
        "\(before.fixed(4)) → \(after.fixed(4))"
      }
      facts.append(("log loss with it", change(temperature.lossBefore, temperature.lossAfter)))
      facts.append(("ECE with it", change(temperature.errorBefore, temperature.errorAfter)))
    }
    return facts.map { (name: $0.0, value: $0.1) }
  }
}

extension LengthHistogram {
  /// The distribution in a sentence.
  var sentence: String {
    var text =
      "Half of the rows have at most \(median) \(unit), 95% at most \(percentile95); the mean is"
      + " \(mean.fixed(1)), the longest \(longest)."
    if let limit, let truncated {
      let share = rows == 0 ? 0 : Double(truncated) / Double(rows) * 100
      text +=
        truncated == 0
        ? " None was cut at \(limit)."
        : " \(truncated) (\(share.fixed(1))%) were cut at \(limit)."
    }
    return text
  }
}

extension String {
  /// The text cut to a width in columns, with "…" where something is missing.
  package func shortened(toWidth width: Int) -> String {
    displayWidth <= width ? self : cut(toWidth: max(0, width - 1)) + "…"
  }
}
