internal import Layers
internal import Models

/// What the `adapters` library calls the modules and tensors of bottleneck adapters.
struct BottleneckNames {
  private let form: Form
  private let scope: AttachmentScope

  /// Where a family's classes in the library keep their adapters.
  private enum Form {
    /// In the modules of the two outputs, as BERT.
    case outputs
    /// In modules of their own beside the layer's, as DistilBERT and the decoders; also the form for
    /// families that the library does not have.
    case beside
    /// Beside, that of the attention one level further in, as ALBERT.
    case nested
    /// In the parts of the layer by their numbers, as T5.
    case parts
  }

  init(_ scope: AttachmentScope) {
    self.scope = scope
    form =
      switch scope.family.modelType {
      case "bert", "roberta", "xlm-roberta", "camembert", "electra": .outputs
      case "albert": .nested
      case "t5", "mt5": .parts
      default: .beside
      }
  }

  /// The families whose adapters the library loads under these names, and computes alike.
  static let families: Set<String> = [
    "bert", "roberta", "xlm-roberta", "electra", "distilbert", "gpt2", "llama", "mistral", "albert",
    "t5", "mt5",
  ]

  /// The layer of a slot: its name, without the number of a part within a layer.
  static func layer(of slot: String) -> String {
    var parts = slot.split(separator: ".")
    if parts.count >= 4, Int(parts[parts.count - 1]) != nil, parts[parts.count - 2] == "layer",
      Int(parts[parts.count - 3]) != nil
    {
      parts.removeLast(2)
    }
    return parts.joined(separator: ".")
  }

  /// The module that holds the adapters of a place.
  private func module(of slot: SublayerSlot) -> String {
    let layer = scope.moduleName(Self.layer(of: slot.name))
    let isAttention = slot.kind != .feedForward
    switch form {
    case .outputs: return isAttention ? "\(layer).attention.output" : "\(layer).output"
    case .beside: return isAttention ? "\(layer).attention_adapters" : "\(layer).output_adapters"
    case .nested:
      return isAttention ? "\(layer).attention.attention_adapters" : "\(layer).output_adapters"
    case .parts:
      let isDecoder = layer.split(separator: ".").contains("decoder")
      return switch slot.kind {
      case .attention: "\(layer).layer.0"
      case .crossAttention: "\(layer).layer.1"
      case .feedForward: "\(layer).layer.\(isDecoder ? 2 : 1)"
      }
    }
  }

  /// A block's parameters by their names in the library's files; a norm before has two.
  func parts(
    of block: BottleneckBlock, adapter: String
  ) -> [(name: String, parameter: Parameter)] {
    let base = "\(module(of: block.slot)).adapters.\(adapter)"
    let down = block.normBefore == nil ? 0 : 1
    var parts = [
      ("\(base).adapter_down.\(down).weight", block.downWeight),
      ("\(base).adapter_down.\(down).bias", block.downBias),
      ("\(base).adapter_up.weight", block.upWeight),
      ("\(base).adapter_up.bias", block.upBias),
    ]
    if let norm = block.normBefore {
      for name in ["adapter_norm_before", "adapter_down.0"] {
        parts.append(("\(base).\(name).weight", norm.weight))
        parts.append(("\(base).\(name).bias", norm.bias))
      }
    }
    if let norm = block.normAfter {
      parts.append(("\(base).adapter_norm_after.weight", norm.weight))
      parts.append(("\(base).adapter_norm_after.bias", norm.bias))
    }
    if let scale = block.scale { parts.append(("\(base).scaling", scale)) }
    return parts
  }
}

/// The names of a file, found again whatever prefix of the bare model they were stored with.
struct FoundNames {
  /// The name of the adapter in the file.
  let adapter: String
  private let byEnding: [String: String]

  /// Looks a file's names over.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - wanted: The adapter's name; nil for the only one of the file.
  /// - Throws: ``AdaptersError`` when the file holds no adapter, or several.
  init(_ source: any WeightSource, adapter wanted: String?) throws {
    var adapters: Set<String> = []
    for name in source.names {
      let parts = name.split(separator: ".")
      if let place = parts.firstIndex(of: "adapters"), place + 2 < parts.count {
        adapters.insert(String(parts[place + 1]))
      }
    }
    guard let adapter = wanted ?? adapters.min(), adapters.contains(adapter) else {
      throw AdaptersError(
        .folder,
        "\(source.origin) holds no bottleneck adapter\(wanted.map { " named \($0)" } ?? ""); it holds "
          + (source.names.isEmpty ? "nothing." : "\(shortList(source.names, atMost: 4))."))
    }
    guard wanted != nil || adapters.count == 1 else {
      throw AdaptersError(
        .folder,
        "\(source.origin) holds \(adapters.count) adapters: \(adapters.sorted().joined(separator: ", "))."
          + " Only one can be loaded.")
    }
    self.adapter = adapter
    var byEnding: [String: String] = [:]
    for name in source.names { byEnding[Self.ending(name)] = name }
    self.byEnding = byEnding
  }

  /// What a name ends with from the module that counts the layers on, `encoder` or `decoder` before
  /// it where there is one.
  private static func ending(_ name: String) -> String {
    let parts = name.split(separator: ".")
    guard let number = parts.firstIndex(where: { Int($0) != nil }), number > 0 else { return name }
    let isStack = number > 1 && ["encoder", "decoder"].contains(parts[number - 2])
    return parts[(isStack ? number - 2 : number - 1)...].joined(separator: ".")
  }

  /// What the file calls a tensor.
  func name(like name: String) -> String? { byEnding[Self.ending(name)] }
}
