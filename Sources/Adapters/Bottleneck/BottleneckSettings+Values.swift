public import Models
internal import Layers

extension BottleneckSettings {
  /// The keys of the `adapters` library's configuration.
  public func values() -> [String: JSONValue] {
    [
      "mh_adapter": .bool(afterAttention), "output_adapter": .bool(afterFeedForward),
      "cross_adapter": .bool(afterCrossAttention),
      "reduction_factor": factors, "non_linearity": .string(activation.rawValue),
      "original_ln_before": .bool(originalNormBefore),
      "original_ln_after": .bool(originalNormAfter),
      "ln_before": .bool(normBefore), "ln_after": .bool(normAfter),
      "init_weights": .string(start.rawValue), "init_weights_seed": .null,
      "is_parallel": .bool(isParallel), "scaling": scale, "use_gating": .bool(false),
      "residual_before_ln": residual == .afterSum
        ? .string(residual.rawValue) : .bool(residual == .beforeSum),
      "adapter_residual_before_ln": .bool(addsBeforeNorm),
      "inv_adapter": .null, "inv_adapter_reduction_factor": .null,
      "leave_out": .array(leftOut.sorted().map { .integer($0) }), "dropout": .number(dropout),
      "phm_layer": .bool(false), "stochastic_depth": .number(0),
    ]
  }

  private var factors: JSONValue {
    guard !layerReductionFactors.isEmpty else { return .number(reductionFactor) }
    var factors: [String: JSONValue] = ["default": .number(reductionFactor)]
    for (layer, factor) in layerReductionFactors { factors["\(layer)"] = .number(factor) }
    return .object(factors)
  }

  private var scale: JSONValue {
    switch scaling {
    case .constant(let factor): .number(factor)
    case .learned: .string("learned")
    case .channels: .string("channel")
    }
  }

  /// Reads the library's configuration: `adapter_config.json`, or the block `config` in it.
  ///
  /// - Throws: ``AdaptersError`` that names the key: an option that is not supported, a value of
  ///   another type.
  public init(_ file: AdapterConfiguration) throws {
    self.init()
    let block = try file.object("config")
    modulesToSave = try file.texts("modules_to_save") ?? []
    file.ignore(["hidden_size", "model_class", "model_name", "model_type", "name", "version"])
    let keys =
      block.isEmpty
      ? file : AdapterConfiguration(values: block, path: "\(file.path): config")
    if let architecture = try keys.text("architecture") {
      throw AdaptersError(
        .folder,
        "\(keys.path): the adapter is of the kind \"\(architecture)\"; of the kinds of the adapters "
          + "library only bottleneck adapters can be read.")
    }
    try Self.refuseOthers(keys)
    afterAttention = try keys.flag("mh_adapter") ?? false
    afterFeedForward = try keys.flag("output_adapter") ?? true
    afterCrossAttention = try keys.flag("cross_adapter") ?? false
    try readFactors(keys)
    activation = try keys.choice("non_linearity") ?? .relu
    originalNormBefore = try keys.flag("original_ln_before") ?? false
    originalNormAfter = try keys.flag("original_ln_after") ?? true
    normBefore = try keys.flag("ln_before") ?? false
    normAfter = try keys.flag("ln_after") ?? false
    start = try keys.choice("init_weights") ?? .bert
    isParallel = try keys.flag("is_parallel") ?? false
    scaling = try Self.scaling(keys)
    residual = try Self.residual(keys)
    addsBeforeNorm = try keys.flag("adapter_residual_before_ln") ?? false
    leftOut = Set(try keys.integers("leave_out") ?? [])
    dropout = try keys.number("dropout") ?? 0
    try validate()
  }

  /// Options of the library that are not there.
  private static func refuseOthers(_ keys: AdapterConfiguration) throws {
    for key in ["use_gating", "phm_layer", "inv_adapter"] { try keys.refuse(key) }
    try keys.refuse("stochastic_depth") { $0 == .number(0) || $0 == .integer(0) }
  }

  private mutating func readFactors(_ keys: AdapterConfiguration) throws {
    guard case .object(let factors) = keys.values["reduction_factor"] else {
      reductionFactor = try keys.number("reduction_factor") ?? 16
      return
    }
    let inner = AdapterConfiguration(values: factors, path: "\(keys.path): reduction_factor")
    for key in factors.keys where key != "default" {
      guard let layer = Int(key) else {
        throw AdaptersError(
          .folder, "\(inner.path) names \"\(key)\", which is no layer's number.")
      }
      layerReductionFactors[layer] = try inner.number(key)
    }
    reductionFactor = try inner.number("default") ?? 16
  }

  private static func scaling(_ keys: AdapterConfiguration) throws -> Scaling {
    switch keys.values["scaling"] {
    case .string("learned"): .learned
    case .string("channel"): .channels
    case .string: throw keys.wrong("scaling", "a number, \"learned\" or \"channel\"")
    default: .constant(try keys.number("scaling") ?? 1)
    }
  }

  private static func residual(_ keys: AdapterConfiguration) throws -> Residual {
    guard case .string(let text) = keys.values["residual_before_ln"] else {
      return try keys.flag("residual_before_ln") ?? true ? .beforeSum : .afterNorm
    }
    guard text == Residual.afterSum.rawValue else {
      throw keys.wrong("residual_before_ln", "true, false or \"post_add\"")
    }
    return .afterSum
  }
}

extension AdapterConfiguration {
  /// One of several words, whatever its case; nil where there is none.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String) throws -> Choice? {
    guard let text = try text(key) else { return nil }
    let choice = Choice.allCases.first { $0.rawValue.lowercased() == text.lowercased() }
    guard let choice else {
      throw wrong(key, "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return choice
  }
}
