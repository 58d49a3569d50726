import Layers

/// Keys that many families' configurations have in common.
extension ConfigurationFile {
  /// A non-linearity by its name.
  func activation(_ key: String, default fallback: Activation) throws -> Activation {
    let name = try text(key, default: fallback.rawValue)
    guard let activation = Activation(rawValue: name) else {
      throw ModelsError(
        .configuration,
        "\(path): \(key) is \"\(name)\"; supported are "
          + Activation.allCases.map(\.rawValue).joined(separator: ", ") + ".")
    }
    return activation
  }

  /// A whole number that stands under one of two names.
  ///
  /// - Throws: ``ModelsError`` also when both are there and differ.
  func integer(
    _ key: String, or other: String, default fallback: Int, atLeast minimum: Int = 0
  ) throws -> Int {
    let second = try integer(other, default: fallback, atLeast: minimum)
    let first = try integer(key, default: second, atLeast: minimum)
    guard first == second || values[other] == nil || values[other] == .null else {
      throw ModelsError(
        .configuration, "\(path): \(key) is \(first) and \(other), its other name, is \(second).")
    }
    return first
  }

  /// The token whose embedding is padding: `pad_token_id`, where `null` means none.
  func paddingToken(default fallback: Int) throws -> Int? {
    if values["pad_token_id"] == .null { return nil }
    return try integer("pad_token_id", default: fallback)
  }

  /// Refuses heads that do not divide the width.
  func requireDivisible(_ widthKey: String, _ width: Int, _ headsKey: String, _ heads: Int) throws {
    guard width % heads == 0 else {
      throw ModelsError(
        .configuration,
        "\(path): \(widthKey) \(width) is not a multiple of \(headsKey) \(heads).")
    }
  }

  /// Refuses what makes an encoder of the BERT kind another model, by name.
  ///
  /// - Parameter kind: What the model is called in a sentence, such as "a BERT".
  /// - Throws: ``ModelsError``.
  func requirePlainEncoder(_ kind: String) throws {
    let positions = try text("position_embedding_type", default: "absolute")
    guard positions == "absolute" else {
      throw ModelsError(
        .configuration,
        "\(path): position_embedding_type \"\(positions)\" is not supported, only \"absolute\".")
    }
    for key in ["is_decoder", "add_cross_attention", "is_encoder_decoder"]
    where try flag(key, default: false) {
      throw ModelsError(
        .configuration, "\(path): \(key) is true; \(kind) is supported as an encoder only.")
    }
    if case .object(let pruned) = values["pruned_heads"], !pruned.isEmpty {
      throw ModelsError(
        .configuration, "\(path): pruned_heads names heads; pruned models are not supported.")
    }
  }
}
