public import ArgumentParser
import Finetune
import Foundation

/// Which columns of a data file are meant; what is left out is as in training.
struct ColumnOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The column of the text.", valueName: "name"))
  var textColumn: String?

  @Option(help: ArgumentHelp("The column of the second text of a pair.", valueName: "name"))
  var pairColumn: String?

  @Option(help: ArgumentHelp("The column of the label.", valueName: "name"))
  var labelColumn: String?

  @Option(help: ArgumentHelp("What separates several labels.", valueName: "text"))
  var labelSeparator: String?

  @Option(
    help: ArgumentHelp(
      "The file's format; by its name when left out.", valueName: "csv|tsv|jsonl|directory"))
  var format: DataConfiguration.Format = .automatic

  var choice: ColumnChoice {
    var choice = ColumnChoice()
    choice.text = textColumn
    choice.pair = pairColumn
    choice.label = labelColumn
    choice.labelSeparator = labelSeparator
    choice.format = format
    return choice
  }
}

/// Where and how a tuned model computes.
struct ComputeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where to compute.", valueName: "auto|cpu|cuda"))
  var device: TrainingConfiguration.Device = .automatic

  @Option(
    help: ArgumentHelp(
      "The type of number to compute in; as in training when left out.",
      valueName: "auto|fp32|bf16"))
  var precision: TrainingConfiguration.Precision?

  @Option(help: ArgumentHelp("Processor threads; all cores when left out.", valueName: "N"))
  var threads: Int?

  @Option(help: ArgumentHelp("Sequences in one batch.", valueName: "N"))
  var batchSize: Int?

  @Option(help: ArgumentHelp("Tokens in one batch; 8192 when left out.", valueName: "N"))
  var batchTokens: Int?

  func validate() throws {
    if batchSize != nil, batchTokens != nil {
      throw ValidationError("Give --batch-size or --batch-tokens, not both.")
    }
    for (name, value) in [
      ("threads", threads), ("batch-size", batchSize), ("batch-tokens", batchTokens),
    ] where (value ?? 1) < 1 {
      throw ValidationError("--\(name) must be at least 1.")
    }
  }

  var batch: BatchSize {
    batchSize.map { .sequences($0) } ?? .tokens(batchTokens ?? 8192)
  }

  /// The environment for a model, in the precision of its training unless a flag says otherwise.
  func environment(for folder: TunedFolder? = nil) throws -> RunEnvironment {
    try RunEnvironment(
      device: device, precision: precision ?? folder?.precision ?? .automatic, threads: threads)
  }
}

extension DataConfiguration.Format: ExpressibleByArgument {}
extension TrainingConfiguration.Device: ExpressibleByArgument {}
extension TrainingConfiguration.Precision: ExpressibleByArgument {}
