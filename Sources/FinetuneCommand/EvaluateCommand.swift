import ArgumentParser
import Finetune
import Foundation

/// `finetune evaluate`: a tuned model on a file with labels.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Scores a tuned model on a file with labels.",
    discussion: """
      Prints the classification report and the confusion matrix. Columns are those of the training \
      unless flags name others.

      EXAMPLES
        finetune evaluate runs/reviews test.csv
        finetune evaluate runs/reviews test.csv --json report.json
        finetune evaluate runs/reviews test.tsv --text-column sentence
      """)

  @Argument(help: "The folder of a tuned model.", completion: .directory)
  var model: String

  @Argument(help: "A file or folder of rows with labels.", completion: .file())
  var data: String

  @Option(help: ArgumentHelp("Writes the report as JSON.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Writes the report as Markdown.", valueName: "file"))
  var markdown: String?

  @Option(help: ArgumentHelp("Writes each row's answer as JSON Lines.", valueName: "file"))
  var predictions: String?

  @Flag(inversion: .prefixedNo, help: "Confidence intervals by the bootstrap.")
  var intervals = true

  @OptionGroup(title: "Data") var columns: ColumnOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions

  func run() throws {
    let folder = try TunedFolder(model, sink: Screen.progress())
    let environment = try compute.environment(for: folder)
    Screen.note(environment.line)
    TensorMemory.startCaching()
    try run(folder, folder.task, environment)
  }

  private func run<Task: TaskDeclaration>(
    _ folder: TunedFolder, _ task: Task, _ environment: RunEnvironment
  ) throws {
    let tuned = try TunedModel(folder, task: task, environment: environment)
    tuned.notes.forEach { Screen.note("Note: \($0)") }
    // A place that cannot be written to is refused before the work, not after it.
    let json = try json.map { try AtomicFile(at: URL(filePath: $0)) }
    let markdown = try markdown.map { try AtomicFile(at: URL(filePath: $0)) }
    let control = RunControl()
    let interrupts = Interrupts(control)
    var evaluation = EvaluationRun(tuned)
    evaluation.columns = columns.choice
    evaluation.batch = compute.batch
    evaluation.bootstrap = intervals ? BootstrapSettings() : nil
    evaluation.predictions = predictions.map { URL(filePath: $0) }
    evaluation.control = control
    do {
      let report = try evaluation.execute(URL(filePath: data), sink: Screen.progress())
      try json?.write(report.json())
      try json?.commit()
      try markdown?.write(Data(report.markdown.utf8))
      try markdown?.commit()
      try Screen.result(report.text)
    } catch is Interrupted {
      Screen.interruption("Interrupted; nothing was written.")
      throw ExitCode(interrupts.status.code)
    }
  }
}
