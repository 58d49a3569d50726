public import Layers
internal import Models
internal import Torch

/// LoRA at work on a model, with all of its variants.
final class LoRA: LayerMethod {
  let kind = "LORA"
  let settings: LoRASettings
  let named: [(name: String, parameter: Parameter)]
  let trainedInPlace: [(name: String, parameter: Parameter)]
  let linearAdapters: [(layer: Linear, adapter: any LinearAdapter)]
  let embeddingAdapters: [(table: Embedding, adapter: any EmbeddingAdapter)]
  /// The changed modules as PEFT's `target_modules` names them.
  let targetNames: [String]
  /// Whether the family stores a changed matrix as `[in, out]`.
  let isTransposed: Bool
  private let isTied: (Parameter) -> Bool

  var mergeRefusal: String? {
    if let tied = embeddingAdapters.first(where: { isTied($0.table.weight) }) {
      return
        "LoRA changes the table \(tied.table.name) and not the output layer that it is tied to; "
        + "merged, it would change both."
    }
    guard settings.hasBias, let lost = linearAdapters.first(where: { $0.layer.bias == nil }) else {
      return nil
    }
    return "LoRA has a bias (lora_bias) and the layer \(lost.layer.name) has none to merge it into."
  }

  init(_ settings: LoRASettings, _ store: ParameterStore, _ scope: AttachmentScope) throws {
    self.settings = settings
    isTied = store.isTied
    let modules = TargetableModules(store, scope, withEmbeddings: true)
    let found = try settings.modules.resolve(modules, for: LoRASettings.title)
    let maker = try LoRAMaker(settings, store, scope)
    var named: [(name: String, parameter: Parameter)] = []
    linearAdapters = try found.linears.map { name, layer in
      (layer, try maker.layer(layer, name, &named))
    }
    embeddingAdapters = try found.embeddings.map { name, table in
      (table, try maker.table(table, name, &named))
    }
    self.named = named
    targetNames = TargetNames.shortest(
      for: found.linears.map(\.name) + found.embeddings.map(\.name),
      among: modules.linears.map(\.name) + modules.embeddings.map(\.name))
    isTransposed = found.linears.contains {
      scope.family.isStoredTransposed($0.layer.weight.name)
    }
    trainedInPlace = try settings.bias.attach(
      to: store, scope, changed: found.linears.map(\.layer))
  }

  /// LoRA+: what comes second learns faster.
  func rateFactor(of parameter: Parameter) -> Double {
    let isSecond = [".lora_B", ".lora_embedding_B"].contains { parameter.name.contains($0) }
    return isSecond ? settings.learningRateRatio ?? 1 : 1
  }

  func configuration() throws -> [String: JSONValue] {
    [
      "r": .integer(settings.rank), "lora_alpha": .whole(settings.alpha),
      "lora_dropout": .number(settings.dropout), "target_modules": .strings(targetNames),
      "bias": .string(settings.bias.word("lora")), "use_rslora": .bool(settings.isRankStabilized),
      "use_dora": .bool(settings.decomposesWeights), "lora_bias": .bool(settings.hasBias),
      "fan_in_fan_out": .bool(isTransposed), "exclude_modules": .null,
      "layers_to_transform": .null, "layers_pattern": .null,
      "init_lora_weights": settings.initialization == .uniform
        ? .bool(true) : .string(settings.initialization.rawValue),
      "rank_pattern": .object(settings.rankPattern.mapValues { .integer($0) }),
      "alpha_pattern": .object(settings.alphaPattern.mapValues { .whole($0) }),
    ]
  }
}

/// Makes LoRA's parameters.
private struct LoRAMaker {
  let settings: LoRASettings
  let store: ParameterStore
  let scope: AttachmentScope
  /// In the order of their texts, which is that of PEFT's files.
  let ranks: [(pattern: WholeNamePattern, value: Int)]
  let alphas: [(pattern: WholeNamePattern, value: Double)]

  init(_ settings: LoRASettings, _ store: ParameterStore, _ scope: AttachmentScope) throws {
    self.settings = settings
    self.store = store
    self.scope = scope
    ranks = try Self.compiled(settings.rankPattern, "rank_pattern")
    alphas = try Self.compiled(settings.alphaPattern, "alpha_pattern")
  }

  private static func compiled<Value>(
    _ values: [String: Value], _ key: String
  ) throws -> [(pattern: WholeNamePattern, value: Value)] {
    try values.sorted { $0.key < $1.key }.map { pattern, value in
      (try WholeNamePattern("(.*\\.)?(\(pattern))", key: key, of: LoRASettings.title), value)
    }
  }

  private func rankAndScale(_ name: String) -> (rank: Int, scale: Double) {
    let rank = ranks.first { $0.pattern.matches(name) }?.value ?? settings.rank
    let alpha = alphas.first { $0.pattern.matches(name) }?.value ?? settings.alpha
    let divisor = settings.isRankStabilized ? Double(rank).squareRoot() : Double(rank)
    return (rank, alpha / divisor)
  }

  func layer(
    _ layer: Linear, _ name: String, _ named: inout [(name: String, parameter: Parameter)]
  ) throws -> LoRALayer {
    let (rank, scale) = rankAndScale(name)
    let (output, input) = (layer.weight.shape[0], layer.weight.shape[1])
    func add(_ ending: String, _ first: Initializer, _ shape: [Int]) throws -> Parameter {
      let parameter = try scope.attach("\(name).\(ending)", first, shape, to: store)
      named.append(("\(name).\(ending)", parameter))
      return parameter
    }
    let first: Initializer =
      settings.initialization == .gaussian
      ? .normal(deviation: 1 / Double(rank)) : .uniform(bound: 1 / Double(input).squareRoot())
    let down = try add("lora_A.weight", first, [rank, input])
    let up = try add("lora_B.weight", .zeros, [output, rank])
    let bias = settings.hasBias ? try add("lora_B.bias", .zeros, [output]) : nil
    var magnitude: Parameter?
    if settings.decomposesWeights {
      let added = try add("lora_magnitude_vector", .zeros, [output])
      try withoutGradients {
        try added.assign(layer.weight.original().squared().sum([1]).squareRoot())
      }
      magnitude = added
    }
    let dropout = settings.dropout > 0 ? store.root.dropout(settings.dropout) : nil
    return LoRALayer(
      down: down, up: up, bias: bias, magnitude: magnitude, scale: scale, dropout: dropout)
  }

  func table(
    _ table: Embedding, _ name: String, _ named: inout [(name: String, parameter: Parameter)]
  ) throws -> LoRATable {
    guard !settings.decomposesWeights, !settings.hasBias else {
      throw AdaptersError(
        .target,
        "LoRA: \(name) is a table; dora and lora_bias are for dense layers. Leave it out of the "
          + "targets.")
    }
    let (rank, scale) = rankAndScale(name)
    let (rows, width) = (table.weight.shape[0], table.weight.shape[1])
    let down = try scope.attach("\(name).lora_embedding_A", .zeros, [rank, rows], to: store)
    let up = try scope.attach(
      "\(name).lora_embedding_B", .normal(deviation: 1), [width, rank], to: store)
    named.append(("\(name).lora_embedding_A", down))
    named.append(("\(name).lora_embedding_B", up))
    return LoRATable(down: down, up: up, scale: scale)
  }
}

extension LoRASettings {
  /// Adds the thin matrices.
  public func attach(
    to store: ParameterStore, scope: AttachmentScope
  ) throws -> any AttachedMethod {
    let method = try LoRA(self, store, scope)
    try method.fillSlots()
    return method
  }
}
