import Adapters

extension Settings {
  /// What of the model is tuned, and how.
  static let method: [Setting] =
    choice + common + lora + adaLoRA + vera + ia3 + bottleneck + virtualTokens + bitFit

  private static let choice: [Setting] = [
    Setting(
      "method.kind", \.method.kind, flag: "method", MethodConfiguration.Kind.flagKind,
      "What of the model is tuned (default: full, all of it)."),
    Setting(
      "method.base", \.method.base, flag: "base", MethodConfiguration.BaseWeights.flagKind,
      "How a method keeps the model's own weights (default: auto, as the run computes)."),
  ]

  /// What several methods have, named without naming the method.
  private static let common: [Setting] = [
    Setting(
      common: "method.rank", flag: "rank", .number("N"),
      "Rank of the thin matrices of lora (default: 8) and vera (default: 256)."),
    Setting(
      common: "method.alpha", flag: "alpha", .number("N"),
      "The change of lora and adalora is multiplied with alpha / rank (default: 8)."),
    Setting(
      common: "method.dropout", flag: "adapter-dropout", .number("rate"),
      "Share of its input that a method does not see while training (default: 0)."),
    Setting(
      common: "method.targets", flag: "targets", .text("a,b|regex|all-linear"),
      "Layers that a method changes (default: queries and values; ia3: keys, values, down)."),
    Setting(
      common: "method.exclude", .text("a,b|regex"), "Layers that a method leaves alone."),
    Setting(
      common: "method.layers", .text("0,1"), "Numbers of the layers that it changes."),
    Setting(
      common: "method.layersPattern", .text("a,b"), "What stands before those numbers."),
    Setting(
      common: "method.bias", BiasTraining.flagKind, "Biases that are trained too."),
    Setting(
      common: "method.virtualTokens", flag: "virtual-tokens", .number("N"),
      "Tokens that prefix, prompt and p-tuning put before every text (default: 20)."),
    Setting(
      common: "method.reductionFactor", flag: "reduction-factor", .number("N"),
      "How many times narrower the middle of bottleneck adapters is (default: 16)."),
    Setting(
      common: "method.modulesToSave", .text("a,b"),
      "Modules that are trained whole beside the method."),
  ]

  private static let lora: [Setting] = [
    Setting(
      "method.lora.rank", \.method.lora.rank, .number("N"), "Rank (default: 8)."),
    Setting(
      "method.lora.alpha", \.method.lora.alpha, .number("N"),
      "The change is multiplied with alpha / rank (default: 8)."),
    Setting(
      "method.lora.dropout", \.method.lora.dropout, .number("rate"),
      "Share of the input that is dropped while training (default: 0)."),
    Setting(
      "method.lora.targets", \.method.lora.modules.targets, .text("a,b|regex|all-linear"),
      "Layers and tables that are changed (default: queries and values)."),
    Setting(
      "method.lora.exclude", \.method.lora.modules.excluded, .text("a,b|regex"),
      "Layers that are left alone."),
    Setting(
      "method.lora.layers", \.method.lora.modules.layerNumbers, .text("0,1"),
      "Numbers of the layers that are changed (default: all)."),
    Setting(
      "method.lora.layersPattern", \.method.lora.modules.layersPattern, .text("a,b"),
      "What stands before those numbers."),
    Setting(
      "method.lora.rankPattern", \.method.lora.rankPattern, .text("name=N,..."),
      "Ranks of single layers."),
    Setting(
      "method.lora.alphaPattern", \.method.lora.alphaPattern, .text("name=N,..."),
      "Alphas of single layers."),
    Setting(
      "method.lora.rsLoRA", \.method.lora.isRankStabilized, .toggle,
      "Whether the factor is alpha / √rank (default: false)."),
    Setting(
      "method.lora.dora", \.method.lora.decomposesWeights, flag: "dora", .toggle,
      "Train the lengths of the weights' rows by themselves: LoRA becomes DoRA."),
    Setting(
      "method.lora.bias", \.method.lora.bias, BiasTraining.flagKind,
      "Biases that are trained too (default: none)."),
    Setting(
      "method.lora.loraBias", \.method.lora.hasBias, .toggle,
      "Whether the second thin matrix has a bias (default: false)."),
    Setting(
      "method.lora.initialization", \.method.lora.initialization, LoRAInitialization.flagKind,
      "How the first thin matrix begins (default: uniform)."),
    Setting(
      "method.lora.learningRateRatio", \.method.lora.learningRateRatio, flag: "lora-plus",
      .number("N"),
      "Rate of the second thin matrix over that of the first: LoRA+, such as 16."),
    Setting(
      "method.lora.modulesToSave", \.method.lora.modulesToSave, .text("a,b"),
      "Modules that are trained whole beside it."),
  ].map { $0.of(.lora) }

  private static let adaLoRA: [Setting] = [
    Setting(
      "method.adalora.initialRank", \.method.adaLoRA.initialRank, .number("N"),
      "Rank of each layer at the start (default: 12)."),
    Setting(
      "method.adalora.targetRank", \.method.adaLoRA.targetRank, .number("N"),
      "Mean rank at the end (default: 8)."),
    Setting(
      "method.adalora.warmupSteps", \.method.adaLoRA.warmupSteps, .number("N"),
      "Steps before ranks fall (default: 0)."),
    Setting(
      "method.adalora.finalSteps", \.method.adaLoRA.finalSteps, .number("N"),
      "Last steps, in which ranks stay (default: 0)."),
    Setting(
      "method.adalora.interval", \.method.adaLoRA.interval, .number("N"),
      "Steps between two times that ranks are shared out (default: 1)."),
    Setting(
      "method.adalora.beta1", \.method.adaLoRA.beta1, .number("share"),
      "How much of the mean sensitivity is kept (default: 0.85)."),
    Setting(
      "method.adalora.beta2", \.method.adaLoRA.beta2, .number("share"),
      "How much of its uncertainty is kept (default: 0.85)."),
    Setting(
      "method.adalora.orthogonality", \.method.adaLoRA.orthogonality, .number("weight"),
      "Weight of the term that keeps rows orthogonal (default: 0.5)."),
    Setting(
      "method.adalora.alpha", \.method.adaLoRA.alpha, .number("N"),
      "The change is multiplied with alpha / initialRank (default: 8)."),
    Setting(
      "method.adalora.dropout", \.method.adaLoRA.dropout, .number("rate"),
      "Share of the input that is dropped while training (default: 0)."),
    Setting(
      "method.adalora.targets", \.method.adaLoRA.modules.targets, .text("a,b|regex|all-linear"),
      "Layers that are changed (default: queries and values)."),
    Setting(
      "method.adalora.exclude", \.method.adaLoRA.modules.excluded, .text("a,b|regex"),
      "Layers that are left alone."),
    Setting(
      "method.adalora.layers", \.method.adaLoRA.modules.layerNumbers, .text("0,1"),
      "Numbers of the layers that are changed (default: all)."),
    Setting(
      "method.adalora.layersPattern", \.method.adaLoRA.modules.layersPattern, .text("a,b"),
      "What stands before those numbers."),
    Setting(
      "method.adalora.bias", \.method.adaLoRA.bias, BiasTraining.flagKind,
      "Biases that are trained too (default: none)."),
    Setting(
      "method.adalora.modulesToSave", \.method.adaLoRA.modulesToSave, .text("a,b"),
      "Modules that are trained whole beside it."),
  ].map { $0.of(.adaLoRA) }
}
