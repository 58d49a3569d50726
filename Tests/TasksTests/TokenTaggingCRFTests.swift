import Datasets
import Evaluation
import Foundation
import Layers
import Models
import Tasks
import TestSupport
import Testing
import Torch

/// The CRF beside pytorch-crf, on scores that a model gives.
@Suite(.serialized) struct TokenTaggingCRFTests {
  private struct Request: Encodable {
    var start: [Float]
    var end: [Float]
    var transitions: [Float]
    var scores: [[Float]]
    var tags: [[Int32]]
  }

  private struct Told: Decodable {
    var likelihood: Double
    var gradients: [String: [Float]]
    var scores: [Float]
    var paths: [[Int]]
    var marginals: [[Double]]
  }

  private func tagger(_ illegal: TokenClassificationSettings.IllegalTransitions) throws
    -> TokenTagging
  {
    let task = try TaggingCase.tagger(
      "bert", TokenClassificationSettings(illegalTransitions: illegal, crf: true))
    // Larger than they start, so that they decide something.
    for name in ["crf.start_transitions", "crf.end_transitions", "crf.transitions"] {
      let parameter = try #require(task.store[name])
      try parameter.assign(parameter.master.clone() * 12)
    }
    return task
  }

  private func values(_ task: TokenTagging, _ name: String) throws -> [Float] {
    try #require(task.store[name]).master.values(as: Float.self)
  }

  @Test("Likelihood, gradients, best paths and probabilities are those of pytorch-crf")
  func followsThePackage() throws {
    let task = try tagger(.keep)
    let examples = try TaggingCase.encode(TaggingCase.rows, "bert", for: .training)
      .flatMap(\.examples)
    let outputs = try withoutGradients { try task.predict(examples) }
    let told: Told = try PythonOracle("tasks_tokens").run(
      Request(
        start: values(task, "crf.start_transitions"), end: values(task, "crf.end_transitions"),
        transitions: values(task, "crf.transitions"), scores: outputs.map(\.logits),
        tags: examples.map(\.targets)),
      arguments: ["crf"])

    let loss = try task.loss(examples)
    #expect(abs(try loss.sum.item() + told.likelihood) < 1e-5 * abs(told.likelihood))
    #expect(loss.weight == Double(outputs.reduce(0) { $0 + $1.words.count }))
    let again = try task.loss(of: outputs, examples)
    #expect(abs(again.sum + told.likelihood) < 1e-5 * abs(told.likelihood))
    #expect(outputs.map(\.tags) == told.paths)

    try loss.sum.backward()
    for (name, expected) in told.gradients {
      let gradient = try #require(task.store["crf.\(name)"]?.value.gradient)
      try expectEqual(gradient.values(as: Float.self), expected.map { -$0 }, name)
    }
    // What reaches the classifier's bias is the sum over all words of the scores' gradients.
    let bias = try #require(task.store["classifier.bias"]?.value.gradient)
    try expectEqual(bias.values(as: Float.self), told.scores.map { -$0 }, "scores")

    let declared = TokenClassificationTask(task.settings)
    for (place, output) in outputs.enumerated() where output.words.count == output.tags.count {
      let row = TaggingCase.row(TaggingCase.sentences[place].words)
      let answer = try declared.answer(output, to: row, of: task, AnswerOptions(allScores: true))
      let scores = try #require(answer.scores)
      for (word, tag) in output.tags.enumerated() {
        #expect(abs(scores[word] - told.marginals[place][word * 5 + tag]) < 1e-5)
      }
    }
  }

  private func expectEqual(_ found: [Float], _ expected: [Float], _ name: String) throws {
    #expect(found.count == expected.count)
    let largest = expected.map(abs).max() ?? 0
    for (left, right) in zip(found, expected) {
      // Sums of a hundred probabilities in fp32, of which the parts are of the order of 1.
      #expect(abs(left - right) <= 1e-4 * max(1, largest), "\(name)")
    }
  }

  @Test(
    "With illegal transitions forbidden there are none, with a CRF and without",
    arguments: [false, true])
  func forbidsIllegalTransitions(crf: Bool) throws {
    let settings = TokenClassificationSettings(illegalTransitions: .forbid)
    let task = try crf ? tagger(.forbid) : TaggingCase.tagger("bert", settings)
    let free =
      try crf
      ? tagger(.keep)
      : TaggingCase.tagger(
        "bert", TokenClassificationSettings(illegalTransitions: .keep))
    let examples = try TaggingCase.encode(TaggingCase.rows, "bert", for: .evaluation)
      .flatMap(\.examples)
    func faults(_ task: TokenTagging) throws -> Int {
      try withoutGradients { try task.predict(examples) }.reduce(0) { sum, output in
        sum + TagScheme.iob2.faults(in: output.tags.map { task.labels[$0] }).count
      }
    }
    #expect(try faults(task) == 0)
    #expect(try faults(free) > 0)
  }

  @Test("Repaired predictions have no fault and the same entities as before")
  func repairsPredictions() throws {
    let examples = try TaggingCase.encode(TaggingCase.rows, "bert", for: .evaluation)
      .flatMap(\.examples)
    func tags(_ illegal: TokenClassificationSettings.IllegalTransitions) throws -> [[String]] {
      let task = try TaggingCase.tagger(
        "bert", TokenClassificationSettings(illegalTransitions: illegal))
      return try withoutGradients { try task.predict(examples) }.map { output in
        output.tags.map { task.labels[$0] }
      }
    }
    for (before, after) in zip(try tags(.keep), try tags(.repair)) {
      #expect(TagScheme.iob2.faults(in: after).isEmpty)
      #expect(
        try EntityRules.seqeval.entities(in: before) == EntityRules.seqeval.entities(in: after))
    }
  }
}
