internal import Layers
internal import Torch

extension GGUFMetadata {
  private static let llamaKeys: Set<String> = [
    "context_length", "embedding_length", "block_count", "feed_forward_length", "vocab_size",
    "attention.head_count", "attention.head_count_kv", "attention.layer_norm_rms_epsilon",
    "attention.key_length", "attention.value_length", "rope.dimension_count", "rope.freq_base",
    "rope.scaling.type", "rope.scaling.factor", "rope.scaling.original_context_length",
    "rope.scaling.finetuned",
  ]

  /// The configuration of a Llama or a Qwen.
  func llama() throws -> [String: JSONValue] {
    try requireKnown(Self.llamaKeys)
    let heads = try integer("attention.head_count")
    let width = try integer("embedding_length")
    let headSize = try headSize(heads: heads, width: width)
    let positions = try integer("context_length")
    let base = try has("rope.freq_base") ? number("rope.freq_base") : 10000
    var rope = try scaling()
    if let factors = try angleFactors() {
      guard rope == nil else { throw unsupportedFactors }
      rope = try llama3(factors, base: base, size: headSize, maximumPositions: positions)
    }
    var parameters = rope ?? ["rope_type": .string("default")]
    parameters["rope_theta"] = .number(base)
    let className = ["llama": "Llama", "qwen2": "Qwen2", "qwen3": "Qwen3"][architecture] ?? ""
    var values: [String: JSONValue] = [
      "architectures": .array([.string("\(className)ForCausalLM")]),
      "hidden_size": .integer(width), "num_attention_heads": .integer(heads),
      "num_key_value_heads": .integer(
        try has("attention.head_count_kv") ? integer("attention.head_count_kv") : heads),
      "head_dim": .integer(headSize), "max_position_embeddings": .integer(positions),
      "num_hidden_layers": .integer(try integer("block_count")),
      "intermediate_size": .integer(try integer("feed_forward_length")),
      "rms_norm_eps": .number(try number("attention.layer_norm_rms_epsilon")),
      "rope_parameters": .object(parameters),
    ]
    // Qwen 2 has its biases always, and no key for them.
    if architecture != "qwen2" {
      values["attention_bias"] = .bool(file.shape(of: "blk.0.attn_q.bias") != nil)
    }
    if architecture == "llama" {
      values["mlp_bias"] = .bool(file.shape(of: "blk.0.ffn_up.bias") != nil)
    }
    return values
  }

  private func headSize(heads: Int, width: Int) throws -> Int {
    let own = try has("attention.key_length") ? integer("attention.key_length") : nil
    let size = own ?? (heads > 0 ? width / heads : 0)
    for key in ["attention.value_length", "rope.dimension_count"] where has(key) {
      let other = try integer(key)
      guard other == size else {
        throw ModelsError(
          .configuration,
          "\(file.origin): \(architecture).\(key) \(other) is not supported beside heads of "
            + "\(size).")
      }
    }
    return size
  }

  /// The scaling of angles that the metadata name; nil for none.
  private func scaling() throws -> [String: JSONValue]? {
    guard has("rope.scaling.type") else { return nil }
    let type = file.metadata["\(architecture).rope.scaling.type"]?.text ?? ""
    switch type {
    case "none": return nil
    case "linear":
      return [
        "rope_type": .string(type), "factor": .number(try number("rope.scaling.factor")),
      ]
    case "yarn":
      return [
        "rope_type": .string(type), "factor": .number(try number("rope.scaling.factor")),
        "original_max_position_embeddings": .integer(
          try integer("rope.scaling.original_context_length")),
      ]
    default:
      throw ModelsError(
        .configuration,
        "\(file.origin): \(architecture).rope.scaling.type \"\(type)\" is not supported, only "
          + "none, linear and yarn.")
    }
  }

  // MARK: Llama 3.1

  /// What the angle of each pair is divided by, where the file has a tensor for it.
  private func angleFactors() throws -> [Float]? {
    let name = "rope_freqs.weight"
    guard file.shape(of: name) != nil else { return nil }
    return try file.tensor(name).values(as: Float.self)
  }

  /// Llama 3.1's scaling, which llama.cpp stores as the factors that follow from it: the settings
  /// that all of its models have, with the largest factor.
  private func llama3(
    _ factors: [Float], base: Double, size: Int, maximumPositions: Int
  ) throws -> [String: JSONValue] {
    let settings = Llama3RotaryScaling(
      factor: Double(factors.max() ?? 1), lowFrequencyFactor: 1, highFrequencyFactor: 4,
      originalMaximumPositions: 8192)
    func angles(_ scaling: RotaryScaling) throws -> [Float] {
      try RotaryFrequencies(
        base: base, size: size, maximumPositions: maximumPositions, scaling: scaling
      ).angles(length: maximumPositions)
    }
    let expected = try zip(angles(.none), angles(.llama3(settings))).map { $0 / $1 }
    // The factors were worked out in fp32, angles in between from differences of close numbers.
    guard expected.count == factors.count,
      zip(expected, factors).allSatisfy({ abs($0 - $1) <= 1e-3 * abs($1) })
    else { throw unsupportedFactors }
    return [
      "rope_type": .string("llama3"), "factor": .number(settings.factor),
      "low_freq_factor": .number(settings.lowFrequencyFactor),
      "high_freq_factor": .number(settings.highFrequencyFactor),
      "original_max_position_embeddings": .integer(settings.originalMaximumPositions),
    ]
  }

  private var unsupportedFactors: ModelsError {
    ModelsError(
      .configuration,
      "\(file.origin): the factors of angles in the tensor rope_freqs.weight are not those of "
        + "Llama 3.1's scaling, the only ones supported.")
  }
}
