import ArgumentParser
import Finetune
import Foundation

/// `finetune merge`: an adapter folded into a copy of its base.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Folds an adapter into a copy of its base model.",
    discussion: """
      The outcome is a plain model folder, which needs no adapter any more. Before it is written, the \
      merged model answers the run's test rows (or --rows), and the largest difference of a logit from \
      the adapted model is told; past the tolerance nothing is written. The base stays as it is. Methods \
      that are no change of weights, such as prefixes and bottleneck adapters, cannot be merged.

      EXAMPLES
        finetune merge runs/lora --output models/merged
        finetune merge runs/lora --output models/merged --rows test.csv
        finetune merge runs/lora --output models/merged --tolerance 1e-5
        finetune merge runs/a runs/b --weights 0.5,0.5 --output models/both
      """)

  @Argument(
    help: "The folder of a run with a method, or of an adapter; several of one base add up.",
    completion: .directory)
  var adapters: [String]

  @Option(
    help: ArgumentHelp(
      "What the change of each adapter is multiplied with.", valueName: "a,b"))
  var weights: String?

  @Option(
    name: [.short, .long], help: ArgumentHelp("Where the model goes.", valueName: "folder"))
  var output: String

  @Option(
    help: ArgumentHelp("The largest difference of a logit that is let pass.", valueName: "N"))
  var tolerance: Float = 1e-4

  @Option(
    help: ArgumentHelp("Rows to compare on, in place of the run's own.", valueName: "file"))
  var rows: String?

  @Option(
    help: ArgumentHelp(
      "The base model, where it is not where the adapter says.", valueName: "folder"))
  var base: String?

  @Option(help: ArgumentHelp("Processor threads; all cores when left out.", valueName: "N"))
  var threads: Int?

  func validate() throws {
    guard tolerance >= 0, tolerance.isFinite else {
      throw ValidationError("--tolerance must be 0 or more.")
    }
    guard (threads ?? 1) >= 1 else { throw ValidationError("--threads must be at least 1.") }
  }

  private func shares() throws -> [Double]? {
    try weights?.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let weight = Double(text.trimmingCharacters(in: .whitespaces)), weight.isFinite else {
        throw ValidationError("--weights takes numbers with commas, such as 0.5,0.5.")
      }
      return weight
    }
  }

  func run() throws {
    let folders = try adapters.map { adapter in
      if let base { return try TunedFolder(base, adapter: adapter, sink: Screen.progress()) }
      return try TunedFolder(adapter, sink: Screen.progress())
    }
    var merge = try MergeRun(folders, weights: shares(), threads: threads)
    merge.tolerance = tolerance
    merge.rows = rows.map { URL(filePath: $0) }
    let control = RunControl()
    merge.control = control
    let interrupts = Interrupts(control)
    do {
      let outcome = try merge.execute(into: URL(filePath: output), sink: Screen.progress())
      try Screen.result(
        "The largest difference of a logit on \(outcome.rows) rows is "
          + "\(outcome.largestDifference); the tolerance is \(tolerance).")
      Screen.note("The merged model is in \(output).")
    } catch is Interrupted {
      Screen.interruption("Interrupted; nothing was written.")
      throw ExitCode(interrupts.status.code)
    }
  }
}
