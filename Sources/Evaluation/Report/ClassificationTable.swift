import Foundation

/// scikit-learn's classification report, character for character, columns kept straight under wide
/// characters too.
struct ClassificationTable {
  let report: EvaluationReport
  let digits: Int

  var text: String {
    let names = report.classes.map(\.label)
    let width = max(names.map(\.displayWidth).max() ?? 0, "weighted avg".count, digits)
    let support = report.averages.first?.support ?? 0
    var lines = [line("", ["precision", "recall", "f1-score", "support"], width), ""]
    for row in report.classes {
      let scores = [row.precision, row.recall, row.f1].map { $0.map(format) ?? "-" }
      lines.append(line(row.label, scores + ["\(row.support)"], width))
    }
    lines.append("")
    // As in scikit-learn and seqeval: with one label for each row or word the micro average would say
    // the same.
    let hasMicro = report.averages.contains { $0.name == "micro avg" }
    if !hasMicro, let accuracy = report.scores["accuracy"] {
      lines.append(line("accuracy", ["", "", format(accuracy), "\(support)"], width))
    }
    for row in report.averages {
      let scores = [row.precision, row.recall, row.f1].map(format)
      lines.append(line(row.name, scores + ["\(row.support)"], width))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  var markdown: String {
    var lines = [
      "| \(report.tableNames.column) | precision | recall | F1 | support |",
      "|:--|--:|--:|--:|--:|",
    ]
    for row in report.classes {
      let scores = [row.precision, row.recall, row.f1].map { $0.map(format) ?? "–" }
      lines.append(
        "| \(row.label.inMarkdown) | \(scores.joined(separator: " | ")) | \(row.support) |")
    }
    for row in report.averages {
      let scores = [row.precision, row.recall, row.f1].map(format)
      lines.append("| *\(row.name)* | \(scores.joined(separator: " | ")) | \(row.support) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func line(_ name: String, _ columns: [String], _ width: Int) -> String {
    name.rightAligned(width) + " " + columns.map { " " + $0.rightAligned(9) }.joined()
  }

  private func format(_ score: Double) -> String { score.fixed(digits) }
}

extension Double {
  /// The number with so many digits after the point, whatever the locale.
  package func fixed(_ digits: Int) -> String {
    // Without a locale C formats, from the exact binary value; with one, the shortest decimal form
    // is rounded once more, and 0.225 becomes 0.22.
    String(format: "%.\(digits)f", self)
  }
}

extension String {
  /// The text with Markdown's table and emphasis characters made plain, on one line.
  package var inMarkdown: String {
    var text = ""
    for character in self {
      if "\\`*_|<>[]".contains(character) { text.append("\\") }
      text.append(character.isNewline ? " " : character)
    }
    return text
  }
}
