extension HuggingFaceName {
  /// Names of PEFT's configurations whose value is that of one of our settings.
  static let peft: [HuggingFaceName] =
    [
      ("r", "method.rank"), ("lora_alpha", "method.alpha"), ("lora_dropout", "method.dropout"),
      ("target_modules", "method.targets"), ("exclude_modules", "method.exclude"),
      ("layers_to_transform", "method.layers"), ("modules_to_save", "method.modulesToSave"),
      ("rank_pattern", "method.lora.rankPattern"), ("alpha_pattern", "method.lora.alphaPattern"),
      ("use_rslora", "method.lora.rsLoRA"), ("use_dora", "method.lora.dora"),
      ("lora_bias", "method.lora.loraBias"),
      ("loraplus_lr_ratio", "method.lora.learningRateRatio"),
      ("init_r", "method.adalora.initialRank"), ("target_r", "method.adalora.targetRank"),
      ("tinit", "method.adalora.warmupSteps"), ("tfinal", "method.adalora.finalSteps"),
      ("deltaT", "method.adalora.interval"),
      ("orth_reg_weight", "method.adalora.orthogonality"),
      ("projection_prng_key", "method.vera.projectionSeed"),
      ("save_projection", "method.vera.saveProjection"), ("vera_dropout", "method.dropout"),
      ("d_initial", "method.vera.initialScale"),
      ("feedforward_modules", "method.ia3.feedforward"),
      ("num_virtual_tokens", "method.virtualTokens"),
      ("prefix_projection", "method.prefix.reparameterization"),
      ("prompt_tuning_init_text", "method.prompt.start"),
      ("tokenizer_name_or_path", "method.prompt.tokenizer"),
      ("encoder_reparameterization_type", "method.p-tuning.encoder"),
      ("encoder_num_layers", "method.p-tuning.encoderLayers"),
      ("non_linearity", "method.bottleneck.activation"),
    ].map { HuggingFaceName($0.0, is: $0.1) } + [
      HuggingFaceName("peft_type", .translated(method)),
      HuggingFaceName("init_lora_weights", .translated(initialization)),
      HuggingFaceName("load_in_4bit", .translated(fourBits)),
      HuggingFaceName("load_in_8bit", .translated(eightBits)),
      HuggingFaceName("bnb_4bit_quant_type", .translated(quantization)),
      HuggingFaceName(
        "bnb_4bit_use_double_quant", .notNeeded("nf4 always quantises its scales too")),
      HuggingFaceName("task_type", .notNeeded("task names the task")),
      HuggingFaceName("inference_mode", .notNeeded("`finetune train` trains")),
      HuggingFaceName(
        "fan_in_fan_out", .notNeeded("how a family stores its matrices is known")),
    ]

  @Sendable private static func method(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    let words = [
      "LORA": "lora", "ADALORA": "adalora", "VERA": "vera", "IA3": "ia3",
      "PREFIX_TUNING": "prefix", "PROMPT_TUNING": "prompt", "P_TUNING": "p-tuning",
    ]
    let name = try raw.read(String.self)
    guard let word = words[name.uppercased()] else {
      return .refused(
        "the method '\(name.shortened)' is not built; there are "
          + words.keys.sorted().joined(separator: ", "))
    }
    return .setting("method.kind", raw.replacing(word))
  }

  @Sendable private static func initialization(
    _ raw: RawValue
  ) throws(ValueMismatch) -> Translation {
    switch raw.word?.lowercased() {
    case "true": return .setting("method.lora.initialization", raw.replacing("uniform"))
    case "gaussian": return .setting("method.lora.initialization", raw.replacing("gaussian"))
    default:
      return .refused("init_lora_weights \(raw.found) is not built; there are true and gaussian")
    }
  }

  @Sendable private static func fourBits(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    try baseWeights(raw, "nf4")
  }

  @Sendable private static func eightBits(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    try baseWeights(raw, "int8")
  }

  private static func baseWeights(
    _ raw: RawValue, _ word: String
  ) throws(ValueMismatch) -> Translation {
    try raw.read(Bool.self)
      ? .setting("method.base", raw.replacing(word)) : .nothing("false asks for nothing")
  }

  @Sendable private static func quantization(
    _ raw: RawValue
  ) throws(ValueMismatch) -> Translation {
    try raw.read(String.self) == "nf4"
      ? .nothing("4-bit weights are nf4")
      : .refused("bnb_4bit_quant_type \(raw.found) is not built; there is nf4")
  }
}
