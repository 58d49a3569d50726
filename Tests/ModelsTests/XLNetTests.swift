import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// XLNet beside Transformers in fp32: padded on the left there, ragged here.
@Suite(.serialized) struct XLNetTests {
  @Test(
    "Outputs and every gradient of every head are those of Transformers", arguments: XLNetCase.all,
    PathInUse.allCases)
  func followsTransformers(example: XLNetCase, path: PathInUse) throws {
    for head in XLNetHead.ofTexts {
      let reference = try example.reference(head)
      try path.run {
        let run = try head.run(
          example.model(head),
          reference.batch("tokens", lengths: "lengths", segments: "segments"))
        try run.expect(reference)
        #expect(run.store.report.missing + run.store.report.unexpected == [])
      }
    }
  }

  @Test(
    "With a memory and in an order of its own a text gives what Transformers has",
    arguments: XLNetCase.all.filter { $0.orders != nil })
  func remembersAndPermutes(example: XLNetCase) throws {
    let reference = try example.reference(.memory)
    let first = try reference.batch("tokens", lengths: "lengths", segments: "segments")
    let second = try reference.batch(
      "following", lengths: "following_lengths", segments: "following_segments")
    let hidden = try #require(example.orders)
    var memory: SegmentMemory?
    let run = try HeadRun.of(example.model(.memory), .permutationLanguageModel) { model in
      let read = try model.states(first, order: nil, memory: nil)
      let wanted = try model.states(
        second, order: FactorizationOrder(hidden: hidden, targets: example.wanted),
        memory: read.memory)
      let known = try model.states(
        second, order: FactorizationOrder(hidden: hidden, targets: nil), memory: read.memory)
      memory = wanted.memory
      return [
        "plain": try model.output(read.states), "logits": try model.output(wanted.states),
        "known": try model.output(known.states),
      ]
    }
    try run.expect(reference)
    let kept = try #require(memory)
    #expect(
      try kept.lengths == reference.tensor("memory_lengths").values(as: Int64.self).map(Int.init))
    for (layer, states) in kept.states.enumerated() {
      try expectClose(states, to: reference.tensor("memory.\(layer)"), within: 1e-5)
    }
  }

  @Test(
    "The likeliest answers are those of Transformers' beams",
    arguments: XLNetCase.all)
  func findsAnswers(example: XLNetCase) throws {
    let reference = try example.reference(.beam)
    let batch = try reference.batch("tokens", lengths: "lengths", segments: "segments")
    let model = try PretrainedModel(folder: example.model(.beam), .beamQuestionAnswering).model
    let found = try withoutGradients {
      try model.candidates(
        batch, limits: SpanLimits(excluded: batch.lengths.map { _ in [0] }))
    }
    func expected<Element: TensorElement>(_ name: String) throws -> [Element] {
      try reference.tensor("output.candidate.\(name)").values()
    }
    #expect(
      try found.flatMap { $0.starts.map { Int64($0.place) } } == expected("start_place"))
    #expect(
      try found.flatMap { $0.ends.flatMap { $0.map { Int64($0.place) } } } == expected("end_place"))
    try expectClose(
      Tensor(found.flatMap { $0.starts.map(\.probability) }), to: expected("start") as [Float],
      within: 1e-5)
    try expectClose(
      Tensor(found.flatMap { $0.ends.flatMap { $0.map(\.probability) } }),
      to: expected("end") as [Float], within: 1e-5)
    try expectClose(
      Tensor(found.map(\.unanswerable)), to: expected("unanswerable") as [Float], within: 1e-5)
  }

  @Test("Reading a text in two pieces gives what reading it whole gives, where nothing looks ahead")
  func carriesItsMemory() throws {
    let model = try PretrainedModel(
      folder: XLNetCase.all[2].model(.language), .permutationLanguageModel
    ).model
    try withoutGradients {
      let whole: [[Int32]] = [[3, 4, 5, 6, 7, 8, 9], [2, 9, 4]]
      let all = try model.states(RaggedBatch(whole), only: nil)
      // The configuration keeps the first three vectors of a piece and four in all.
      let first = try model.states(
        RaggedBatch([Array(whole[0][..<3]), Array(whole[1][..<2])]), order: nil, memory: nil)
      let second = try model.states(
        RaggedBatch([Array(whole[0][3...]), Array(whole[1][2...])]), order: nil,
        memory: first.memory)
      #expect(first.memory.lengths == [3, 2])
      #expect(second.memory.lengths == [4, 3])
      let expected = try Tensor.concatenated([
        all.narrowed(0, from: 3, count: 4), all.narrowed(0, from: 9, count: 1),
      ])
      try expectClose(second.states, to: expected, within: 1e-5)
    }
  }

  @Test("With activation checkpointing the gradients are the same")
  func checkpointsActivations() throws {
    let example = XLNetCase.all[0]
    let reference = try example.reference(.sequence)
    let batch = try reference.batch("tokens", lengths: "lengths", segments: "segments")
    let run = try HeadRun.of(
      example.model(.sequence), .sequenceClassification, checkpointing: true
    ) { ["logits": try $0(batch)] }
    try run.expect(reference)
  }

  @Test("A sequence's result does not depend on its neighbours")
  func keepsSequencesApart() throws {
    let encoder = try PretrainedEncoder(folder: XLNetCase.all[0].model(.model)).encoder
    let sequences: [[Int32]] = [[3, 2, 3, 4, 1], [6, 1], [7, 8, 9, 1, 2], [6]]
    let together = try withoutGradients { try encoder(RaggedBatch(sequences)) }
    var start = 0
    for sequence in sequences {
      let alone = try withoutGradients { try encoder(RaggedBatch([sequence])) }
      try expectClose(
        together.narrowed(0, from: start, count: sequence.count), to: alone, within: 1e-5)
      start += sequence.count
    }
  }

  @Test("What is saved is whole in Transformers and gives the same outputs")
  func savesForTransformers() throws {
    let folder = try TemporaryFolder()
    let sources: [[Int32]] = [[2, 5, 1, 7], [4, 4, 8, 6, 1, 3], [9, 8, 7, 6]]
    var runs: [HeadRun] = [
      try .trainedClassifier(from: XLNetCase.all[0].model(.language), RaggedBatch(sources))
    ]
    for example in XLNetCase.all where ["bidirectional", "untied"].contains(example.name) {
      for head in XLNetHead.ofTexts {
        runs.append(
          try head.run(example.model(head), RaggedBatch(sources)))
      }
    }
    let requests = try runs.enumerated().map { index, run in
      let output = folder.url.appending(path: "\(index)")
      try run.save(output)
      return LoadedHead.Request(
        class: run.architecture, folder: output.path, sources: sources)
    }
    let loaded = try PythonOracle("models_xlnet").run(
      requests, arguments: ["load", folder.url.path], returning: [LoadedHead].self)
    for (run, loaded) in zip(runs, loaded) { try loaded.expect(run) }
  }
}
