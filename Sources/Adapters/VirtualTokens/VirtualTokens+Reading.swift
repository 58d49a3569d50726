extension PrefixSettings {
  /// Reads PEFT's configuration.
  ///
  /// - Throws: ``AdaptersError`` that names the key.
  public init(_ keys: AdapterConfiguration) throws {
    self.init()
    virtualTokens = try keys.virtualTokens()
    modulesToSave = try keys.texts("modules_to_save") ?? []
    isReparameterized = try keys.flag("prefix_projection") ?? false
    if isReparameterized { encoderHiddenSize = try keys.integer("encoder_hidden_size") }
    startsAtZero = try keys.text("init_weights") == "zero"
    keys.ignore(["encoder_hidden_size"])
    try validate()
  }
}

extension PromptSettings {
  /// Reads PEFT's configuration, all but what the tokens started as: a stored adapter needs no start,
  /// and so no tokenizer.
  ///
  /// - Throws: ``AdaptersError`` that names the key.
  public init(_ keys: AdapterConfiguration) throws {
    self.init()
    virtualTokens = try keys.virtualTokens()
    modulesToSave = try keys.texts("modules_to_save") ?? []
    keys.ignore([
      "prompt_tuning_init", "prompt_tuning_init_text", "tokenizer_name_or_path", "tokenizer_kwargs",
    ])
    try validate()
  }
}

extension PTuningSettings {
  /// Reads PEFT's configuration.
  ///
  /// - Throws: ``AdaptersError`` that names the key.
  public init(_ keys: AdapterConfiguration) throws {
    self.init()
    virtualTokens = try keys.virtualTokens()
    modulesToSave = try keys.texts("modules_to_save") ?? []
    encoder = try keys.choice("encoder_reparameterization_type") ?? .dense
    encoderHiddenSize = try keys.integer("encoder_hidden_size")
    if encoder == .recurrent {
      encoderLayers = try keys.integer("encoder_num_layers") ?? 2
      encoderDropout = try keys.number("encoder_dropout") ?? 0
    }
    // PEFT takes both with either network, and looks at them with one alone.
    keys.ignore(["encoder_num_layers", "encoder_dropout"])
    try validate()
  }
}

extension AdapterConfiguration {
  /// How many virtual tokens there are; sizes of the base, which a model knows itself, are passed by.
  fileprivate func virtualTokens() throws -> Int {
    ignore(["token_dim", "num_attention_heads", "num_layers", "num_transformer_submodules"])
    guard let count = try integer("num_virtual_tokens") else {
      throw wrong("num_virtual_tokens", "a whole number")
    }
    return count
  }
}
