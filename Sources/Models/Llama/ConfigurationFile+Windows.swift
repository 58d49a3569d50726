extension ConfigurationFile {
  /// The largest distance at which each layer's tokens are seen; nil for all.
  ///
  /// A `sliding_window` counts the token itself.
  func windows(_ windows: LlamaKind.Windows, layers: Int) throws -> [Int?] {
    switch windows {
    case .none:
      return Array(repeating: nil, count: layers)
    case .all:
      guard values["layer_types"] ?? .null == .null else {
        throw ModelsError(
          .configuration,
          "\(path): layer_types is not supported for this kind of model, whose layers are all of "
            + "one type.")
      }
      return Array(repeating: try slidingWindow(), count: layers)
    case .some:
      let window = try flag("use_sliding_window", default: false) ? slidingWindow() : nil
      return try slidingLayers(of: layers, window: window).map { $0 ? window : nil }
    }
  }

  private func slidingWindow() throws -> Int? {
    let key = "sliding_window"
    return isNull(key) ? nil : try integer(key, default: 4096, atLeast: 1) - 1
  }

  private func slidingLayers(of count: Int, window: Int?) throws -> [Bool] {
    let key = "layer_types"
    let first = try integer("max_window_layers", default: 28)
    guard let written = values[key], written != .null else {
      return (0..<count).map { window != nil && $0 >= first }
    }
    guard case .array(let names) = written, names.count == count else {
      throw ModelsError(.configuration, "\(path): \(key) must name the types of \(count) layers.")
    }
    return try names.map { name in
      switch name {
      case .string("full_attention"): return false
      case .string("sliding_attention"):
        guard window != nil else {
          throw ModelsError(
            .configuration,
            "\(path): \(key) names sliding_attention, and use_sliding_window or sliding_window "
              + "gives no window.")
        }
        return true
      default:
        throw ModelsError(
          .configuration,
          "\(path): \(key) names \(name.kind); supported are full_attention and "
            + "sliding_attention.")
      }
    }
  }
}
