extension AdapterFolder {
  /// How the settings of each kind of folder are read.
  static let readers: [String: @Sendable (AdapterConfiguration) throws -> TuningMethod] = [
    "LORA": { .lora(try LoRASettings($0)) },
    "ADALORA": { .adaLoRA(try AdaLoRASettings($0)) },
    "VERA": { .vera(try VeRASettings($0)) },
    "IA3": { .ia3(try IA3Settings($0)) },
    "BOTTLENECK": { .bottleneck(try BottleneckSettings($0)) },
    "PREFIX_TUNING": { .prefix(try PrefixSettings($0)) },
    "PROMPT_TUNING": { .prompt(try PromptSettings($0)) },
    "P_TUNING": { .pTuning(try PTuningSettings($0)) },
    "BITFIT": { .bitFit(try BitFitSettings($0)) },
  ]
}
