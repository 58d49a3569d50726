public import Layers
public import Models
public import Torch

/// P-tuning at work on a model: it fills the slot before the words.
public final class PTuning: AttachedMethod {
  /// PEFT's word.
  public let kind = "P_TUNING"
  /// How it was asked for.
  public let settings: PTuningSettings
  /// What it added to the model.
  public var parameters: [Parameter] { holder.source.parameters }
  /// `base_model.`, as PEFT names modules beside virtual tokens.
  public let modulePrefix = "base_model."

  private let store: ParameterStore
  private let slot: TokenSlot
  private let shape: [Int]
  private let stacks: Int
  private let scope: AttachmentScope
  private let holder: TokenHolder

  /// Attaches it; what else of the model is trained is not touched.
  ///
  /// - Throws: ``AdaptersError`` when nothing can stand before the model's words, or there are no
  ///   positions for it.
  init(_ settings: PTuningSettings, to store: ParameterStore, scope: AttachmentScope) throws {
    slot = try VirtualTokens.slot(of: store, PTuningSettings.title, scope)
    try VirtualTokens.requireRoom(
      for: settings.virtualTokens, in: scope, of: PTuningSettings.title)
    stacks = VirtualTokens.stacks(of: store)
    shape = [stacks * settings.virtualTokens, slot.width]
    self.settings = settings
    self.store = store
    self.scope = scope
    holder = TokenHolder(
      try PromptEncoder(settings, rows: shape[0], width: shape[1], in: store, scope))
    try fillSlots()
  }

  /// The vectors, as the network makes them, as `prompt_embeddings`.
  public func stored() throws -> [(name: String, tensor: Tensor)] {
    [("prompt_embeddings", try withoutGradients { try holder.source.rows().to(.float32) })]
  }

  /// PEFT's keys.
  public func configuration() throws -> [String: JSONValue] {
    [
      "num_virtual_tokens": .integer(settings.virtualTokens),
      "token_dim": .integer(slot.width),
      "num_transformer_submodules": .integer(stacks),
      "num_attention_heads": .null, "num_layers": .null,
      "encoder_reparameterization_type": .string(settings.encoder.rawValue),
      "encoder_hidden_size": .integer(settings.encoderHiddenSize ?? slot.width),
      "encoder_num_layers": .integer(settings.encoderLayers),
      "encoder_dropout": .number(settings.encoderDropout),
    ]
  }

  /// Puts stored vectors back.
  ///
  /// The network that made them is not stored, so it goes: what is trained from here on are the
  /// vectors themselves.
  public func load(_ source: any WeightSource) throws {
    let stored = try source.promptEmbeddings(shape: shape)
    store.detach(parameters)
    holder.source = try TokenTable(stored, in: store, scope)
  }

  /// Puts the virtual tokens before the words.
  public func fillSlots() throws {
    try VirtualTokens.requireEmpty(slot, PTuningSettings.title)
    slot.adapter = TokensBeforeWords(holder, count: settings.virtualTokens)
  }

  /// Takes the virtual tokens away again.
  public func emptySlots() { slot.adapter = nil }

  /// Why it cannot be merged.
  public var mergeRefusal: String? {
    "P-tuning cannot be merged: its virtual tokens are no change of the weights. Keep the adapter's "
      + "folder beside its base."
  }

  /// Refuses.
  public func merge() throws {
    throw AdaptersError(.setting, mergeRefusal ?? "")
  }
}
