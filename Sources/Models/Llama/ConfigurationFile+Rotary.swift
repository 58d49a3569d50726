import Layers

extension ConfigurationFile {
  /// How queries and keys turn: `rope_parameters` as Transformers 5 writes it, `rope_theta` and
  /// `rope_scaling` as version 4 did.
  ///
  /// - Parameters:
  ///   - size: Width of a head, all of which turns.
  ///   - maximumPositions: The model's longest sequence.
  /// - Returns: The angles of each pair.
  /// - Throws: ``ModelsError`` for scalings that are not supported, by name, and for keys that none
  ///   has.
  func rotaryFrequencies(size: Int, maximumPositions: Int) throws -> RotaryFrequencies {
    let old = try settings("rope_scaling")
    let settings = try old?.values.isEmpty == false ? old : settings("rope_parameters")
    let base = try number("rope_theta", default: 10000, in: 1e-6...1e30)
    guard let settings else {
      return try RotaryFrequencies(base: base, size: size, maximumPositions: maximumPositions)
    }
    try settings.requireKnown(in: self)
    // A newer name beside the older one wins, as in Transformers.
    let older = try settings.text("type", default: "default")
    let type = try settings.text("rope_type", default: older)
    let original = try integer(
      "original_max_position_embeddings",
      default: settings.integer(
        "original_max_position_embeddings", default: maximumPositions, atLeast: 1),
      atLeast: 1)
    return try RotaryFrequencies(
      base: settings.number("rope_theta", default: base, in: 1e-6...1e30), size: size,
      maximumPositions: maximumPositions,
      scaling: settings.scaling(type, originalMaximumPositions: original))
  }

  /// The object under a key, read as a configuration of its own; nil when there is none.
  private func settings(_ key: String) throws -> ConfigurationFile? {
    switch values[key] {
    case nil, .null?: return nil
    case .object(let members)?: return ConfigurationFile(values: members, path: "\(path): \(key)")
    case let other?:
      throw ModelsError(.configuration, "\(path): \(key) must be an object, and is \(other.kind).")
    }
  }

  private static let known: Set<String> = [
    "rope_theta", "rope_type", "type", "factor", "original_max_position_embeddings",
    "attention_factor", "beta_fast", "beta_slow", "mscale", "mscale_all_dim", "truncate",
    "low_freq_factor", "high_freq_factor", "partial_rotary_factor",
  ]

  private func requireKnown(in whole: ConfigurationFile) throws {
    let share = try number(
      "partial_rotary_factor",
      default: whole.number("partial_rotary_factor", default: 1, in: 0...1), in: 0...1)
    guard share == 1 else {
      throw ModelsError(
        .configuration, "\(path): partial_rotary_factor \(share) is not supported, only 1.")
    }
    // Those of long-context scalings are told by the type, which is refused by name.
    let lists: Set<String> = ["short_factor", "long_factor", "short_mscale", "long_mscale"]
    let unknown = values.keys.filter { !Self.known.contains($0) && !lists.contains($0) }.sorted()
    guard unknown.isEmpty else {
      throw ModelsError(
        .configuration, "\(path): \(unknown.joined(separator: ", ")) is not supported.")
    }
  }

  private func scaling(_ type: String, originalMaximumPositions: Int) throws -> RotaryScaling {
    let positive = 1e-30...1e30
    switch type {
    case "default": return .none
    case "linear": return .linear(factor: try number("factor", in: positive))
    case "dynamic": return .dynamic(factor: try number("factor", in: positive))
    case "llama3":
      return .llama3(
        Llama3RotaryScaling(
          factor: try number("factor", in: positive),
          lowFrequencyFactor: try number("low_freq_factor", in: positive),
          highFrequencyFactor: try number("high_freq_factor", in: positive),
          originalMaximumPositions: originalMaximumPositions))
    case "yarn":
      return .yarn(try yarn(originalMaximumPositions: originalMaximumPositions))
    default:
      throw ModelsError(
        .configuration,
        "\(path): the type \"\(type)\" is not supported; supported are default, linear, dynamic, "
          + "llama3 and yarn.")
    }
  }

  private func yarn(originalMaximumPositions: Int) throws -> YarnRotaryScaling {
    func optional(_ key: String) throws -> Double? {
      values[key] ?? .null == .null ? nil : try number(key, in: 0...1e30)
    }
    var yarn = YarnRotaryScaling(
      factor: try optional("factor"), originalMaximumPositions: originalMaximumPositions)
    // Zero is as good as nothing, as in Transformers.
    if let turns = try optional("beta_fast"), turns > 0 { yarn.fastTurns = turns }
    if let turns = try optional("beta_slow"), turns > 0 { yarn.slowTurns = turns }
    yarn.attentionFactor = try optional("attention_factor")
    yarn.magnitude = try optional("mscale")
    yarn.allDimensionsMagnitude = try optional("mscale_all_dim")
    yarn.truncates = try flag("truncate", default: true)
    return yarn
  }
}
