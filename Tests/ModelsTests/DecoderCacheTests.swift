import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Logits of texts that are read piece by piece beside those of whole texts.
@Suite(.serialized) struct DecoderCacheTests {
  private static let sequences: [[Int32]] = [
    [3, 14, 15, 9, 26, 5, 35, 8, 9], [2, 7, 18, 28], [31, 41, 59, 26, 5, 3, 58, 9],
  ]
  /// A prompt, a token each, then pieces of several lengths.
  private static let pieces: [[Range<Int>]] = [
    [0..<5, 0..<1, 0..<4], [5..<6, 1..<2, 4..<5], [6..<9, 2..<4, 5..<8],
  ]

  private func model(_ name: String) throws -> any LanguageModel {
    var options = ParameterStore.Options()
    options.isTrainable = false
    return try PretrainedModel(
      folder: DecoderCase.named(name).model(.causal), .causalLanguageModel, options: options
    ).model
  }

  @Test(
    "Logits with a cache equal those without",
    arguments: [
      "gpt2", "gpt2-options", "llama", "llama-biases", "llama3", "llama-yarn", "mistral", "qwen2",
      "qwen3", "qwen3-tied",
    ])
  func cachedLogitsAreTheSame(name: String) throws {
    let model = try model(name)
    try withoutGradients {
      let whole = try model.logits(RaggedBatch(Self.sequences))
      let starts = [0, 9, 13]
      let cache = try #require(model.makeCache(sequences: 3))
      for piece in Self.pieces {
        let batch = try cache.batch(zip(Self.sequences, piece).map { Array($0[$1]) })
        let found = try model.logits(batch, cache: cache)
        let places = zip(starts, piece).flatMap { start, range in
          range.map { Int64(start + $0) }
        }
        try expectClose(found, to: whole.slices(Tensor(places)), within: 1e-5)
      }
      #expect(cache.lengths == [9, 4, 8])
    }
  }

  @Test(
    "Only the last token's logits are computed while a prompt is read",
    arguments: ["gpt2", "qwen3"])
  func readsAPromptForItsLastToken(name: String) throws {
    let model = try model(name)
    try withoutGradients {
      let whole = try RaggedBatch(Self.sequences)
      let expected = try model.logits(whole).slices(whole.lastTokens().places)
      let cache = try #require(model.makeCache(sequences: 3))
      let prompt = try cache.batch(Self.sequences.map { Array($0.dropLast(2)) })
      _ = try model.logits(prompt, only: prompt.lastTokens(), cache: cache)
      let rest = try cache.batch(Self.sequences.map { Array($0.suffix(2)) })
      let found = try model.logits(rest, only: rest.lastTokens(), cache: cache)
      try expectClose(found, to: expected, within: 1e-5)
    }
  }

  @Test func refusesATextThatOutgrowsThePositions() throws {
    let model = try model("gpt2")
    let cache = try #require(model.makeCache(sequences: 1))
    try withoutGradients {
      _ = try model.logits(cache.batch([Array(repeating: 3, count: 31)]), cache: cache)
      _ = try model.logits(cache.batch([[4]]), cache: cache)
      let error = #expect(throws: ModelsError.self) {
        _ = try model.logits(cache.batch([[5]]), cache: cache)
      }
      #expect(
        error?.description == "A sequence of 33 tokens does not fit the model's 32 positions. "
          + "Set max-length to at most 32.")
    }
    #expect(cache.lengths == [32])
  }

  @Test func aModelOfWholeTextsHasNoCache() throws {
    let bert = try SmallBert()
    let model = try PretrainedModel(folder: bert.url, .maskedLanguageModel).model
    #expect(model.makeCache(sequences: 1) == nil)
    let cache = KeyValueCache(sequences: 1, layers: 1)
    #expect(throws: ModelsError.self) {
      try model.states(RaggedBatch([[1]]), only: nil, cache: cache)
    }
  }
}
