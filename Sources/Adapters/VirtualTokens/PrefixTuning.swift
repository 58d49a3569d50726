public import Layers
public import Models
public import Torch

/// Prefix tuning at work on a model: it fills the slots of the attentions.
///
/// In a model that reads one text and writes another, the attention of what is written over itself
/// gets a prefix, as in PEFT; in all others every attention does.
public final class PrefixTuning: AttachedMethod {
  /// PEFT's word.
  public let kind = "PREFIX_TUNING"
  /// How it was asked for.
  public let settings: PrefixSettings
  /// What it added to the model.
  public var parameters: [Parameter] { holder.source.parameters }
  /// `base_model.`, as PEFT names modules beside virtual tokens.
  public let modulePrefix = "base_model."

  private let store: ParameterStore
  private let slots: [AttentionSlot]
  private let sizes: PrefixSizes
  private let stacks: Int
  private let scope: AttachmentScope
  private let holder: PrefixHolder

  /// Attaches it; what else of the model is trained is not touched.
  ///
  /// - Throws: ``AdaptersError`` when the model has no attention that could see a prefix, or no
  ///   positions for it.
  init(_ settings: PrefixSettings, to store: ParameterStore, scope: AttachmentScope) throws {
    let places = try PrefixPlaces(store.modules.attentions, family: scope.family.modelType)
    try VirtualTokens.requireRoom(
      for: settings.virtualTokens, in: scope, of: PrefixSettings.title)
    let first = places.slots[0]
    sizes = PrefixSizes(
      count: settings.virtualTokens, layers: places.layers, width: first.keyHeads * first.size)
    self.settings = settings
    self.store = store
    slots = places.slots
    stacks = places.stacks
    self.scope = scope
    holder = PrefixHolder(
      settings.isReparameterized
        ? try PrefixNetwork(
          sizes, hiddenSize: settings.encoderHiddenSize ?? sizes.width,
          isZero: settings.startsAtZero, in: store, scope)
        : try PrefixTable(sizes, isZero: settings.startsAtZero, in: store, scope))
    try fillSlots()
  }

  /// Gives the attentions their keys and values.
  public func fillSlots() throws {
    guard slots.allSatisfy({ $0.adapter == nil }) else {
      throw AdaptersError(
        .setting,
        "Prefix tuning: the attentions have a prefix already, and cannot have another. Detach it "
          + "first.")
    }
    for (place, slot) in slots.enumerated() {
      // PEFT hands every second pair of its list to the cross-attention, which then ignores it: the
      // layers of a decoder beside an encoder see the first, third, … pair, and again from the front.
      let layer = stacks == 2 ? 2 * place % sizes.layers : place
      slot.adapter = PrefixOfLayer(holder, layer: layer, count: sizes.count)
    }
  }

  /// The keys and values themselves, whatever made them, as `prompt_embeddings`.
  public func stored() throws -> [(name: String, tensor: Tensor)] {
    [("prompt_embeddings", try holder.source.stored(layers: sizes.layers))]
  }

  /// PEFT's keys.
  public func configuration() throws -> [String: JSONValue] {
    [
      "num_virtual_tokens": .integer(sizes.count),
      "token_dim": .integer(sizes.width),
      "num_transformer_submodules": .integer(stacks),
      "num_attention_heads": .integer(slots[0].keyHeads),
      "num_layers": .integer(sizes.layers),
      "prefix_projection": .bool(settings.isReparameterized),
      "encoder_hidden_size": .integer(settings.encoderHiddenSize ?? sizes.width),
      "init_weights": settings.startsAtZero ? .string("zero") : .null,
    ]
  }

  /// Puts stored keys and values back.
  ///
  /// A network that made them is not stored, so it goes: what is trained from here on are the keys
  /// and values themselves.
  public func load(_ source: any WeightSource) throws {
    let stored = try source.promptEmbeddings(shape: sizes.stored)
    store.detach(holder.source.parameters)
    holder.source = try PrefixTable(stored, sizes, in: store, scope)
  }

  /// Takes the keys and values away again.
  public func emptySlots() {
    for slot in slots { slot.adapter = nil }
  }

  /// Why it cannot be merged.
  public var mergeRefusal: String? {
    "Prefix tuning cannot be merged: its keys and values are no change of the weights. Keep the "
      + "adapter's folder beside its base."
  }

  /// Refuses.
  public func merge() throws {
    throw AdaptersError(.setting, mergeRefusal ?? "")
  }
}

/// The attentions of a model that get a prefix.
private struct PrefixPlaces {
  let slots: [AttentionSlot]
  /// How many pairs of keys and values PEFT stores.
  let layers: Int
  let stacks: Int

  init(_ all: [AttentionSlot], family: String) throws {
    stacks = all.contains { $0.kind == .cross } ? 2 : 1
    slots = stacks == 2 ? all.filter { $0.kind == .causal } : all
    layers = stacks == 2 ? all.count { $0.kind == .own } : slots.count
    guard let first = slots.first else {
      throw AdaptersError(
        .target,
        "Prefix tuning: a model of the family \(family) cannot take it, since it has no attention "
          + "that could see further keys and values. Choose another method, such as lora.")
    }
    guard slots.allSatisfy({ $0.keyHeads == first.keyHeads && $0.size == first.size }) else {
      throw AdaptersError(
        .target,
        "Prefix tuning: the attentions of this model have different widths; it needs equal ones.")
    }
    guard slots.count <= layers else {
      throw AdaptersError(
        .target,
        "Prefix tuning: the decoder has \(slots.count) layers and the encoder \(layers); PEFT has no "
          + "form for a decoder that is deeper than its encoder. Choose another method.")
    }
  }
}

extension WeightSource {
  /// The one tensor of PEFT's methods of virtual tokens, in the shape that was attached.
  func promptEmbeddings(shape: [Int]) throws -> Tensor {
    let name = "prompt_embeddings"
    guard let found = self.shape(of: name) else {
      throw AdaptersError(
        .folder,
        "\(origin) holds no tensor \(name), which every folder of virtual tokens has; it holds "
          + (names.isEmpty ? "nothing." : "\(names.prefix(4).joined(separator: ", "))."))
    }
    guard found == shape else {
      throw AdaptersError(
        .folder,
        "\(origin): \(name) has the shape \(found), and this model with these settings needs "
          + "\(shape). Check the number of virtual tokens, and that the base is the same.")
    }
    return try tensor(name).to(.float32)
  }
}
