import Datasets
import Foundation
import Layers
import Models
import Tasks
import TestSupport
import Testing
import Tokenizers
import Torch
import TorchTestSupport

/// Windows, losses, gradients and answers beside Transformers' examples in fp32.
@Suite(.serialized) struct QuestionParityTests {
  @Test(arguments: QuestionCase.names)
  func `windows to learn from are those of Transformers' example`(_ name: String) throws {
    let example = try QuestionCase(name)
    let task = QuestionAnsweringTask(example.settings)
    let encoded = try task.encode(
      QuestionCase.rows, labels: nil, with: example.encoder(), for: .training)
    let found = encoded.enumerated().flatMap { row, encoded in encoded.examples.map { (row, $0) } }
    try #require(found.count == example.reference.windows.count)
    for ((row, found), expected) in zip(found, example.reference.windows) {
      let window = try #require(found.windows.first)
      #expect(row == expected.row)
      #expect(window.tokens.ids == expected.ids)
      #expect(window.tokens.segments == expected.segments)
      #expect(window.nullPlace == expected.null)
      #expect(window.target.lowerBound == expected.start, "\(name), row \(row)")
      #expect(window.target.upperBound == expected.end, "\(name), row \(row)")
      #expect(window.holdsAnswer == (expected.start != expected.null))
    }
    #expect(encoded.allSatisfy { $0.truncatedTokens == 0 })
  }

  @Test(arguments: QuestionCase.names)
  func `the loss and every gradient are those of Transformers`(_ name: String) throws {
    let example = try QuestionCase(name)
    let task = QuestionAnsweringTask(example.settings)
    let model = try example.model(task)
    let reference = try SafetensorsFile(
      example.folder.deletingLastPathComponent().appending(path: "\(name).safetensors"))
    let examples = try example.examples(task, for: .training)
    let loss = try model.loss(examples)
    #expect(loss.weight == Double(examples.count))
    let mean = try loss.sum / loss.weight
    try expectClose(mean, to: reference.tensor("loss"), within: 1e-5, relative: 1e-6, "loss")
    try mean.backward()
    for parameter in model.store.parameters {
      let expected = try reference.tensor("gradient.\(parameter.name)")
      guard let gradient = parameter.value.gradient else {
        // What the task does not use, such as XLNet's vector for hidden tokens.
        #expect(try expected.absolute().maximum().item() == 0, "\(parameter.name)")
        continue
      }
      let difference = try (gradient - expected).absolute().maximum().item()
      let largest = try expected.absolute().maximum().item()
      // A gradient that is zero but for rounding, such as that of the keys' bias, is one of 1e-6.
      #expect(
        difference <= 1e-4 * max(largest, 1e-2),
        "\(name) \(parameter.name): off by \(difference) of \(largest)")
    }
    // The loss of outputs that were computed is the same one.
    let all = try example.examples(task, for: .evaluation)
    let outputs = try withoutGradients { try model.predict(all) }
    let (sum, weight) = model.loss(of: outputs, all)
    #expect(weight == Double(examples.count))
    #expect(abs(sum / weight - (try reference.tensor("loss").item())) < 1e-4)
  }

  @Test(arguments: QuestionCase.names, [false, true])
  func `answers are those of Transformers' example`(_ name: String, _ allowsNone: Bool) throws {
    let example = try QuestionCase(name)
    var settings = example.settings
    settings.unanswerable = allowsNone
    let task = QuestionAnsweringTask(settings)
    let model = try example.model(task)
    let examples = try example.examples(task, for: .prediction)
    let outputs = try withoutGradients { try model.predict(examples) }
    let expected = allowsNone ? example.reference.withNone : example.reference.answers
    for ((row, output), expected) in zip(zip(QuestionCase.rows, outputs), expected) {
      let answer = task.answer(output, to: row, of: model, AnswerOptions(allScores: true))
      let candidates = try #require(answer.candidates)
      #expect(candidates.map(\.text) == expected.candidates.map(\.text))
      #expect(candidates.map(\.start) == expected.candidates.map(\.start))
      #expect(candidates.map(\.end) == expected.candidates.map(\.end))
      for (found, expected) in zip(candidates, expected.candidates) {
        #expect(abs(found.score - expected.score) < 1e-4)
      }
      #expect((answer.nullScore == nil) == !allowsNone)
      if let found = answer.nullScore, let expected = expected.nullScore {
        #expect(abs(found - expected) < 1e-4)
        #expect(answer.answer == (found > 0 ? "" : candidates.first?.text ?? ""))
      } else {
        #expect(
          answer.answer == candidates.first?.text ?? "" && answer.start == candidates.first?.start)
      }
      #expect(answer.expected == row.expectedAnswers)
    }
  }

  @Test func `saved models load in Transformers with the same scores`() throws {
    struct Request: Encodable {
      var name: String
      var `class`: String
      var windows: [QuestionCase.Window]
    }
    struct Loaded: Decodable {
      var missing: [String]
      var unexpected: [String]
      var scores: [[Double]]
    }
    let output = try TemporaryFolder()
    var models: [SpanAnswering] = []
    let requests = try QuestionCase.names.map { name in
      let example = try QuestionCase(name)
      models.append(try example.model(QuestionAnsweringTask(example.settings)))
      try models[models.count - 1].save(to: output.url.appending(path: name))
      return Request(
        name: name,
        class: name == "beams" ? "XLNetForQuestionAnswering" : "AutoModelForQuestionAnswering",
        windows: Array(example.reference.windows.prefix(4)))
    }
    let loaded: [Loaded] = try PythonOracle("tasks_questions").run(
      requests, arguments: ["load", output.url.path])
    for (model, (request, loaded)) in zip(models, zip(requests, loaded)) {
      #expect(loaded.missing.isEmpty && loaded.unexpected.isEmpty)
      for (window, expected) in zip(request.windows, loaded.scores) {
        let found = try withoutGradients { try scores(model, window) }
        #expect(found.count == expected.count)
        for (found, expected) in zip(found, expected) {
          #expect(abs(found - expected) < 1e-4, "\(request.name)")
        }
      }
    }
  }

  /// The scores of a window as the oracle gives them: of beginnings and ends, or of the likeliest
  /// beginnings and of there being no answer.
  private func scores(_ model: SpanAnswering, _ window: QuestionCase.Window) throws -> [Double] {
    let batch = try RaggedBatch(
      [TokenSequence(ids: window.ids, segments: window.segments)], on: .cpu)
    switch model.head {
    case .spans(let pretrained):
      let logits = try pretrained.model(batch)
      return try logits.start.values() + logits.end.values()
    case .beams(let pretrained):
      let excluded = window.offsets.indices.filter {
        window.offsets[$0] == nil && $0 != window.null
      }
      let result = try pretrained.model.candidates(
        batch, limits: SpanLimits(classPlaces: [window.null], excluded: [excluded]))[0]
      return result.starts.map { Double($0.probability) } + [Double(result.unanswerable)]
    }
  }

  @Test func `the search for answers is that of Transformers' example`() throws {
    for (search, expected) in zip(QuestionSearch.all, try QuestionCase.made.get().searches) {
      let output = search.output()
      #expect(output.candidates.map(\.text) == expected.candidates.map(\.text))
      #expect(output.candidates.map(\.bytes.lowerBound) == expected.candidates.map(\.start))
      for (found, expected) in zip(output.candidates, expected.candidates) {
        #expect(abs(found.probability - expected.score) < 1e-5)
      }
      #expect((output.nullScore == nil) == (expected.nullScore == nil))
      if let found = output.nullScore, let expected = expected.nullScore {
        #expect(abs(Double(found) - expected) < 1e-5)
      }
    }
  }
}

extension TextRow {
  /// The texts of the answers.
  fileprivate var expectedAnswers: [String]? {
    guard case .answers(let places) = target, let bytes = pair.map({ Array($0.utf8) }) else {
      return nil
    }
    return places.map { String(decoding: bytes[$0], as: UTF8.self) }
  }
}
