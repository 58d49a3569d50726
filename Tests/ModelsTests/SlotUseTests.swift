import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Filled slots where texts are read piece by piece, are too long, or are read by other tables.
@Suite(.serialized) struct SlotUseTests {
  private static let sequences: [[Int32]] = [
    [7, 2, 3, 4, 5, 6, 8, 9], [10, 11, 12, 13], [14, 15, 16, 17, 18],
  ]
  private static let pieces: [[Range<Int>]] = [
    [0..<5, 0..<1, 0..<3], [5..<6, 1..<2, 3..<4], [6..<8, 2..<4, 4..<5],
  ]

  private static func rows(_ tensor: Tensor, _ lengths: [Int]) throws -> [Tensor] {
    var start = 0
    return try lengths.map { length in
      defer { start += length }
      return try tensor.narrowed(0, from: start, count: length)
    }
  }

  @Test(
    "A text read in pieces gives what it gives as a whole, with what stands before it",
    arguments: SlotCase.all.filter { $0.head == .causal && $0.method != .sublayer })
  func readsPieces(example: SlotCase) throws {
    let model = try PretrainedModel(
      folder: SlotCase.references.get().url.appending(path: example.name), .causalLanguageModel)
    _ = try example.fill(model.store, with: example.reference())
    try withoutGradients {
      let whole = try Self.rows(
        model.model.logits(RaggedBatch(Self.sequences)), Self.sequences.map(\.count))
      let cache = try #require(model.model.makeCache(sequences: 3))
      for piece in Self.pieces {
        let parts = zip(Self.sequences, piece).map { Array($0[$1]) }
        let found = try Self.rows(
          model.model.logits(cache.batch(parts), cache: cache), parts.map(\.count))
        for (sequence, places) in piece.enumerated() {
          try expectClose(
            found[sequence],
            to: whole[sequence].narrowed(0, from: places.lowerBound, count: places.count),
            within: 1e-5)
        }
      }
      #expect(cache.lengths == Self.sequences.map(\.count))
    }
  }

  @Test("A decoder beside an encoder goes on after its prefix and its virtual tokens")
  func writesPieces() throws {
    for method in [SlotCase.Method.prefix, .prompt] {
      let example = try #require(
        SlotCase.all.first { $0.head == .generation && $0.method == method })
      let model = try PretrainedModel(
        folder: SlotCase.references.get().url.appending(path: example.name),
        .conditionalLanguageModel)
      let leaves = try example.fill(model.store, with: example.reference())
      if method == .prompt {
        model.store.modules.tokens[1].adapter = TestTokens(
          weight: try #require(leaves["weight"]), count: 2)
      } else {
        for slot in model.store.modules.attentions where slot.kind == .cross {
          slot.adapter = TestPrefix(weight: try #require(leaves["weight"]), place: 1)
        }
      }
      try withoutGradients {
        let source = try model.model.encode(RaggedBatch([[5, 6], [7, 8, 9], [3]]))
        let whole = try Self.rows(
          model.model.logits(RaggedBatch(Self.sequences), of: source),
          Self.sequences.map(\.count))
        let cache = model.model.makeCache(sequences: 3)
        for piece in Self.pieces {
          let parts = zip(Self.sequences, piece).map { Array($0[$1]) }
          let found = try Self.rows(
            model.model.logits(cache.batch(parts), of: source, cache: cache), parts.map(\.count))
          for (sequence, places) in piece.enumerated() {
            try expectClose(
              found[sequence],
              to: whole[sequence].narrowed(0, from: places.lowerBound, count: places.count),
              within: 1e-5)
          }
        }
      }
    }
  }

  @Test(
    "What stands before a text counts among its positions, and a text too long is refused",
    arguments: [
      "bert-token-prefix", "bert-token-prompt", "gpt2-causal-prefix", "gpt2-causal-prompt",
    ])
  func refusesLongTexts(name: String) throws {
    let example = try #require(SlotCase.all.first { $0.name == name })
    let model = try example.load()
    _ = try example.fill(model.store, with: example.reference())
    let fitting = try RaggedBatch([[Int32](repeating: 5, count: 29)])
    let long = try RaggedBatch([[5], [Int32](repeating: 5, count: 30)])
    let error = try withoutGradients {
      _ = try model.outputs(fitting, fitting)
      return #expect(throws: ModelsError.self) { try model.outputs(long, long) }
    }
    let message = error.map { String(describing: $0) } ?? ""
    #expect(message.contains("30 tokens with the 3 that the method puts before it"))
    #expect(message.contains("at most 29"))
  }

  @Test("A head reads the tokens of the text alone, chosen or all")
  func readsChosenTokens() throws {
    for example in SlotCase.all where example.head == .token {
      let folder = try SlotCase.references.get().url.appending(path: example.name)
      let model = try PretrainedModel(folder: folder, .tokenClassification)
      _ = try example.fill(model.store, with: example.reference())
      try withoutGradients {
        let batch = try RaggedBatch(Self.sequences)
        let all = try model.model.logits(batch, only: nil)
        let chosen = try batch.selection(of: [[0, 3], [], [1, 4]])
        try expectClose(
          model.model.logits(batch, only: chosen), to: all.slices(chosen.places), within: 1e-5)
      }
    }
  }

  /// Adds a number to what a table gives.
  private final class Raised: EmbeddingAdapter {
    func callAsFunction(_ indices: Tensor, through table: Embedding) throws -> Tensor {
      try table.weight.value.embedding(of: indices) + 0.25
    }

    func merged(_ table: Embedding) throws -> Tensor { try table.weight.value + 0.25 }
  }

  @Test("A changed table gives what a table of its merged rows gives", arguments: SlotCase.all)
  func changesTables(example: SlotCase) throws {
    let (source, target) = try example.reference().slotBatches()
    let (changed, merged) = (try example.load(), try example.load())
    // An output layer that shares the table keeps the plain one, as in PEFT: only models without.
    guard example.head == .sequence || example.head == .token else { return }
    for (table, other) in zip(changed.store.modules.embeddings, merged.store.modules.embeddings) {
      table.adapter = Raised()
      try withoutGradients { try other.weight.value.copy(from: Raised().merged(other)) }
    }
    try withoutGradients {
      try expectClose(
        changed.outputs(source, target), to: merged.outputs(source, target), within: 1e-5)
    }
  }

  @Test("Every attention, part and word table of a family has its place, by its name")
  func namesPlaces() throws {
    func modules(_ name: String) throws -> ModuleRegistry {
      try #require(SlotCase.all.first { $0.name == name }).load().store.modules
    }
    let bert = try modules("bert-token-prefix")
    #expect(
      bert.attentions.map(\.name) == (0..<2).map { "bert.encoder.layer.\($0).attention.self" })
    #expect(bert.sublayers.map(\.kind) == [.attention, .feedForward, .attention, .feedForward])
    #expect(bert.sublayers[2].name == "bert.encoder.layer.1")
    #expect(bert.tokens.map(\.name) == ["bert.embeddings.word_embeddings"])
    let llama = try modules("llama-causal-prefix")
    #expect(llama.attentions.map(\.name) == (0..<2).map { "model.layers.\($0).self_attn" })
    #expect(llama.attentions.allSatisfy { $0.kind == .causal && $0.keyHeads == 2 && $0.size == 6 })
    let t5 = try modules("t5-generation-prefix")
    let kinds: [AttentionSlot.Kind] = [.causal, .cross]
    #expect(t5.attentions.map(\.kind) == [.own, .own, .own] + kinds + kinds + kinds)
    #expect(t5.attentions[4].name == "decoder.block.0.layer.1.EncDecAttention")
    #expect(t5.sublayers.count == 2 * 3 + 3 * 3)
    #expect(t5.tokens.map(\.name) == ["shared", "decoder.embed_tokens"])
    let xlnet = try modules("xlnet-token-prompt")
    #expect(xlnet.attentions.isEmpty && xlnet.sublayers.count == 4)
  }
}
