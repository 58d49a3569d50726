import ArgumentParser
import Finetune

/// The flags of a recipe's settings, as ArgumentParser declares them.
///
/// The recipe's own table gives each its help and checks its value; a test compares this list with
/// `Recipe.flags`. Numbers are taken as they stand, so that a negative one is refused as a value.
struct RecipeOptions: ParsableArguments {
  @Option(help: help("model")) var model: String?
  @Option(help: help("model-revision")) var modelRevision: String?
  @Option(help: help("task")) var task: String?
  @Option(help: help("problem")) var problem: String?
  @Option(help: help("method")) var method: [String] = []
  @Option(help: help("base")) var base: String?
  @Option(parsing: .unconditional, help: help("rank")) var rank: String?
  @Option(parsing: .unconditional, help: help("alpha")) var alpha: String?
  @Option(parsing: .unconditional, help: help("adapter-dropout")) var adapterDropout: String?
  @Option(help: help("targets")) var targets: String?
  @Option(parsing: .unconditional, help: help("virtual-tokens")) var virtualTokens: String?
  @Option(parsing: .unconditional, help: help("reduction-factor")) var reductionFactor: String?
  @Option(help: help("placement")) var placement: String?
  @Option(parsing: .unconditional, help: help("lora-plus")) var loraPlus: String?
  @Option(parsing: .unconditional, help: help("top-layers")) var topLayers: String?
  @Option(help: help("freeze")) var freeze: String?
  @Option(help: help("train-only")) var trainOnly: String?
  @Option(help: help("unfreeze-every")) var unfreezeEvery: String?
  @Flag(help: help("dora")) var dora = false
  @Option(help: help("train")) var train: String?
  @Option(help: help("validation")) var validation: String?
  @Option(help: help("test")) var test: String?
  @Option(help: help("format")) var format: String?
  @Option(help: help("text-column")) var textColumn: String?
  @Option(help: help("pair-column")) var pairColumn: String?
  @Option(help: help("label-column")) var labelColumn: String?
  @Option(help: help("label-separator")) var labelSeparator: String?
  @Option(help: help("label-columns")) var labelColumns: String?
  @Option(parsing: .unconditional, help: help("max-length")) var maxLength: String?
  @Option(help: help("truncation")) var truncation: String?
  @Option(help: help("truncation-side")) var truncationSide: String?
  @Option(parsing: .unconditional, help: help("max-truncated-share")) var maxTruncatedShare: String?
  @Option(help: help("on-bad-row")) var onBadRow: String?
  @Flag(help: help("drop-duplicates")) var dropDuplicates = false
  @Flag(help: help("windows")) var windows = false
  @Option(help: help("tag-scheme")) var tagScheme: String?
  @Flag(help: help("crf")) var crf = false
  @Option(help: help("embedding-loss")) var embeddingLoss: String?
  @Option(help: help("output")) var output: String?
  @Flag(help: help("overwrite")) var overwrite = false
  @Flag(help: help("resume")) var resume = false
  @Option(parsing: .unconditional, help: help("epochs")) var epochs: String?
  @Option(parsing: .unconditional, help: help("max-steps")) var maxSteps: String?
  @Option(parsing: .unconditional, help: help("batch-size")) var batchSize: String?
  @Option(parsing: .unconditional, help: help("batch-tokens")) var batchTokens: String?
  @Option(parsing: .unconditional, help: help("gradient-accumulation")) var gradientAccumulation:
    String?
  @Option(help: help("order")) var order: String?
  @Option(parsing: .unconditional, help: help("max-grad-norm")) var maxGradNorm: String?
  @Flag(help: help("activation-checkpointing")) var activationCheckpointing = false
  @Option(parsing: .unconditional, help: help("dropout")) var dropout: String?
  @Option(parsing: .unconditional, help: help("label-smoothing")) var labelSmoothing: String?
  @Option(help: help("class-weights")) var classWeights: String?
  @Option(help: help("evaluate-every")) var evaluateEvery: String?
  @Option(help: help("metric")) var metric: String?
  @Option(parsing: .unconditional, help: help("early-stopping")) var earlyStopping: String?
  @Option(parsing: .unconditional, help: help("log-every")) var logEvery: String?
  @Option(help: help("save-every")) var saveEvery: String?
  @Option(help: help("precision")) var precision: String?
  @Option(parsing: .unconditional, help: help("seed")) var seed: String?
  @Option(parsing: .unconditional, help: help("threads")) var threads: String?
  @Option(help: help("device")) var device: String?
  @Option(help: help("optimizer")) var optimizer: String?
  @Option(parsing: .unconditional, help: help("learning-rate")) var learningRate: String?
  @Option(parsing: .unconditional, help: help("weight-decay")) var weightDecay: String?
  @Option(parsing: .unconditional, help: help("momentum")) var momentum: String?
  @Option(help: help("moments")) var moments: String?
  @Option(parsing: .unconditional, help: help("layer-decay")) var layerDecay: String?
  @Option(help: help("schedule")) var schedule: String?
  @Option(parsing: .unconditional, help: help("warmup-steps")) var warmupSteps: String?
  @Option(parsing: .unconditional, help: help("warmup-ratio")) var warmupRatio: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Any setting of a recipe by its key; may be given again.", valueName: "key=value"))
  var assignments: [String] = []

  func validate() throws {
    guard Set(method).count < 2 else {
      throw ValidationError(
        "--method is given as \(method.joined(separator: " and as ")); a run has one method.")
    }
  }

  /// What the flags that were given change, in the recipe's order, then each `--set`.
  func overrides() throws -> [RecipeOverride] {
    let given: [String: String?] = [
      "model": model,
      "model-revision": modelRevision,
      "task": task,
      "problem": problem,
      "method": method.last,
      "base": base,
      "rank": rank,
      "alpha": alpha,
      "adapter-dropout": adapterDropout,
      "targets": targets,
      "virtual-tokens": virtualTokens,
      "reduction-factor": reductionFactor,
      "placement": placement,
      "lora-plus": loraPlus,
      "top-layers": topLayers,
      "freeze": freeze,
      "train-only": trainOnly,
      "unfreeze-every": unfreezeEvery,
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
      "tag-scheme": tagScheme,
      "embedding-loss": embeddingLoss,
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
      "moments": moments,
      "layer-decay": layerDecay,
      "schedule": schedule,
      "warmup-steps": warmupSteps,
      "warmup-ratio": warmupRatio,
    ]
    let toggles: [String: Bool] = [
      "activation-checkpointing": activationCheckpointing,
      "crf": crf,
      "dora": dora,
      "windows": windows,
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
