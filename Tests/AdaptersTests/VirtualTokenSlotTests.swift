import Adapters
import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// The methods of virtual tokens in slots without a model around them.
struct VirtualTokenSlotTests {
  private struct Place {
    let store = ParameterStore(source: nil)
    let attentions: [AttentionSlot]
    let tokens: TokenSlot
    var scope: AttachmentScope

    /// Two layers, as a decoder alone; with `crossed`, three beside an encoder of three.
    init(crossed: Bool = false, positions: Int = 32) throws {
      let root = store.root
      var attentions: [AttentionSlot] = []
      for layer in 0..<(crossed ? 3 : 2) {
        let scope = root["layer"]["\(layer)"]
        if crossed {
          _ = scope["encoder"].attentionSlot(.own, keyHeads: 2, size: 3)
          _ = scope["other"].attentionSlot(.cross, keyHeads: 2, size: 3)
        }
        attentions.append(scope.attentionSlot(.causal, keyHeads: 2, size: 3))
      }
      self.attentions = attentions
      tokens = root["words"].tokenSlot(width: 6)
      _ = try Embedding(9, 6, deviation: 1, at: root["words"])
      let file = ConfigurationFile(values: [
        "model_type": .string("gpt2"), "n_positions": .integer(positions),
        "vocab_size": .integer(9), "n_embd": .integer(6), "n_layer": .integer(2),
        "n_head": .integer(2),
      ])
      scope = AttachmentScope(family: try ModelFamily.of(file), configuration: file)
    }

    func attach(_ settings: some MethodSettings) throws -> any AttachedMethod {
      try settings.validate()
      return try settings.attach(to: store, scope: scope)
    }
  }

  private func vectors(_ place: Place) throws -> Tensor {
    let adapter = try #require(place.tokens.adapter)
    return try adapter.vectors()
  }

  private func prefix(_ slot: AttentionSlot) throws -> AttentionPrefix {
    let adapter = try #require(slot.adapter)
    return try adapter.prefix(of: slot)
  }

  private func stored(_ method: any AttachedMethod) throws -> Tensor {
    let tensors = try method.stored()
    return try #require(tensors.first).tensor
  }

  /// What is stored, through a file and back.
  private func source(_ method: any AttachedMethod, in folder: TemporaryFolder) throws
    -> SafetensorsFile
  {
    let file = folder.url.appending(path: "adapter_model.safetensors")
    try SafetensorsWriter.write(method.stored(), to: file)
    return try SafetensorsFile(file)
  }

  @Test func `A stored prefix holds each layer's keys before its values`() throws {
    let place = try Place()
    let method = try place.attach(PrefixSettings(virtualTokens: 4))
    let names = try method.stored().map(\.name)
    #expect(names == ["prompt_embeddings"])
    let stored = try self.stored(method)
    #expect(stored.shape == [4, 2 * 2 * 6])
    for (layer, slot) in place.attentions.enumerated() {
      let prefix = try self.prefix(slot)
      let columns = { try stored.narrowed(1, from: $0 * 6, count: 6).contiguous() }
      try expectClose(prefix.key, to: columns(2 * layer), within: 0)
      try expectClose(prefix.value, to: columns(2 * layer + 1), within: 0)
    }
  }

  @Test func `A decoder beside an encoder sees the pairs that PEFT hands it`() throws {
    let place = try Place(crossed: true)
    let method = try place.attach(PrefixSettings(virtualTokens: 2))
    let stored = try self.stored(method)
    #expect(stored.shape == [2, 3 * 2 * 6])
    for (slot, pair) in zip(place.attentions, [0, 2, 1]) {
      let prefix = try self.prefix(slot)
      let key = try stored.narrowed(1, from: 2 * pair * 6, count: 6).contiguous()
      try expectClose(prefix.key, to: key, within: 0)
    }
    #expect(place.store.modules.attentions.filter { $0.adapter != nil }.count == 3)
  }

  @Test func `A prefix that a network made is loaded as it is, and trained on as it is`() throws {
    let folder = try TemporaryFolder()
    let place = try Place()
    let settings = PrefixSettings(virtualTokens: 3, isReparameterized: true, encoderHiddenSize: 5)
    let method = try place.attach(settings)
    // A table, two numbers for each layer's pair of dense layers, and the dense layer before.
    #expect(method.parameters.count == 1 + 2 + 2 * 2 * 2)
    let source = try self.source(method, in: folder)
    let before = try self.prefix(place.attentions[1])
    try method.load(source)
    let after = try self.prefix(place.attentions[1])
    try expectClose(after.value, to: before.value, within: 0)
    #expect(method.parameters.count == 4)
    #expect(place.store.parameters.filter(\.isAttached).count == 4)
    try expectClose(
      self.stored(method), to: source.tensor("prompt_embeddings"), within: 0)
  }

  @Test func `A prefix of zeros is zeros, with a network and without`() throws {
    for isReparameterized in [true, false] {
      let place = try Place()
      let method = try place.attach(
        PrefixSettings(
          virtualTokens: 2, isReparameterized: isReparameterized, startsAtZero: true))
      let largest = try self.stored(method).absolute().maximum().item()
      #expect(largest == 0)
    }
  }

  @Test func `Virtual tokens start as words of the vocabulary or of a text`() throws {
    var place = try Place()
    place.scope.tokenIDs = { _ in [4, 7] }
    let table = try #require(place.store["words.weight"])
    let method = try place.attach(PromptSettings(virtualTokens: 5, start: .text("a text")))
    let ids = try Tensor([4, 7, 4, 7, 4] as [Int64])
    try expectClose(
      self.vectors(place), to: table.value.slices(ids), within: 0)
    method.emptySlots()
    place.store.detach(method.parameters)
    let other = try place.attach(PromptSettings(virtualTokens: 5, start: .vocabulary))
    let rows = try self.stored(other).values(as: Float.self)
    let words = try table.value.values(as: Float.self)
    for row in 0..<5 {
      let vector = Array(rows[(row * 6)..<(row * 6 + 6)])
      #expect((0..<9).contains { Array(words[($0 * 6)..<($0 * 6 + 6)]) == vector })
    }
  }

  @Test(arguments: PTuningSettings.Encoder.allCases)
  func `Tokens that a network made are loaded as they are`(encoder: PTuningSettings.Encoder) throws
  {
    let folder = try TemporaryFolder()
    let place = try Place(crossed: true)
    let method = try place.attach(
      PTuningSettings(virtualTokens: 3, encoder: encoder, encoderHiddenSize: 4))
    let before = try self.vectors(place)
    #expect(before.shape == [3, 6])
    try before.squared().sum().backward()
    #expect(method.parameters.allSatisfy { $0.value.gradient != nil })
    let source = try self.source(method, in: folder)
    #expect(source.shape(of: "prompt_embeddings") == [6, 6])
    try method.load(source)
    // With gradients and without, the memory is computed by other products.
    try expectClose(self.vectors(place), to: before, within: 1e-6)
    #expect(method.parameters.count == 1)
  }

  @Test func `Emptied slots are empty, and can be filled again`() throws {
    let place = try Place()
    for settings in [PrefixSettings(virtualTokens: 2)] {
      let method = try place.attach(settings)
      method.emptySlots()
      #expect(place.attentions.allSatisfy { $0.adapter == nil })
      try method.fillSlots()
      #expect(place.attentions.allSatisfy { $0.adapter != nil })
      #expect(throws: AdaptersError.self) { try method.fillSlots() }
    }
  }

  private func refusal(_ settings: some MethodSettings, _ place: Place) -> String {
    do {
      _ = try place.attach(settings)
      return ""
    } catch { return "\(error)" }
  }

  @Test func `Settings that cannot be are refused by name`() throws {
    let place = try Place(positions: 8)
    #expect(refusal(PrefixSettings(virtualTokens: 0), place).contains("virtual_tokens is 0"))
    #expect(refusal(PromptSettings(virtualTokens: -1), place).contains("virtual_tokens is -1"))
    #expect(refusal(PTuningSettings(virtualTokens: 0), place).contains("virtual_tokens is 0"))
    #expect(refusal(PrefixSettings(virtualTokens: 8), place).contains("8 positions"))
    #expect(refusal(PromptSettings(virtualTokens: 9), place).contains("8 positions"))
    #expect(
      refusal(PrefixSettings(virtualTokens: 2, encoderHiddenSize: 4), place)
        .contains("encoder_hidden_size"))
    #expect(
      refusal(PTuningSettings(virtualTokens: 2, encoderHiddenSize: 0), place)
        .contains("encoder_hidden_size"))
    #expect(
      refusal(PTuningSettings(virtualTokens: 2, encoderLayers: 3), place).contains("encoder_layers")
    )
    #expect(refusal(PromptSettings(virtualTokens: 2, start: .text(" ")), place).contains("empty"))
    #expect(
      refusal(PromptSettings(virtualTokens: 2, start: .text("a")), place).contains("no tokenizer"))
  }

  @Test func `A text of another tokenizer is refused`() throws {
    var place = try Place()
    place.scope.tokenIDs = { _ in [2, 99] }
    #expect(
      refusal(PromptSettings(virtualTokens: 2, start: .text("a")), place).contains("token 99"))
    place.scope.tokenIDs = { _ in [] }
    #expect(
      refusal(PromptSettings(virtualTokens: 2, start: .text("a")), place).contains("no token"))
  }

  @Test func `A model that cannot take a method is named`() throws {
    let file = ConfigurationFile(values: ["model_type": .string("lstm")])
    let scope = AttachmentScope(family: try ModelFamily.of(file), configuration: file)
    let store = ParameterStore(source: nil)
    let methods: [any MethodSettings] = [PrefixSettings(), PromptSettings(), PTuningSettings()]
    for settings in methods {
      let error = #expect(throws: AdaptersError.self) {
        try settings.attach(to: store, scope: scope)
      }
      #expect(error?.code == .target)
      #expect(error?.description.contains("family lstm") == true)
    }
  }

  @Test func `A file of another number of virtual tokens, or without any, is refused`() throws {
    let folder = try TemporaryFolder()
    let source = try self.source(try Place().attach(PrefixSettings(virtualTokens: 3)), in: folder)
    let other = try Place().attach(PrefixSettings(virtualTokens: 4))
    let error = #expect(throws: AdaptersError.self) { try other.load(source) }
    #expect(error?.description.contains("[3, 24]") == true)
    let empty = folder.url.appending(path: "none.safetensors")
    try SafetensorsWriter.write([("other", Tensor.zeros([1]))], to: empty)
    let missing = #expect(throws: AdaptersError.self) { try other.load(SafetensorsFile(empty)) }
    #expect(missing?.description.contains("prompt_embeddings") == true)
  }

  @Test func `Virtual tokens cannot be merged, and say why`() throws {
    let methods: [any MethodSettings] = [
      PrefixSettings(virtualTokens: 1), PromptSettings(virtualTokens: 1),
      PTuningSettings(virtualTokens: 1),
    ]
    for settings in methods {
      let method = try settings.attach(to: Place().store, scope: Place().scope)
      #expect(method.mergeRefusal?.contains("no change of the weights") == true)
      #expect(throws: AdaptersError.self) { try method.merge() }
    }
  }

  @Test func `PEFT's keys are read back as they are written`() throws {
    let prefix = PrefixSettings(
      virtualTokens: 3, isReparameterized: true, encoderHiddenSize: 5, startsAtZero: true)
    let keys = try Place().attach(prefix).configuration()
    #expect(try PrefixSettings(AdapterConfiguration(values: keys)) == prefix)
    let tuning = PTuningSettings(
      virtualTokens: 3, encoder: .recurrent, encoderHiddenSize: 5, encoderLayers: 3,
      encoderDropout: 0.1)
    let others = try Place().attach(tuning).configuration()
    #expect(try PTuningSettings(AdapterConfiguration(values: others)) == tuning)
    #expect(throws: AdaptersError.self) {
      try PromptSettings(AdapterConfiguration(values: ["token_dim": .integer(3)]))
    }
  }
}
