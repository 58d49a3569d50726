import ArgumentParser
import Finetune
import Foundation

/// The `finetune` program: arguments in, text on a screen out.
@main
struct FinetuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finetune",
    abstract: "Turns a pre-trained language model into one that does your job.",
    discussion: """
      A model is a folder in Hugging Face's layout, and so is what comes out.

      EXAMPLES
        finetune train --model bert-base --task text-classification \\
          --train reviews.csv --validation 0.1 --output runs/reviews
        finetune pull google/electra-small-discriminator
        finetune train recipe.yaml --set training.epochs=3
        finetune evaluate runs/reviews test.csv
        finetune predict runs/reviews "A warm, funny film."
        finetune compare runs/reviews runs/longer
        finetune merge runs/lora --output models/merged
        finetune inspect runs/reviews
      """,
    version: Release.version,
    subcommands: [
      TrainCommand.self, EvaluateCommand.self, PredictCommand.self, CompareCommand.self,
      MergeCommand.self, InspectCommand.self, PullCommand.self, TokenizerCommand.self,
      VersionCommand.self, EnvironmentCommand.self,
    ])

  /// Runs a command; an error becomes one sentence on standard error, and exit status 1.
  static func main() {
    // A reader that goes away is told by the write that fails.
    _ = signal(SIGPIPE, SIG_IGN)
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      var command = try parseAsRoot(ForeignFlags.translated(arguments))
      try command.run()
    } catch {
      end(with: error)
    }
  }

  private static func end(with error: any Error) -> Never {
    // A reader such as `head` that has enough is no failure.
    if let output = error as? Screen.OutputError, output.isClosedPipe { exit(withError: nil) }
    // ArgumentParser knows its own errors (--help, a flag that is not there) and how to exit on
    // them.
    if exitCode(for: error) != .failure || error is ValidationError || isParsing(error) {
      exit(withError: error)
    }
    Screen.note("finetune: \(Screen.sentence(error))")
    exit(withError: ExitCode.failure)
  }

  private static func isParsing(_ error: any Error) -> Bool {
    String(reflecting: type(of: error)).hasPrefix("ArgumentParser.")
  }
}
