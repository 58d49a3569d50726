public import Layers
internal import Models
internal import Torch

/// AdaLoRA at work on a model.
final class AdaLoRA: LayerMethod {
  let kind = "ADALORA"
  let settings: AdaLoRASettings
  let named: [(name: String, parameter: Parameter)]
  let trainedInPlace: [(name: String, parameter: Parameter)]
  let linearAdapters: [(layer: Linear, adapter: any LinearAdapter)]
  private let layers: [AdaLoRALayer]
  private let allocation: RankAllocation
  private let targetNames: [String]
  private let isTransposed: Bool
  private var totalSteps: Int?

  init(_ settings: AdaLoRASettings, _ store: ParameterStore, _ scope: AttachmentScope) throws {
    self.settings = settings
    totalSteps = settings.totalSteps
    let modules = TargetableModules(store, scope, withEmbeddings: false)
    let found = try settings.modules.resolve(modules, for: AdaLoRASettings.title).linears
    let rank = settings.initialRank
    let made = try found.map { name, layer in
      let (output, input) = (layer.weight.shape[0], layer.weight.shape[1])
      return AdaLoRALayer(
        name,
        right: try scope.attach(
          "\(name).lora_A", .normal(deviation: 0.02), [rank, input], to: store),
        values: try scope.attach("\(name).lora_E", .zeros, [rank, 1], to: store),
        left: try scope.attach(
          "\(name).lora_B", .normal(deviation: 0.02), [output, rank], to: store),
        alpha: settings.alpha,
        dropout: settings.dropout > 0 ? store.root.dropout(settings.dropout) : nil)
    }
    layers = made
    allocation = RankAllocation(settings, made)
    linearAdapters = zip(found, made).map { ($0.layer, $1) }
    named = made.flatMap { layer in
      layer.parts.map { (name: "\(layer.name).\($0.ending)", parameter: $0.parameter) }
    }
    targetNames = TargetNames.shortest(
      for: found.map(\.name), among: modules.linears.map(\.name))
    isTransposed = found.contains { scope.family.isStoredTransposed($0.layer.weight.name) }
    trainedInPlace = try settings.bias.attach(to: store, scope, changed: found.map(\.layer))
  }

  func regularization() throws -> Tensor? {
    guard settings.orthogonality > 0 else { return nil }
    var sum: Tensor?
    for layer in layers {
      let one = try layer.nonOrthogonality()
      sum = try sum.map { try $0 + one } ?? one
    }
    // The mean over both matrices of all layers.
    return try sum.map { try $0 * (settings.orthogonality / Double(2 * layers.count)) }
  }

  func stepEnded(_ step: Int, of total: Int) throws {
    totalSteps = settings.totalSteps ?? total
    try allocation.stepEnded(step, of: totalSteps ?? total)
  }

  func ranks() throws -> [(module: String, rank: Int)]? {
    layers.enumerated().map { index, layer in
      (layer.name, allocation.kept?[index].count(where: \.self) ?? settings.initialRank)
    }
  }

  func state() throws -> [(name: String, tensor: Tensor)] { try allocation.state() }
  func restore(_ source: any WeightSource) throws { try allocation.restore(source) }

  // MARK: Files

  /// Only what is left of each layer is stored, as PEFT does; `rank_pattern` tells which.
  func stored() throws -> [(name: String, tensor: Tensor)] {
    try layers.enumerated().flatMap { index, layer in
      let rows = try allocation.kept.map { try Self.indices($0[index]) }
      return try layer.parts.map { ending, parameter in
        let dimension = ending == "lora_B" ? 1 : 0
        let tensor = try rows.map { try parameter.master.slices($0, along: dimension) }
        return (modulePrefix + "\(layer.name).\(ending)", tensor ?? parameter.master)
      }
    }
  }

  private static func indices(_ mask: [Bool]) throws -> Tensor {
    try Tensor(mask.indices.filter { mask[$0] }.map(Int64.init))
  }

  /// A layer that has fewer rows in the file than here gets them at the places that `rank_pattern`
  /// says, the others' values are zeros.
  func load(_ source: any WeightSource) throws {
    let kept = try pattern(source)
    for (index, layer) in layers.enumerated() {
      for (ending, parameter) in layer.parts {
        let name = modulePrefix + "\(layer.name).\(ending)"
        guard let mask = kept?[index], let shape = source.shape(of: name), shape != parameter.shape
        else {
          try parameter.load(name, from: source)
          continue
        }
        let dimension = ending == "lora_B" ? 1 : 0
        let count = mask.count(where: \.self)
        var wanted = parameter.shape
        wanted[dimension] = count
        guard shape == wanted else {
          throw AdaptersError.otherShape(name, shape, wanted, source.origin)
        }
        try withoutGradients {
          let whole = try Tensor.zeros(parameter.shape)
          if count > 0 {
            try whole.copy(
              from: source.tensor(name).to(.float32), at: Self.indices(mask), along: dimension)
          }
          try parameter.assign(whole)
        }
      }
    }
    allocation.adopt(kept)
    try withoutGradients { try allocation.maskAgain() }
  }

  /// Which values a source has left, by what the folder's configuration said; nil for all.
  private func pattern(_ source: any WeightSource) throws -> [[Bool]]? {
    guard let stored = (source as? AdapterWeights)?.configuration.rankMasks else { return nil }
    return try layers.map { layer in
      guard let mask = stored["\(layer.name).lora_E"], mask.count == settings.initialRank else {
        throw AdaptersError(
          .folder,
          "\(source.origin): rank_pattern of adapter_config.json says nothing of \(layer.name), or "
            + "not for \(settings.initialRank) values.")
      }
      return mask
    }
  }

  func configuration() throws -> [String: JSONValue] {
    let masks = allocation.kept.map { kept in
      Dictionary(
        uniqueKeysWithValues: zip(layers, kept).map { layer, mask in
          ("\(layer.name).lora_E", JSONValue.array(mask.map { .bool($0) }))
        })
    }
    return [
      "init_r": .integer(settings.initialRank), "target_r": .integer(settings.targetRank),
      "tinit": .integer(settings.warmupSteps), "tfinal": .integer(settings.finalSteps),
      "deltaT": .integer(settings.interval), "beta1": .number(settings.beta1),
      "beta2": .number(settings.beta2), "orth_reg_weight": .number(settings.orthogonality),
      // PEFT wants a schedule with room, even of an adapter that is not trained.
      "total_step": .integer(totalSteps ?? settings.warmupSteps + settings.finalSteps + 1),
      "lora_alpha": .whole(settings.alpha), "lora_dropout": .number(settings.dropout),
      "target_modules": .strings(targetNames), "bias": .string(settings.bias.word("lora")),
      "fan_in_fan_out": .bool(isTransposed), "init_lora_weights": .bool(true),
      "rank_pattern": masks.map { .object($0) } ?? .null,
    ]
  }
}

extension AdaLoRASettings {
  /// Adds the matrices.
  public func attach(
    to store: ParameterStore, scope: AttachmentScope
  ) throws -> any AttachedMethod {
    let method = try AdaLoRA(self, store, scope)
    try method.fillSlots()
    return method
  }
}
