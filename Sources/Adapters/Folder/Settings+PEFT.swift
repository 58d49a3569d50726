internal import Models

extension LoRASettings {
  /// Reads PEFT's keys.
  init(_ file: AdapterConfiguration) throws {
    self.init()
    rank = try file.integer("r") ?? rank
    alpha = try file.number("lora_alpha") ?? alpha
    dropout = try file.number("lora_dropout") ?? dropout
    modules = try ModuleSelection(file)
    rankPattern = try file.object("rank_pattern").mapValues { value in
      guard case .integer(let rank) = value else {
        throw file.wrong("rank_pattern", "an object of numbers")
      }
      return rank
    }
    alphaPattern = try file.object("alpha_pattern").mapValues { value in
      switch value {
      case .integer(let alpha): Double(alpha)
      case .number(let alpha): alpha
      default: throw file.wrong("alpha_pattern", "an object of numbers")
      }
    }
    isRankStabilized = try file.flag("use_rslora") ?? false
    decomposesWeights = try file.flag("use_dora") ?? false
    hasBias = try file.flag("lora_bias") ?? false
    bias = try BiasTraining(file, "lora")
    initialization = try LoRAInitialization(file)
    modulesToSave = try file.texts("modules_to_save") ?? []
    try file.refuseVariantsOfLoRA()
  }
}

extension AdapterConfiguration {
  /// Refuses what PEFT has built around LoRA and what changes results.
  func refuseVariantsOfLoRA() throws {
    for key in [
      "layer_replication", "target_parameters", "trainable_token_indices", "eva_config",
      "corda_config", "lora_ga_config", "velora_config", "alora_invocation_tokens", "use_qalora",
      "monteclora_config", "use_bdlora", "arrow_config", "kasa_config", "megatron_config",
      "ensure_weight_tying",
    ] { try refuse(key) }
    ignore([
      "fan_in_fan_out", "megatron_core", "loftq_config", "qalora_group_size", "runtime_config",
    ])
  }

  /// AdaLoRA's masks of the values that are left, by names that end in `lora_E`; nil for all.
  var rankMasks: [String: [Bool]]? {
    guard case .object(let members)? = values["rank_pattern"], !members.isEmpty else { return nil }
    return members.compactMapValues { value in
      guard case .array(let elements) = value else { return nil }
      return elements.map { $0 == .bool(true) }
    }
  }
}

extension BiasTraining {
  /// Reads PEFT's `bias`.
  init(_ file: AdapterConfiguration, _ method: String) throws {
    let word = try file.text("bias") ?? "none"
    guard let bias = BiasTraining(word: word, method) else {
      throw file.wrong("bias", "none, all or \(method)_only")
    }
    self = bias
  }
}

extension LoRAInitialization {
  /// Reads PEFT's `init_lora_weights`: how a stored adapter began matters only where the beginning
  /// changed the base as well.
  init(_ file: AdapterConfiguration) throws {
    let harmless = ["gaussian", "eva", "orthogonal"]
    try file.refuse("init_lora_weights") { value in
      switch value {
      case .bool: true
      case .string(let word): harmless.contains(word.lowercased())
      default: false
      }
    }
    self = file.values["init_lora_weights"] == .string("gaussian") ? .gaussian : .uniform
  }
}

extension ModuleSelection {
  /// Reads PEFT's `target_modules` and what goes with it.
  init(_ file: AdapterConfiguration) throws {
    self.init()
    targets = try file.targets("target_modules") ?? targets
    excluded = try file.targets("exclude_modules")
    if case .modules(let names)? = excluded, names.isEmpty { excluded = nil }
    layers = try file.integers("layers_to_transform")
    if layers?.isEmpty == true { layers = nil }
    layersPattern = try file.texts("layers_pattern") ?? []
  }
}

extension AdaLoRASettings {
  /// Reads PEFT's keys.
  init(_ file: AdapterConfiguration) throws {
    self.init()
    initialRank = try file.integer("init_r") ?? initialRank
    targetRank = try file.integer("target_r") ?? targetRank
    warmupSteps = try file.integer("tinit") ?? warmupSteps
    finalSteps = try file.integer("tfinal") ?? finalSteps
    interval = try file.integer("deltaT") ?? interval
    beta1 = try file.number("beta1") ?? beta1
    beta2 = try file.number("beta2") ?? beta2
    orthogonality = try file.number("orth_reg_weight") ?? orthogonality
    totalSteps = try file.integer("total_step")
    alpha = try file.number("lora_alpha") ?? alpha
    dropout = try file.number("lora_dropout") ?? dropout
    modules = try ModuleSelection(file)
    bias = try BiasTraining(file, "lora")
    modulesToSave = try file.texts("modules_to_save") ?? []
    file.ignore(["r", "rank_pattern", "alpha_pattern", "init_lora_weights", "use_rslora"])
    for key in ["use_dora", "lora_bias"] { try file.refuse(key) }
    try file.refuseVariantsOfLoRA()
  }
}

extension VeRASettings {
  /// Reads PEFT's keys.
  init(_ file: AdapterConfiguration) throws {
    self.init()
    rank = try file.integer("r") ?? rank
    projectionSeed = try file.integer("projection_prng_key") ?? projectionSeed
    savesProjection = try file.flag("save_projection") ?? savesProjection
    dropout = try file.number("vera_dropout") ?? dropout
    initialScale = try file.number("d_initial") ?? initialScale
    modules = try ModuleSelection(file)
    bias = try BiasTraining(file, "vera")
    modulesToSave = try file.texts("modules_to_save") ?? []
    file.ignore(["fan_in_fan_out", "init_weights"])
  }
}

extension IA3Settings {
  /// Reads PEFT's keys.
  init(_ file: AdapterConfiguration) throws {
    self.init()
    modules = try ModuleSelection(file)
    feedForward = try file.targets("feedforward_modules") ?? .modules([])
    modulesToSave = try file.texts("modules_to_save") ?? []
    file.ignore(["fan_in_fan_out", "init_ia3_weights"])
  }
}

extension BitFitSettings {
  /// Reads the keys that ``BitFit`` writes.
  init(_ file: AdapterConfiguration) throws {
    self.init()
    pattern = try file.text("pattern")
    modulesToSave = try file.texts("modules_to_save") ?? []
  }
}
