import Layers

// Keys that several families read in one way.
extension ConfigurationFile {
  /// A non-linearity by its name.
  ///
  /// - Throws: ``ModelsError`` that lists those there are, when the name is of another.
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

  /// Whether a key is there with the value `null`, which for some keys is not the same as missing.
  func isNull(_ key: String) -> Bool { values[key] == .null }

  /// Refuses weights that are stored in fewer bits by a method of their own.
  ///
  /// - Throws: ``ModelsError`` when there is a `quantization_config`.
  func requireUnquantised() throws {
    guard let value = values["quantization_config"], value != .null else { return }
    throw ModelsError(
      .configuration,
      "\(path): quantization_config is not supported. Use the model's unquantised weights, or a "
        + "GGUF file.")
  }
}
