import Foundation
import TestSupport
import Testing

/// Classification of texts from a model folder to answers, with a tiny model of every family.
@Suite(.serialized) struct FamiliesTests {
  private static let families = [
    "bert", "distilbert", "electra", "roberta", "xlm-roberta", "albert", "xlnet", "gpt2", "llama",
    "mistral", "qwen2", "qwen3", "t5", "mt5",
  ]

  /// What Transformers says of a tuned folder.
  private struct Reading: Decodable {
    let `class`: String
    let probabilities: [[Double]]
    let problems: [String]
  }

  private struct Request: Encodable {
    let folders: [String]
    let texts: [String]
  }

  private static let models = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("command_families").run(["make", folder.url.path])
    return folder
  }

  private static let texts = (0..<24).map { place in
    let word = ["good", "bad", "fine", "poor"][place % 4]
    let thing = ["film", "story", "music"][place % 3]
    return "the \(thing) is \(word)\(place % 5 == 0 ? " and lovely music" : "")"
  }

  @Test("Every family is tuned, evaluated and answers; Transformers gives the folder's answers")
  func tunesEveryFamily() throws {
    let desk = try Desk()
    let models = try Self.models.get().url
    let rows = Self.texts.enumerated().map { "\($1),\($0 % 2 == 0 ? "positive" : "negative")" }
    try desk.write("rows.csv", (["text,label"] + rows).joined(separator: "\n") + "\n")
    for family in Self.families {
      let trained = try desk.program.run(
        "train", "--model", models.appending(path: family).path, "--task", "text-classification",
        "--train", "rows.csv", "--test", "rows.csv", "--max-steps", "3", "--learning-rate", "1e-3",
        "--precision", "fp32", "--threads", "1", "--output", "runs/\(family)")
      #expect(trained.status == 0, "\(family): \(trained.error)")
      let evaluated = try desk.program.run("evaluate", "runs/\(family)", "rows.csv")
      #expect(evaluated.status == 0, "\(family): \(evaluated.error)")
      #expect(evaluated.output.contains("accuracy"))
      let inspected = try desk.program.run("inspect", "runs/\(family)")
      #expect(inspected.output.contains(" \(family) model"), "\(inspected.output)")
    }
    let readings: [Reading] = try PythonOracle("command_families").run(
      Request(
        folders: Self.families.map { desk.url("runs/\($0)").path }, texts: Self.texts),
      arguments: ["read"])
    for (family, reading) in zip(Self.families, readings) {
      #expect(reading.problems.isEmpty, "\(family): \(reading.problems)")
      #expect(reading.class.hasSuffix("ForSequenceClassification"))
      try expectAnswers(of: desk, family, reading)
    }
  }

  /// Compares the probabilities of `predict` with those that Transformers gives one text at a time.
  private func expectAnswers(of desk: Desk, _ family: String, _ reading: Reading) throws {
    let outcome = try desk.program.run("predict", "runs/\(family)", "rows.csv", "--all-scores")
    #expect(outcome.status == 0, "\(family): \(outcome.error)")
    let lines = try JSON.lines(outcome.output)
    #expect(lines.count == reading.probabilities.count)
    for (line, expected) in zip(lines, reading.probabilities) {
      let scores = line["scores"] as? [String: Double] ?? [:]
      let ours = [scores["negative"], scores["positive"]].map { $0 ?? .nan }
      for (one, other) in zip(ours, expected) {
        #expect(abs(one - other) < 2e-5, "\(family): \(ours), Transformers \(expected)")
      }
    }
  }
}
