import Evaluation
import Foundation

extension ModelCard {
  /// The whole card: front matter and text.
  public var markdown: String {
    let sections = [
      introduction, dataSection, scoresSection, usageSection, limitsSection, settingsSection,
      reproductionSection,
    ]
    return frontMatter + "\n" + sections.compactMap { $0 }.joined(separator: "\n")
  }

  private var introduction: String {
    let base =
      baseModelOnHub.map { "[\($0)](https://huggingface.co/\($0))" } ?? baseModelName.inMarkdown
    let answer: String
    switch kind {
    case .binary, .multiclass:
      answer = "It gives a text one of \(labels.count) labels: \(Self.list(labels))."
    case .multilabel:
      answer =
        "It gives a text any number of \(labels.count) labels, none included: \(Self.list(labels))."
    case .regression: answer = "It gives a text a number."
    case .tokens: answer = "It gives each word of a text one of the tags \(Self.list(labels))."
    case .relations:
      answer =
        "It gives two marked entities of a text one of \(labels.count) relations:"
        + " \(Self.list(labels))."
    case .answers: answer = "It finds the answer to a question in a text."
    case .retrieval: answer = "It finds the texts that fit a query."
    case .similarity: answer = "It tells how alike two texts are."
    case .choice: answer = "It chooses one of a question's answers."
    case .ranking: answer = "It orders the candidates of a query."
    }
    return "# \(name.inMarkdown)\n\nFine-tuned from \(base) with `finetune`. \(answer)\n"
  }

  private var dataSection: String? {
    guard !data.isEmpty else { return nil }
    let counted = labels.filter { label in data.contains { $0.labelCounts[label] != nil } }
    // A column a label is readable for a few labels only.
    let columns = counted.count <= 8 ? counted : []
    var lines = [
      "| data | split | rows |" + columns.map { " \($0.inMarkdown) |" }.joined(),
      "|:--|:--|--:|" + columns.map { _ in "--:|" }.joined(),
    ]
    for part in data {
      let counts = columns.map { " \(part.labelCounts[$0] ?? 0) |" }.joined()
      lines.append("| \(part.name.inMarkdown) | \(part.split) | \(part.rows) |" + counts)
    }
    return "## What it was trained on\n\n" + lines.joined(separator: "\n") + "\n"
  }

  private var scoresSection: String? {
    guard let evaluation else { return nil }
    let rows = evaluated.map { " of \($0.name.inMarkdown) (\($0.split))" } ?? ""
    var text = "## How good it is\n\nOn \(evaluation.rows) rows\(rows):\n\n"
    text += evaluation.scoresMarkdown(only: evaluation.headlineScores)
    if let bootstrap = evaluation.bootstrap, !evaluation.intervals.isEmpty {
      text +=
        "\nThe intervals are percentile bootstrap intervals of \(bootstrap.resamples) resamples"
        + " (seed \(bootstrap.seed)). They hold for rows like these, not for other kinds of text.\n"
    }
    return text
  }

  private var limitsSection: String {
    var sentences = [
      "It knows only what its \(kind == .regression ? "rows" : "labels and rows") show: other kinds"
        + " of text, other languages and other times may be judged worse than the scores say.",
      "It repeats what its base model and its rows are biased to.",
    ]
    if kind == .binary || kind == .multiclass {
      sentences.append("It always answers with one of its labels, even when none fits.")
    }
    if let maximumLength {
      sentences.append("It reads the first \(maximumLength) tokens of a text; the rest is cut off.")
    }
    if evaluation == nil {
      sentences.append("It was not tested on rows that training did not see.")
    }
    sentences += (limits + (evaluation?.notes ?? [])).map(\.inMarkdown)
    return "## Limits\n\n" + sentences.map { "- \($0)\n" }.joined()
  }

  private var settingsSection: String? {
    guard !settings.isEmpty else { return nil }
    let rows = settings.map { "| \($0.name.inMarkdown) | \($0.value.inMarkdown) |\n" }.joined()
    return "## Settings\n\n| setting | value |\n|:--|:--|\n" + rows
  }

  private var reproductionSection: String {
    var lines = ["- seed: \(reproduction.seed)"]
    for (name, version) in reproduction.versions.sorted(by: { $0.key < $1.key }) {
      lines.append("- \(name.inMarkdown): \(version.inMarkdown)")
    }
    if let hardware = reproduction.hardware { lines.append("- machine: \(hardware.inMarkdown)") }
    var text = "## How to make it again\n\n" + lines.joined(separator: "\n") + "\n"
    if let recipe = reproduction.recipeFile {
      text += "\n`\(recipe)` in this folder holds every setting, the defaults too:\n\n"
      text += "```\nfinetune train \(recipe) --output another-folder\n```\n"
    }
    return text
  }

  private static func list(_ labels: [String]) -> String {
    let shown = labels.prefix(20).map(\.inMarkdown).joined(separator: ", ")
    return labels.count > 20 ? "\(shown) and \(labels.count - 20) more" : shown
  }
}
