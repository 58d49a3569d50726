// Keys that several families read in one way.
extension ConfigurationFile {
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
