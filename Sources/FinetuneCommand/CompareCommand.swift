import ArgumentParser
import Finetune
import Foundation

/// `finetune compare`: whether one run is better than another, or the difference is noise.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Tells whether runs differ by more than chance.",
    discussion: """
      Every run is compared with the first one, row by row, on the predictions that training left in its \
      folder, or on files that finetune evaluate --predictions wrote: paired bootstrap intervals, a \
      permutation test (McNemar's exact test for right and wrong answers), and Holm's correction for \
      several runs. All must have answered the same rows.

      EXAMPLES
        finetune compare runs/baseline runs/longer
        finetune compare runs/a runs/b runs/c --score f1_macro --html comparison.html
        finetune evaluate runs/a new.csv --predictions a.jsonl
        finetune evaluate runs/b new.csv --predictions b.jsonl
        finetune compare a.jsonl b.jsonl
      """)

  @Argument(help: "Folders of runs, or files of predictions: two or more, the baseline first.")
  var runs: [String]

  @Option(
    name: .customLong("score"),
    help: ArgumentHelp("Compares this score alone; may be given again.", valueName: "name"))
  var scores: [String] = []

  @Option(help: ArgumentHelp("How often the rows are drawn anew.", valueName: "N"))
  var resamples = 2000

  @Option(help: ArgumentHelp("How often answers are exchanged.", valueName: "N"))
  var permutations = 10000

  @Option(help: ArgumentHelp("The share that an interval holds.", valueName: "share"))
  var confidence = 0.95

  @Option(help: ArgumentHelp("What the draws begin with.", valueName: "N"))
  var seed: UInt64 = 42

  @Option(help: ArgumentHelp("Writes the comparison as JSON.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Writes the comparison as Markdown.", valueName: "file"))
  var markdown: String?

  @Option(help: ArgumentHelp("Writes the comparison as a page for a browser.", valueName: "file"))
  var html: String?

  func validate() throws {
    guard runs.count > 1 else {
      throw ValidationError(
        "Give two runs or more: the first is what the others are compared with.")
    }
  }

  func run() throws {
    let outputs = try ReportFiles(json: json, markdown: markdown, html: html)
    let report = try PairedComparison.compare(
      predictions: runs.map(PredictionsFile.at), names: PredictionsFile.names(runs),
      settings: .init(
        scores: scores.isEmpty ? nil : scores, resamples: resamples, permutations: permutations,
        confidence: confidence, seed: seed))
    try outputs.write(
      json: report.json, markdown: { report.markdown },
      html: { ComparisonPage(report, title: "Comparison of runs").html })
    try Screen.result(report.text)
  }
}

/// The file with a run's answers.
enum PredictionsFile {
  /// The file that a path means: itself, or that in a run's folder.
  static func at(_ path: String) -> URL {
    var isFolder: ObjCBool = false
    let isThere = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let url = URL(filePath: path)
    return isThere && isFolder.boolValue ? url.appending(path: "predictions.jsonl") : url
  }

  /// A name for each run: the last part of its path, or the whole path where that is not enough.
  static func names(_ paths: [String]) -> [String] {
    let short = paths.map { URL(filePath: $0).deletingPathExtension().lastPathComponent }
    return Set(short).count == short.count ? short : paths
  }
}
