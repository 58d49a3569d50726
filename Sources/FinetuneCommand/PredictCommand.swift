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
      from standard input. Each line out holds the answer of the model's task: label and score \
      (probability), entities with their places, a relation, an answer within a text, a vector, a choice, \
      a ranking. A question is typed as {"question": "…", "context": "…"}, a relation's entities are \
      marked <e1>…</e1> and <e2>…</e2>, choices and documents follow their question after tabs.

      EXAMPLES
        finetune predict runs/reviews "A warm, funny film."
        finetune predict runs/reviews unseen.csv --output answers.jsonl
        finetune predict runs/reviews unseen.csv --summary speed.json
        cat sentences.txt | finetune predict runs/reviews --all-scores
        finetune predict bert-base "A warm film." --adapter runs/lora
        finetune predict runs/entities "Ada Lovelace lived in London."
        finetune predict runs/answers '{"question": "Who?", "context": "Ada did."}'
      """)

  @Argument(help: "The folder of a tuned model.", completion: .directory)
  var model: String

  @Argument(help: "A file of rows, or sentences; standard input when left out.")
  var input: [String] = []

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Writes the answers to a file, whole or not at all.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Writes rows, tokens, seconds of tokenizing, computing and writing, tokens a second and peak "
        + "memory as JSON.", valueName: "file"))
  var summary: String?

  @Flag(help: "Tells the probability of every label.")
  var allScores = false

  @Flag(inversion: .prefixedNo, help: "Repeats the text in the answer.")
  var text = true

  @Option(
    help: ArgumentHelp(
      "The probability from which a label is told, with several labels a text.",
      valueName: "share"))
  var threshold = 0.5

  @Option(
    help: ArgumentHelp(
      "The folder of an adapter that MODEL is the base of.", valueName: "folder"))
  var adapter: String?

  @OptionGroup(title: "Data") var columns: ColumnOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions

  func validate() throws {
    guard threshold > 0, threshold < 1 else {
      throw ValidationError("--threshold must lie between 0 and 1.")
    }
  }

  func run() throws {
    let file = try fileInput()
    let folder = try TunedFolder(model, adapter: adapter, sink: Screen.progress())
    let environment = try compute.environment(for: folder)
    Screen.note(environment.line)
    TensorMemory.startCaching()
    try run(folder, folder.task, environment, file)
  }

  private func run<Task: TaskDeclaration>(
    _ folder: TunedFolder, _ task: Task, _ environment: RunEnvironment, _ file: URL?
  ) throws {
    let tuned = try TunedModel(folder, task: task, environment: environment)
    tuned.notes.forEach { Screen.note("Note: \($0)") }
    let control = RunControl()
    let interrupts = Interrupts(control)
    var prediction = PredictionRun(tuned)
    prediction.columns = columns.choice
    prediction.batch = compute.batch
    prediction.options = AnswerOptions(allScores: allScores, threshold: threshold)
    prediction.withText = text
    prediction.control = control

    // A place that cannot be written to is refused before the work, not after it.
    let writer = try output.map { try PredictionWriter(URL(filePath: $0)) }
    let summaryFile = try summary.map { try AtomicFile(at: URL(filePath: $0)) }
    do {
      let summary = try predict(prediction, file) { answer in
        if let writer {
          try writer.write(answer)
        } else {
          let line = try JSONEncoder.lines().encode(answer)
          try Screen.result(String(decoding: line, as: UTF8.self))
        }
      }
      try writer?.commit()
      try summaryFile?.write(summary.json())
      try summaryFile?.commit()
    } catch is Interrupted {
      Screen.interruption(
        output.map { "Interrupted; \($0) was not written." }
          ?? "Interrupted; the answers are not complete.")
      throw ExitCode(interrupts.status.code)
    }
  }

  private func predict<Task>(
    _ prediction: PredictionRun<Task>, _ file: URL?,
    _ receive: (Prediction<Task.Answer>) throws -> Void
  ) throws -> PredictionSummary {
    let note = { (text: String) in Screen.note("Note: \(text)") }
    if let file {
      return try prediction.predict(file: file, notes: note, receive: receive)
    }
    if input.isEmpty { return try predictStandardInput(prediction, note, receive) }
    return try prediction.predict(texts: input, notes: note, receive: receive)
  }

  /// The file that is meant, when the input is one.
  private func fileInput() throws -> URL? {
    let files = input.filter(isFile)
    if input.count > 1, let file = files.first {
      throw ValidationError(
        "'\(file)' is a file, and \(input.count) inputs are given. Give one file, or sentences.")
    }
    guard input.count == 1, let path = input.first else { return nil }
    return columns.format != .automatic || !files.isEmpty ? URL(filePath: path) : nil
  }

  /// Whether an input is there as a file, or is named like one.
  private func isFile(_ path: String) -> Bool {
    let endings = [".csv", ".tsv", ".jsonl", ".json", ".txt"]
    let isNamedLikeOne =
      !path.contains(where: \.isWhitespace)
      && endings.contains { path.lowercased().hasSuffix($0) }
    return isNamedLikeOne || FileManager.default.fileExists(atPath: path)
  }

  /// Answers for lines as they come: several at once when they are there, one at a time from a
  /// person.
  private func predictStandardInput<Task>(
    _ prediction: PredictionRun<Task>, _ note: (String) -> Void,
    _ receive: (Prediction<Task.Answer>) throws -> Void
  ) throws -> PredictionSummary {
    if isatty(STDIN_FILENO) == 1 {
      Screen.note("One text a line; an empty input (Ctrl-D) ends.")
    }
    var source = TextLines(control: prediction.control)
    var lines: [String] = []
    var summary = PredictionSummary()
    while let line = try source.next() {
      lines.append(line)
      if lines.count == 256 || !source.isReady {
        summary += try prediction.predict(texts: lines, notes: note, receive: receive)
        lines.removeAll()
      }
    }
    if summary.rows == 0 { note("standard input was empty: there is nothing to predict") }
    return summary
  }
}
