import Foundation
import TestSupport
import Testing

/// What a run leaves in its folder.
@Suite struct RunFolderTests {
  let run: TunedRun
  var desk: Desk { run.desk }

  init() throws {
    run = try TunedRun.shared.get()
  }

  @Test func aRunEndsWellAndSaysWhereItIs() {
    #expect(run.outcome.status == 0)
    #expect(run.outcome.sentence == "The tuned model is in runs/reviews.")
  }

  @Test func theFolderHoldsEverythingOfTheRun() {
    let names = desk.names("runs/reviews")
    let expected: Set = [
      "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "recipe.yaml",
      "metrics.jsonl", "evaluation.json", "evaluation.md", "predictions.jsonl", "preflight.json",
      "left-out.jsonl", "README.md", "resume",
    ]
    #expect(expected.subtracting(names).isEmpty)
    #expect(names.contains { $0.contains("tfevents") })
    #expect(!names.contains { $0.hasSuffix(".partial") })
  }

  @Test func aSecondRunOfItsRecipeGivesTheSameWeightsBitForBit() throws {
    let again = try desk.program.run(
      "train", "runs/reviews/recipe.yaml", "--output", "runs/again")
    #expect(again.status == 0)
    #expect(
      try desk.data("runs/again/model.safetensors") == desk.data("runs/reviews/model.safetensors"))
  }

  @Test func transformersLoadsItWithNothingMissingAndPredictsTheSame() throws {
    struct Answer: Decodable {
      let missing, unexpected: [String]
      let labels: [String]
      let scores: [Double]
    }
    let texts = try desk.lines("runs/reviews/predictions.jsonl").compactMap {
      $0["text"] as? String
    }
    let answer: Answer = try PythonOracle("command_run_folder").run(
      texts, arguments: ["model", desk.url("runs/reviews").path])
    #expect(answer.missing.isEmpty && answer.unexpected.isEmpty)
    let ours = try desk.lines("runs/reviews/predictions.jsonl")
    #expect(ours.map { $0["label"] as? String } == answer.labels)
    for (line, score) in zip(ours, answer.scores) {
      #expect(abs((line["score"] as? Double ?? 0) - score) < 1e-5)
    }
  }

  @Test func tensorBoardReadsWhatMetricsSay() throws {
    struct Point: Decodable, Hashable {
      let tag: String
      let step: Int
      let value: Double
    }
    let points: [Point] = try PythonOracle("command_run_folder").run(
      [String](), arguments: ["events", desk.url("runs/reviews").path])
    let losses = points.filter { $0.tag.contains("train") && $0.tag.hasSuffix("loss") }
    let records = try desk.lines("runs/reviews/metrics.jsonl").filter {
      $0["kind"] as? String == "train"
    }
    #expect(!records.isEmpty)
    #expect(losses.map(\.step) == records.map { $0["step"] as? Int })
    for (point, record) in zip(losses, records) {
      let value = (record["values"] as? [String: Any])?["loss"] as? Double ?? .nan
      #expect(abs(point.value - value) < 1e-6)
    }
  }

  @Test func predictionsAreTheRowsOfTheTestFileInTheirOrder() throws {
    let rows = try desk.text("test.csv").split(separator: "\n").dropFirst().map {
      $0.split(separator: ",").map(String.init)
    }
    let lines = try desk.lines("runs/reviews/predictions.jsonl")
    #expect(lines.map { $0["text"] as? String } == rows.map { $0[1] })
    #expect(lines.map { $0["expected"] as? String } == rows.map { $0[2] })
    #expect(lines.map { $0["line"] as? Int } == rows.indices.map { $0 + 2 })
  }

  @Test func metricsHoldTrainingValidationAndTest() throws {
    let kinds = try desk.lines("runs/reviews/metrics.jsonl").map { $0["kind"] as? String }
    #expect(kinds.count { $0 == "evaluation" } == 4)
    #expect(kinds.count { $0 == "test" } == 1)
    #expect(kinds.contains("train"))
  }

  @Test func theReportIsPrintedAndStored() throws {
    let report = try JSON.object(desk.text("runs/reviews/evaluation.json"))
    let accuracy = (report["scores"] as? [String: Any])?["accuracy"] as? Double ?? 0
    #expect(accuracy > 0.9)
    #expect(run.outcome.error.contains("Confusion matrix"))
    #expect(try desk.text("runs/reviews/evaluation.md").contains("| positive |"))
  }

  @Test func theRecipeHoldsWhatWasAskedAndNeitherResumesNorReplaces() throws {
    let recipe = try desk.text("runs/reviews/recipe.yaml")
    for line in ["  epochs: 4", "  validation: 0.1", "  overwrite: false", "  resume: false"] {
      #expect(recipe.contains(line + "\n"))
    }
  }

  @Test func theModelCardNamesBaseDataAndScores() throws {
    let card = try desk.text("runs/reviews/README.md")
    for part in ["accuracy", "train.csv", "test.csv", "negative, positive", "learning rate"] {
      #expect(card.contains(part))
    }
  }

  @Test func whatIsNotAskedForIsSaid() {
    for part in [
      "text from the column 'text', label from 'label': single-label", "fp32 (asked for)",
      "1 thread", "Newly initialised",
    ] {
      #expect(run.outcome.error.contains(part))
    }
  }
}
