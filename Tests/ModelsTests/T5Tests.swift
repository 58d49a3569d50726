import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// T5 and mT5 beside Transformers in fp32: padded there, ragged here.
@Suite(.serialized) struct T5Tests {
  @Test(
    "Outputs and every gradient of every head are those of Transformers", arguments: T5Case.all,
    PathInUse.allCases)
  func followsTransformers(example: T5Case, path: PathInUse) throws {
    for head in T5Head.allCases {
      let reference = try example.reference(head)
      try path.run {
        let run = try head.run(
          example.model(head), reference.batch("tokens", lengths: "lengths"),
          reference.batch("targets", lengths: "target_lengths"))
        try run.expect(reference)
      }
    }
  }

  @Test("Every weight is found in every form, and nothing is left over", arguments: T5Case.all)
  func findsEveryWeight(example: T5Case) throws {
    for head in T5Head.allCases {
      let reference = try example.reference(head)
      let run = try head.run(
        example.model(head), reference.batch("tokens", lengths: "lengths"),
        reference.batch("targets", lengths: "target_lengths"))
      let report = run.store.report
      #expect(report.missing + report.unexpected == [], "\(head)")
      #expect(report.reshaped.isEmpty && report.contradicted.isEmpty, "\(head)")
    }
  }

  @Test("With activation checkpointing the gradients are the same")
  func checkpointsActivations() throws {
    let example = T5Case.all[1]
    for head in [T5Head.generation, .sequence] {
      let reference = try example.reference(head)
      let run = try head.run(
        example.model(head), reference.batch("tokens", lengths: "lengths"),
        reference.batch("targets", lengths: "target_lengths"), checkpointing: true)
      try run.expect(reference)
    }
  }

  @Test("A sequence's result does not depend on its neighbours")
  func keepsSequencesApart() throws {
    let encoder = try PretrainedEncoder(folder: T5Case.all[0].model(.encoder)).encoder
    let sequences: [[Int32]] = [[3, 2, 3, 4, 1], [6, 1], [7, 8, 9]]
    let together = try withoutGradients { try encoder(RaggedBatch(sequences)) }
    var start = 0
    for sequence in sequences {
      let alone = try withoutGradients { try encoder(RaggedBatch([sequence])) }
      try expectClose(
        together.narrowed(0, from: start, count: sequence.count), to: alone, within: 1e-6)
      start += sequence.count
    }
  }

  @Test("What is saved is whole in Transformers and gives the same outputs")
  func savesForTransformers() throws {
    let folder = try TemporaryFolder()
    let sources: [[Int32]] = [[2, 5, 1], [1], [4, 4, 8, 6, 1]]
    let targets: [[Int32]] = [[3, 9], [5], [6, 7, 8, 2]]
    var runs: [HeadRun] = [
      try .trainedClassifier(from: T5Case.all[1].model(.generation), RaggedBatch(sources))
    ]
    for example in T5Case.all where ["second release", "mt5", "version 4"].contains(example.name) {
      for head in T5Head.allCases {
        runs.append(
          try head.run(example.model(head), RaggedBatch(sources), RaggedBatch(targets)))
      }
    }
    let requests = try runs.enumerated().map { index, run in
      let output = folder.url.appending(path: "\(index)")
      try run.save(output)
      return LoadedHead.Request(
        class: run.architecture, folder: output.path, sources: sources, targets: targets)
    }
    let loaded = try PythonOracle("models_t5").run(
      requests, arguments: ["load", folder.url.path], returning: [LoadedHead].self)
    for (run, loaded) in zip(runs, loaded) { try loaded.expect(run) }
  }
}
