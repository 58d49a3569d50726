import ArgumentParser
import Finetune
import Foundation

/// `finetune predict`: answers for a file, sentences, or standard input.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Answers for new texts, as JSON Lines.",
    discussion: """
      Takes one file (.csv, .tsv, .jsonl, a folder, or any with --format), or sentences, or lines \
      from standard input. Each line out holds the label and its score (probability).

      EXAMPLES
        finetune predict runs/reviews "A warm, funny film."
        finetune predict runs/reviews unseen.csv --output answers.jsonl
        cat sentences.txt | finetune predict runs/reviews --all-scores
      """)

  @Argument(help: "The folder of a tuned model.", completion: .directory)
  var model: String

  @Argument(help: "A file of rows, or sentences; standard input when left out.")
  var input: [String] = []

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Writes the answers to a file, whole or not at all.", valueName: "file"))
  var output: String?

  @Flag(help: "Tells the probability of every label.")
  var allScores = false

  @Flag(inversion: .prefixedNo, help: "Repeats the text in the answer.")
  var text = true

  @Option(
    help: ArgumentHelp(
      "The probability from which a label is told, with several labels a text.",
      valueName: "share"))
  var threshold = 0.5

  @OptionGroup(title: "Data") var columns: ColumnOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions

  func validate() throws {
    guard threshold > 0, threshold < 1 else {
      throw ValidationError("--threshold must lie between 0 and 1.")
    }
  }

  func run() throws {
    let classifier = try TunedClassifier(
      folder: URL(filePath: model, directoryHint: .isDirectory),
      environment: try compute.environment())
    classifier.notes.forEach { Screen.note("Note: \($0)") }
    var prediction = PredictionRun(classifier)
    prediction.columns = columns.choice
    prediction.batch = compute.batch
    prediction.allScores = allScores
    prediction.withText = text
    prediction.threshold = threshold

    let writer = try output.map { try PredictionWriter(URL(filePath: $0)) }
    let encoder = TextPrediction.lineEncoder()
    let receive = { (answer: TextPrediction) in
      if let writer {
        try writer.write(answer)
      } else {
        Screen.result(String(decoding: try encoder.encode(answer), as: UTF8.self))
      }
    }
    if let file = try fileInput() {
      try prediction.predict(
        file: file, notes: { Screen.note("Note: \($0)") }, receive: receive)
    } else if input.isEmpty {
      try predictStandardInput(prediction, receive)
    } else {
      try prediction.predict(texts: input, receive: receive)
    }
    try writer?.commit()
  }

  /// The file that is meant, when the input is one.
  private func fileInput() throws -> URL? {
    guard input.count == 1, let path = input.first else { return nil }
    let exists = FileManager.default.fileExists(atPath: path)
    let endings = [".csv", ".tsv", ".jsonl", ".json", ".txt"]
    let isNamedLikeOne =
      !path.contains(where: \.isWhitespace) && endings.contains { path.lowercased().hasSuffix($0) }
    if exists || isNamedLikeOne || columns.format != .automatic { return URL(filePath: path) }
    return nil
  }

  /// Answers for lines as they come: several at once when they are there, one at a time from a
  /// person.
  private func predictStandardInput(
    _ prediction: PredictionRun, _ receive: (TextPrediction) throws -> Void
  ) throws {
    if isatty(STDIN_FILENO) == 1 {
      Screen.note("One text a line; an empty input (Ctrl-D) ends.")
    }
    var lines: [String] = []
    let most = isatty(STDIN_FILENO) == 1 ? 1 : 256
    while let line = readLine() {
      lines.append(line)
      if lines.count == most {
        try prediction.predict(texts: lines, receive: receive)
        lines.removeAll()
      }
    }
    if !lines.isEmpty { try prediction.predict(texts: lines, receive: receive) }
  }
}
