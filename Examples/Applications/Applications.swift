import ArgumentParser

/// What people build from tuned models, each shown once: small, but whole.
@main
struct Applications: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "applications",
    abstract: "Three applications on the library: they train what is not there, and answer.",
    subcommands: [IntentsCommand.self, OpinionsCommand.self, BestAnswerCommand.self])
}
