public import Layers
public import Models
public import Torch

/// Bottleneck adapters at work on a model: they fill the slots after the parts of its layers.
public final class BottleneckAdapters: AttachedMethod {
  /// "BOTTLENECK": PEFT has no such method.
  public let kind = "BOTTLENECK"
  /// How they were asked for.
  public let settings: BottleneckSettings
  /// What they added to the model.
  public var parameters: [Parameter] { blocks.flatMap(\.parameters) }

  /// The adapters, in the order of the layers.
  let blocks: [BottleneckBlock]
  let scope: AttachmentScope
  private let names: BottleneckNames
  /// The slots that each adapter fills: several, where places of the model share their weights.
  private let slots: [(slot: SublayerSlot, block: BottleneckBlock)]

  /// Attaches them; what else of the model is trained is not touched.
  ///
  /// - Throws: ``AdaptersError`` when the model has no such places, or all its layers are left out.
  init(_ settings: BottleneckSettings, to store: ParameterStore, scope: AttachmentScope) throws {
    self.settings = settings
    let all = store.modules.sublayers
    let layers = Self.layers(all)
    guard !all.isEmpty else {
      throw AdaptersError(
        .target,
        "\(BottleneckSettings.title): a model of the family \(scope.family.modelType) cannot take "
          + "them, since its layers have no place for them. Choose another method, such as lora.")
    }
    if let beyond = settings.leftOut.union(settings.layerReductionFactors.keys).max(),
      beyond >= Set(layers.values).count
    {
      throw AdaptersError(
        .setting,
        "\(BottleneckSettings.title): the layer \(beyond) is named, and the model has "
          + "\(Set(layers.values).count), which count from 0.")
    }
    var blocks: [String: BottleneckBlock] = [:]
    var inOrder: [BottleneckBlock] = []
    var filled: [(slot: SublayerSlot, block: BottleneckBlock)] = []
    for slot in all where settings.wants(slot.kind) {
      let layer = layers[slot.name] ?? 0
      guard !settings.leftOut.contains(layer) else { continue }
      let place = "\(slot.name) \(slot.kind.rawValue)"
      if blocks[place] == nil {
        let block = try BottleneckBlock(settings, layer: layer, at: slot, in: store, scope)
        blocks[place] = block
        inOrder.append(block)
      }
      if let block = blocks[place] { filled.append((slot, block)) }
    }
    guard !filled.isEmpty else {
      throw AdaptersError(
        .target,
        "\(BottleneckSettings.title): the model has none of the places that are asked for, or all "
          + "its layers are left out.")
    }
    self.blocks = inOrder
    self.scope = scope
    names = BottleneckNames(scope)
    slots = filled
    try fillSlots()
  }

  /// The number of each layer by the names of its slots, those of a decoder after its encoder's.
  private static func layers(_ slots: [SublayerSlot]) -> [String: Int] {
    var numbers: [String: Int] = [:]
    var layers: [String: Int] = [:]
    for slot in slots {
      let layer = BottleneckNames.layer(of: slot.name)
      let number = numbers[layer] ?? numbers.count
      numbers[layer] = number
      layers[slot.name] = number
    }
    return layers
  }

  /// Puts the adapters behind the parts.
  public func fillSlots() throws {
    guard slots.allSatisfy({ $0.slot.adapter == nil }) else {
      throw AdaptersError(
        .setting,
        "\(BottleneckSettings.title): the model's layers have adapters already, and cannot have "
          + "others. Detach them first.")
    }
    for (slot, block) in slots { slot.adapter = block }
  }

  /// Takes the adapters away again.
  public func emptySlots() {
    for (slot, _) in slots { slot.adapter = nil }
  }

  /// The tensors by the names that the `adapters` library has for them, for an adapter named
  /// `default`.
  public func stored() throws -> [(name: String, tensor: Tensor)] { try stored(as: "default") }

  /// The same for an adapter of another name.
  public func stored(as adapter: String) throws -> [(name: String, tensor: Tensor)] {
    try withoutGradients {
      try blocks.flatMap { block in
        try names.parts(of: block, adapter: adapter).map {
          ($0.name, try $0.parameter.master.detached())
        }
      }
    }
  }

  /// The keys of the library's `adapter_config.json`, for an adapter named `default`.
  public func configuration() throws -> [String: JSONValue] { configuration(as: "default") }

  /// The same for an adapter of another name.
  public func configuration(as adapter: String) -> [String: JSONValue] {
    var architecture = JSONValue.null
    if case .array(let classes)? = scope.configuration.values["architectures"],
      let first = classes.first
    {
      architecture = first
    }
    return [
      "config": .object(settings.values()),
      "hidden_size": .integer(slots[0].slot.width),
      "model_class": architecture,
      "model_name": scope.configuration.values["_name_or_path"] ?? .null,
      "model_type": .string(scope.family.modelType),
      "name": .string(adapter),
      "version": .string("adapters.1.3.0"),
    ]
  }

  /// The names that ``load(_:)`` needs, as the source has them where it has them.
  public func names(in source: any WeightSource) throws -> [String] {
    let found = try FoundNames(source, adapter: nil)
    return blocks.flatMap { block in
      names.parts(of: block, adapter: found.adapter).map { found.name(like: $0.name) ?? $0.name }
    }
  }

  /// Puts stored tensors back.
  public func load(_ source: any WeightSource) throws {
    let found = try FoundNames(source, adapter: nil)
    for block in blocks {
      for part in names.parts(of: block, adapter: found.adapter) {
        guard let name = found.name(like: part.name) else {
          throw AdaptersError(
            .folder,
            "\(source.origin) holds no tensor \(part.name), which these settings need.")
        }
        guard let shape = source.shape(of: name), shape == part.parameter.shape else {
          throw AdaptersError(
            .folder,
            "\(source.origin): \(name) has the shape \(source.shape(of: name) ?? []), and this "
              + "model with these settings needs \(part.parameter.shape).")
        }
        try part.parameter.assign(source.tensor(name).to(.float32))
      }
    }
  }

  /// Why they cannot be merged.
  public var mergeRefusal: String? {
    "\(BottleneckSettings.title) cannot be merged: they have a non-linearity, which no weight of the "
      + "base could hold. Keep the adapter's folder beside its base."
  }

  /// Refuses.
  public func merge() throws {
    throw AdaptersError(.setting, mergeRefusal ?? "")
  }
}

extension BottleneckSettings {
  fileprivate func wants(_ kind: SublayerSlot.Kind) -> Bool {
    switch kind {
    case .attention: afterAttention
    case .crossAttention: afterCrossAttention
    case .feedForward: afterFeedForward
    }
  }
}
