internal import Layers

extension ConfigurationFile {
  /// The configuration that a GGUF file's metadata stand for, in the keys of `config.json`.
  ///
  /// - Throws: ``ModelsError`` when a key is missing, or asks for something that is not supported.
  init(gguf file: GGUFFile) throws {
    let metadata = try GGUFMetadata(file)
    self.init(values: try metadata.configuration(), path: file.origin)
  }
}

/// The metadata of one architecture.
struct GGUFMetadata {
  let file: GGUFFile
  let architecture: String

  init(_ file: GGUFFile) throws {
    guard let architecture = file.architecture else {
      throw ModelsError(
        .configuration, "\(file.origin) has no key general.architecture among its metadata.")
    }
    self.file = file
    self.architecture = architecture
  }

  /// Keys and values as `config.json` has them.
  ///
  /// Of an architecture that is not known it holds the name alone, which the table of families then
  /// refuses.
  func configuration() throws -> [String: JSONValue] {
    var values: [String: JSONValue]
    switch architecture {
    case "llama", "qwen2", "qwen3": values = try llama()
    case "gpt2": values = try gpt2()
    default: return ["model_type": .string(architecture)]
    }
    values["model_type"] = .string(architecture)
    values["dtype"] = .string("float32")
    values["tie_word_embeddings"] = .bool(file.shape(of: "output.weight") == nil)
    if let shape = file.shape(of: "token_embd.weight"), shape.count == 2 {
      values["vocab_size"] = .integer(shape[0])
    }
    for (key, name) in [("bos", "bos"), ("eos", "eos"), ("padding", "pad")] {
      if let id = file.metadata["tokenizer.ggml.\(key)_token_id"]?.integer {
        values["\(name)_token_id"] = .integer(id)
      }
    }
    return values
  }

  private func gpt2() throws -> [String: JSONValue] {
    try requireKnown([
      "context_length", "embedding_length", "block_count", "feed_forward_length",
      "attention.head_count", "attention.head_count_kv", "attention.layer_norm_epsilon",
      "vocab_size",
    ])
    return [
      "architectures": .array([.string("GPT2LMHeadModel")]),
      "n_positions": .integer(try integer("context_length")),
      "n_embd": .integer(try integer("embedding_length")),
      "n_layer": .integer(try integer("block_count")),
      "n_inner": .integer(try integer("feed_forward_length")),
      "n_head": .integer(try integer("attention.head_count")),
      "layer_norm_epsilon": .number(try number("attention.layer_norm_epsilon")),
    ]
  }

  // MARK: Typed keys

  /// A whole number under a key of the architecture.
  func integer(_ key: String) throws -> Int {
    let name = "\(architecture).\(key)"
    guard let value = file.metadata[name] else { throw missing(name) }
    guard let integer = value.integer else { throw wrong(name, "a whole number") }
    return integer
  }

  /// A number under a key of the architecture.
  ///
  /// It is stored in fp32, and meant as the shortest decimal number that this is: 1e-05, say.
  func number(_ key: String) throws -> Double {
    let name = "\(architecture).\(key)"
    guard let value = file.metadata[name] else { throw missing(name) }
    guard let number = value.number else { throw wrong(name, "a number") }
    return Double("\(Float(number))") ?? number
  }

  /// Whether the architecture's metadata have a key.
  func has(_ key: String) -> Bool { file.metadata["\(architecture).\(key)"] != nil }

  /// Refuses keys of the architecture that are not understood: they would change what is computed.
  func requireKnown(_ keys: Set<String>) throws {
    let prefix = "\(architecture)."
    let unknown = file.metadata.keys
      .filter { $0.hasPrefix(prefix) && !keys.contains(String($0.dropFirst(prefix.count))) }
      .sorted()
    guard unknown.isEmpty else {
      throw ModelsError(
        .configuration,
        "\(file.origin): \(unknown.joined(separator: ", ")) among the metadata is not supported.")
    }
  }

  private func missing(_ name: String) -> ModelsError {
    ModelsError(
      .configuration,
      "\(file.origin) has no key \(name) among its metadata, which this kind of model needs.")
  }

  private func wrong(_ name: String, _ expected: String) -> ModelsError {
    ModelsError(
      .configuration, "\(file.origin): \(name) among the metadata must be \(expected).")
  }
}
