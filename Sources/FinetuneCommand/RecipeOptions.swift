import ArgumentParser
import Finetune

/// A setting's flag as ArgumentParser declares it; the recipe's own table gives its help and checks its value.
///
/// A test compares this list with `Recipe.flags`.
struct RecipeOptions: ParsableArguments {
  @Option(name: .customLong("model"), help: help("model")) var model: String?
  @Option(name: .customLong("task"), help: help("task")) var task: String?
  @Option(name: .customLong("problem"), help: help("problem")) var problem: String?
  @Option(name: .customLong("train"), help: help("train")) var train: String?
  @Option(name: .customLong("validation"), help: help("validation")) var validation: String?
  @Option(name: .customLong("test"), help: help("test")) var test: String?
  @Option(name: .customLong("format"), help: help("format")) var format: String?
  @Option(name: .customLong("text-column"), help: help("text-column")) var textColumn: String?
  @Option(name: .customLong("pair-column"), help: help("pair-column")) var pairColumn: String?
  @Option(name: .customLong("label-column"), help: help("label-column")) var labelColumn: String?
  @Option(name: .customLong("label-separator"), help: help("label-separator")) var labelSeparator: String?
  @Option(name: .customLong("label-columns"), help: help("label-columns")) var labelColumns: String?
  @Option(name: .customLong("max-length"), help: help("max-length")) var maxLength: String?
  @Option(name: .customLong("truncation"), help: help("truncation")) var truncation: String?
  @Option(name: .customLong("truncation-side"), help: help("truncation-side")) var truncationSide: String?
  @Option(name: .customLong("max-truncated-share"), help: help("max-truncated-share")) var maxTruncatedShare: String?
  @Option(name: .customLong("on-bad-row"), help: help("on-bad-row")) var onBadRow: String?
  @Flag(name: .customLong("drop-duplicates"), help: help("drop-duplicates")) var dropDuplicates = false
  @Option(name: .customLong("output"), help: help("output")) var output: String?
  @Flag(name: .customLong("overwrite"), help: help("overwrite")) var overwrite = false
  @Flag(name: .customLong("resume"), help: help("resume")) var resume = false
  @Option(name: .customLong("epochs"), help: help("epochs")) var epochs: String?
  @Option(name: .customLong("max-steps"), help: help("max-steps")) var maxSteps: String?
  @Option(name: .customLong("batch-size"), help: help("batch-size")) var batchSize: String?
  @Option(name: .customLong("batch-tokens"), help: help("batch-tokens")) var batchTokens: String?
  @Option(name: .customLong("gradient-accumulation"), help: help("gradient-accumulation")) var gradientAccumulation: String?
  @Option(name: .customLong("order"), help: help("order")) var order: String?
  @Option(name: .customLong("max-grad-norm"), help: help("max-grad-norm")) var maxGradNorm: String?
  @Option(name: .customLong("dropout"), help: help("dropout")) var dropout: String?
  @Option(name: .customLong("label-smoothing"), help: help("label-smoothing")) var labelSmoothing: String?
  @Option(name: .customLong("class-weights"), help: help("class-weights")) var classWeights: String?
  @Option(name: .customLong("evaluate-every"), help: help("evaluate-every")) var evaluateEvery: String?
  @Option(name: .customLong("metric"), help: help("metric")) var metric: String?
  @Option(name: .customLong("early-stopping"), help: help("early-stopping")) var earlyStopping: String?
  @Option(name: .customLong("log-every"), help: help("log-every")) var logEvery: String?
  @Option(name: .customLong("save-every"), help: help("save-every")) var saveEvery: String?
  @Option(name: .customLong("precision"), help: help("precision")) var precision: String?
  @Option(name: .customLong("seed"), help: help("seed")) var seed: String?
  @Option(name: .customLong("threads"), help: help("threads")) var threads: String?
  @Option(name: .customLong("device"), help: help("device")) var device: String?
  @Option(name: .customLong("optimizer"), help: help("optimizer")) var optimizer: String?
  @Option(name: .customLong("learning-rate"), help: help("learning-rate")) var learningRate: String?
  @Option(name: .customLong("weight-decay"), help: help("weight-decay")) var weightDecay: String?
  @Option(name: .customLong("momentum"), help: help("momentum")) var momentum: String?
  @Option(name: .customLong("schedule"), help: help("schedule")) var schedule: String?
  @Option(name: .customLong("warmup-steps"), help: help("warmup-steps")) var warmupSteps: String?
  @Option(name: .customLong("warmup-ratio"), help: help("warmup-ratio")) var warmupRatio: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Any setting of a recipe by its key; may be given again.", valueName: "key=value"))
  var assignments: [String] = []

  /// What the flags that were given change, in the recipe's order, then each `--set`.
  func overrides() throws -> [RecipeOverride] {
    let given: [String: String?] = [
      "model": model,
      "task": task,
      "problem": problem,
      "train": train,
      "validation": validation,
      "test": test,
      "format": format,
      "text-column": textColumn,
      "pair-column": pairColumn,
      "label-column": labelColumn,
      "label-separator": labelSeparator,
      "label-columns": labelColumns,
      "max-length": maxLength,
      "truncation": truncation,
      "truncation-side": truncationSide,
      "max-truncated-share": maxTruncatedShare,
      "on-bad-row": onBadRow,
      "output": output,
      "epochs": epochs,
      "max-steps": maxSteps,
      "batch-size": batchSize,
      "batch-tokens": batchTokens,
      "gradient-accumulation": gradientAccumulation,
      "order": order,
      "max-grad-norm": maxGradNorm,
      "dropout": dropout,
      "label-smoothing": labelSmoothing,
      "class-weights": classWeights,
      "evaluate-every": evaluateEvery,
      "metric": metric,
      "early-stopping": earlyStopping,
      "log-every": logEvery,
      "save-every": saveEvery,
      "precision": precision,
      "seed": seed,
      "threads": threads,
      "device": device,
      "optimizer": optimizer,
      "learning-rate": learningRate,
      "weight-decay": weightDecay,
      "momentum": momentum,
      "schedule": schedule,
      "warmup-steps": warmupSteps,
      "warmup-ratio": warmupRatio,
    ]
    let toggles: [String: Bool] = [
      "drop-duplicates": dropDuplicates,
      "overwrite": overwrite,
      "resume": resume,
    ]
    let named = Recipe.flags.compactMap { flag -> RecipeOverride? in
      if toggles[flag.name] == true { return flag.override() }
      return given[flag.name].flatMap(\.self).map { flag.override($0) }
    }
    return try named + assignments.map { try RecipeOverride(assignment: $0) }
  }

  private static func help(_ name: String) -> ArgumentHelp {
    let flag = Recipe.flags.first { $0.name == name }
    return ArgumentHelp("\(flag?.help ?? "")", valueName: flag?.valueName)
  }
}
