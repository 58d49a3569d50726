import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// T5 writes piece by piece what it scores as a whole.
@Suite(.serialized) struct T5CacheTests {
  @Test(
    "Logits with a cache are those without, also after sequences have ended", arguments: T5Case.all)
  func writesPieceByPiece(example: T5Case) throws {
    let reference = try example.reference(.generation)
    let model = try PretrainedModel(
      folder: example.model(.generation), .conditionalLanguageModel
    ).model
    let targets = try reference.batch("targets", lengths: "target_lengths")
      .shiftedRight(from: model.startToken)
    try withoutGradients {
      let source = try model.encode(reference.batch("tokens", lengths: "lengths"))
      let whole = try rows(of: model.logits(targets, of: source), targets.lengths)
      let cache = model.makeCache(sequences: targets.count)
      var active = Array(targets.sequences.indices)
      // Pieces of unequal lengths first, then token by token.
      var next = targets.sequences.enumerated().map { Array($1.prefix(1 + $0 % 3)) }
      while !active.isEmpty {
        let read = cache.lengths
        let logits = try model.logits(cache.batch(next), of: source, cache: cache)
        for (place, part) in try rows(of: logits, next.map(\.count)).enumerated() {
          try expectClose(
            part,
            to: whole[active[place]].narrowed(0, from: read[place], count: next[place].count),
            within: 1e-5)
        }
        let going = active.indices.filter {
          cache.lengths[$0] < targets.lengths[active[$0]]
        }
        try cache.keep(going)
        active = going.map { active[$0] }
        next = active.enumerated().map { [targets.sequences[$1][cache.lengths[$0]]] }
      }
    }
  }

  @Test("A decoder that goes on needs its source no more, and beams share it")
  func keepsWhatItMadeOfTheSource() throws {
    let model = try PretrainedModel(
      folder: T5Case.all[0].model(.generation), .conditionalLanguageModel
    ).model
    try withoutGradients {
      let source = try model.encode(RaggedBatch([[4, 5, 1]]))
      let cache = model.makeCache(sequences: 1)
      _ = try model.logits(cache.batch([[0, 7]]), of: source, cache: cache)
      try cache.keep([0, 0])
      let logits = try model.logits(cache.batch([[3], [9]]), of: source, cache: cache)
      for (place, last) in [Int32(3), 9].enumerated() {
        let whole = try model.logits(RaggedBatch([[0, 7, last]]), of: source)
        try expectClose(
          logits.narrowed(0, from: place, count: 1), to: whole.narrowed(0, from: 2, count: 1),
          within: 1e-5)
      }
    }
  }

  @Test func refusesABatchThatDoesNotGoOn() throws {
    let model = try PretrainedModel(
      folder: T5Case.all[0].model(.generation), .conditionalLanguageModel
    ).model
    let source = try model.encode(RaggedBatch([[4, 5, 1]]))
    let cache = model.makeCache(sequences: 1)
    _ = try model.logits(cache.batch([[0, 7]]), of: source, cache: cache)
    let told = sentence { try model.logits(RaggedBatch([[3]]), of: source, cache: cache) }
    #expect(told?.contains("Make the batch with the cache.") == true)
    let others = model.makeCache(sequences: 2)
    #expect(
      sentence { try model.logits(others.batch([[0], [0]]), of: source, cache: others) }
        == "2 target sequences cannot be written of 1 sources.")
  }

  /// Each sequence's rows.
  private func rows(of tensor: Tensor, _ lengths: [Int]) throws -> [Tensor] {
    var start = 0
    return try lengths.map { length in
      defer { start += length }
      return try tensor.narrowed(0, from: start, count: length)
    }
  }
}
