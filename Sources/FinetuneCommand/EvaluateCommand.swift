import ArgumentParser
import Finetune
import Foundation

/// `finetune evaluate`: a tuned model on a file with labels.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Scores a tuned model on a file with labels.",
    discussion: """
      Prints the scores with confidence intervals, a table of classes, the confusion matrix, scores by \
      length and label, calibration, and the rows of highest loss, where wrong labels surface. Columns are \
      those of the training unless flags name others.

      EXAMPLES
        finetune evaluate runs/reviews test.csv
        finetune evaluate runs/reviews test.csv --html report.html --json report.json
        finetune evaluate runs/reviews test.csv --slice-by product --hardest 50
        finetune evaluate runs/reviews test.tsv --text-column sentence
        finetune evaluate runs/reviews validation.csv --fit-temperature
      """)

  @Argument(help: "The folder of a tuned model.", completion: .directory)
  var model: String

  @Argument(help: "A file or folder of rows with labels.", completion: .file())
  var data: String

  @Option(help: ArgumentHelp("Writes the report as JSON.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Writes the report as Markdown.", valueName: "file"))
  var markdown: String?

  @Option(help: ArgumentHelp("Writes the report as a page for a browser.", valueName: "file"))
  var html: String?

  @Option(
    name: .customLong("slice-by"),
    help: ArgumentHelp(
      "Scores the rows of each value of a column apart; may be given again.", valueName: "column"))
  var slices: [String] = []

  @Option(help: ArgumentHelp("How many rows of highest loss are told.", valueName: "N"))
  var hardest = 20

  @Flag(
    help: ArgumentHelp(
      "Finds the temperature that makes the probabilities of labels fit these rows, and stores it with the "
        + "model; predictions take it from there."))
  var fitTemperature = false

  @Option(help: ArgumentHelp("Writes each row's answer as JSON Lines.", valueName: "file"))
  var predictions: String?

  @Flag(inversion: .prefixedNo, help: "Confidence intervals by the bootstrap.")
  var intervals = true

  @Option(
    help: ArgumentHelp(
      "The folder of an adapter that MODEL is the base of.", valueName: "folder"))
  var adapter: String?

  @OptionGroup(title: "Data") var columns: ColumnOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions

  func validate() throws {
    guard hardest >= 0 else {
      throw ValidationError("--hardest is \(hardest); give the number of rows, 0 for none.")
    }
  }

  func run() throws {
    let folder = try TunedFolder(model, adapter: adapter, sink: Screen.progress())
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
    let outputs = try ReportFiles(json: json, markdown: markdown, html: html)
    let control = RunControl()
    let interrupts = Interrupts(control)
    var evaluation = EvaluationRun(tuned)
    evaluation.columns = columns.choice
    evaluation.batch = compute.batch
    evaluation.bootstrap = intervals ? BootstrapSettings() : nil
    evaluation.predictions = predictions.map { URL(filePath: $0) }
    evaluation.slices = slices
    evaluation.hardest = hardest
    evaluation.fitsTemperature = fitTemperature
    evaluation.control = control
    do {
      let report = try evaluation.execute(URL(filePath: data), sink: Screen.progress())
      try outputs.write(
        json: report.json, markdown: { report.markdown },
        html: { EvaluationPage(report, title: title, facts: facts(folder)).html })
      try Screen.result(report.text)
    } catch is Interrupted {
      Screen.interruption("Interrupted; nothing was written.")
      throw ExitCode(interrupts.status.code)
    }
  }

  private var title: String {
    "\(URL(filePath: model).lastPathComponent) on \(URL(filePath: data).lastPathComponent)"
  }

  private func facts(_ folder: TunedFolder) -> [(name: String, value: String)] {
    [("Model", model), ("Data", data)]
      + (folder.recipe.map { [("Task", $0.task.kind.rawValue), ("Tuned from", $0.model)] } ?? [])
  }
}
