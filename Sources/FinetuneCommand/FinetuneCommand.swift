import ArgumentParser
import Finetune

/// The `finetune` program: arguments in, text on a screen out.
@main
struct FinetuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finetune",
    abstract: "Turns a pre-trained language model into one that does your job.",
    discussion: """
      A model is a folder in Hugging Face's layout, and so is what comes out.

      EXAMPLES
        finetune train --model bert-base --task text-classification --train reviews.csv \\
          --validation 0.1 --text-column text --label-column label --output runs/reviews
        finetune train recipe.yaml --set training.epochs=3
        finetune evaluate runs/reviews test.csv
        finetune predict runs/reviews "A warm, funny film."
        finetune inspect runs/reviews
      """,
    version: Release.version,
    subcommands: [
      TrainCommand.self, EvaluateCommand.self, PredictCommand.self, InspectCommand.self,
      VersionCommand.self, EnvironmentCommand.self,
    ])

  /// Runs a command; an error becomes one sentence on standard error, and exit status 1.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(with: error)
    }
  }

  private static func end(with error: any Error) -> Never {
    // ArgumentParser knows its own errors (--help, a flag that is not there) and how to exit on
    // them.
    if exitCode(for: error) != .failure || error is ValidationError || isParsing(error) {
      exit(withError: error)
    }
    Screen.error("finetune: \(Screen.sentence(error))")
    exit(withError: ExitCode.failure)
  }

  private static func isParsing(_ error: any Error) -> Bool {
    String(reflecting: type(of: error)).hasPrefix("ArgumentParser.")
  }
}
