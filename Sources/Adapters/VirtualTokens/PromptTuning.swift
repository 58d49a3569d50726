public import Layers
public import Models
public import Torch

/// Prompt tuning at work on a model: it fills the slot before the words.
public final class PromptTuning: AttachedMethod {
  /// PEFT's word.
  public let kind = "PROMPT_TUNING"
  /// How it was asked for.
  public let settings: PromptSettings
  /// What it added to the model.
  public var parameters: [Parameter] { holder.source.parameters }
  /// `base_model.`, as PEFT names modules beside virtual tokens.
  public let modulePrefix = "base_model."

  private let slot: TokenSlot
  private let shape: [Int]
  private let stacks: Int
  private let holder: TokenHolder

  /// Attaches it; what else of the model is trained is not touched.
  ///
  /// - Throws: ``AdaptersError`` when nothing can stand before the model's words, or there are no
  ///   positions for it.
  init(_ settings: PromptSettings, to store: ParameterStore, scope: AttachmentScope) throws {
    slot = try VirtualTokens.slot(of: store, PromptSettings.title, scope)
    try VirtualTokens.requireRoom(
      for: settings.virtualTokens, in: scope, of: PromptSettings.title)
    stacks = VirtualTokens.stacks(of: store)
    shape = [stacks * settings.virtualTokens, slot.width]
    self.settings = settings
    holder = TokenHolder(
      try TokenTable(Self.start(settings, shape, slot, store, scope), in: store, scope))
    try fillSlots()
  }

  private static func start(
    _ settings: PromptSettings, _ shape: [Int], _ slot: TokenSlot, _ store: ParameterStore,
    _ scope: AttachmentScope
  ) throws -> Tensor {
    let name = "prompt_encoder.embedding.weight"
    guard settings.start != .random else {
      return try Initializer.normal(deviation: 1)(shape, name: name, seed: scope.seed)
    }
    guard let table = store["\(slot.name).weight"], table.shape[1] == slot.width else {
      throw AdaptersError(
        .target,
        "Prompt tuning: \(slot.name) holds no vectors of words that virtual tokens could start as.")
    }
    let ids: Tensor
    if case .text(let text) = settings.start {
      let tokens = try startTokens(text, below: table.shape[0], scope)
      ids = try Tensor((0..<shape[0]).map { Int64(tokens[$0 % tokens.count]) })
    } else {
      // A uniform number for each row, to the whole number below it.
      let rows = Double(table.shape[0])
      let places = try Initializer.uniform(bound: 0.5)([shape[0]], name: name, seed: scope.seed)
      ids = try ((places + 0.5) * rows).clamped(from: 0, to: rows - 1).to(.int64)
    }
    return try withoutGradients { try table.master.slices(ids.to(table.master.device)) }
  }

  private static func startTokens(
    _ text: String, below rows: Int, _ scope: AttachmentScope
  ) throws -> [Int] {
    guard let tokenIDs = scope.tokenIDs else {
      throw AdaptersError(
        .setting,
        "Prompt tuning: it is to start as a text, and there is no tokenizer to cut the text up.")
    }
    let tokens = try tokenIDs(text)
    guard !tokens.isEmpty else {
      throw AdaptersError(
        .setting, "Prompt tuning: the tokenizer makes no token of the text that it is to start as.")
    }
    if let wrong = tokens.first(where: { !(0..<rows).contains($0) }) {
      throw AdaptersError(
        .setting,
        "Prompt tuning: the text that it is to start as has the token \(wrong), and the model's "
          + "vocabulary has \(rows). The tokenizer is another model's.")
    }
    return tokens
  }

  /// The vectors as `prompt_embeddings`.
  public func stored() throws -> [(name: String, tensor: Tensor)] {
    [("prompt_embeddings", try withoutGradients { try parameters[0].master.detached() })]
  }

  /// PEFT's keys.
  public func configuration() throws -> [String: JSONValue] {
    var keys: [String: JSONValue] = [
      "num_virtual_tokens": .integer(settings.virtualTokens),
      "token_dim": .integer(slot.width),
      "num_transformer_submodules": .integer(stacks),
      "num_attention_heads": .null, "num_layers": .null, "tokenizer_kwargs": .null,
      "prompt_tuning_init": .string("RANDOM"), "prompt_tuning_init_text": .null,
      "tokenizer_name_or_path": .null,
    ]
    switch settings.start {
    case .random: break
    case .vocabulary: keys["prompt_tuning_init"] = .string("SAMPLE_VOCAB")
    case .text(let text):
      // PEFT refuses a text without a tokenizer, even where it is not looked at any more.
      guard let tokenizer = settings.tokenizer, !tokenizer.isEmpty else { break }
      keys["prompt_tuning_init"] = .string("TEXT")
      keys["prompt_tuning_init_text"] = .string(text)
      keys["tokenizer_name_or_path"] = .string(tokenizer)
    }
    return keys
  }

  /// Puts stored vectors back.
  public func load(_ source: any WeightSource) throws {
    try parameters[0].assign(source.promptEmbeddings(shape: shape))
  }

  /// Puts the virtual tokens before the words.
  public func fillSlots() throws {
    try VirtualTokens.requireEmpty(slot, PromptSettings.title)
    slot.adapter = TokensBeforeWords(holder, count: settings.virtualTokens)
  }

  /// Takes the virtual tokens away again.
  public func emptySlots() { slot.adapter = nil }

  /// Why it cannot be merged.
  public var mergeRefusal: String? {
    "Prompt tuning cannot be merged: its virtual tokens are no change of the weights. Keep the "
      + "adapter's folder beside its base."
  }

  /// Refuses.
  public func merge() throws {
    throw AdaptersError(.setting, mergeRefusal ?? "")
  }
}
