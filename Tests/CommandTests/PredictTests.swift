import Foundation
import Testing

/// `predict`: a file, sentences, standard input.
@Suite struct PredictTests {
  let desk: Desk

  init() throws {
    desk = try TunedRun.shared.get().desk
  }

  private func predict(_ arguments: String..., input: String = "") throws -> Program.Outcome {
    try desk.program.run(
      ["predict", "runs/reviews", "--threads", "1"] + arguments, input: Data(input.utf8))
  }

  @Test func sentencesAreAnsweredInOrder() throws {
    let outcome = try predict(
      "the film is good and lovely film", "the film is bad and dull film")
    #expect(outcome.status == 0)
    let labels = try JSON.lines(outcome.output).map { $0["label"] as? String }
    #expect(labels == ["positive", "negative"])
  }

  @Test func allScoresAddUpToOne() throws {
    let line = try JSON.lines(predict("the film is good", "--all-scores").output)[0]
    let scores = line["scores"] as? [String: Double] ?? [:]
    #expect(scores.keys.sorted() == ["negative", "positive"])
    #expect(abs(scores.values.reduce(0, +) - 1) < 1e-9)
  }

  @Test func aFileIsAnsweredAsTrainingAnsweredIt() throws {
    let outcome = try predict("test.csv", "--all-scores")
    let ours = try JSON.lines(outcome.output)
    let stored = try desk.lines("runs/reviews/predictions.jsonl")
    #expect(ours.map { $0["line"] as? Int } == stored.map { $0["line"] as? Int })
    #expect(ours.map { $0["score"] as? Double } == stored.map { $0["score"] as? Double })
  }

  @Test func standardInputIsAnsweredLineByLine() throws {
    let outcome = try predict(input: "a good film\r\na bad film\nno line feed at the end")
    #expect(outcome.status == 0)
    let texts = try JSON.lines(outcome.output).map { $0["text"] as? String }
    #expect(texts == ["a good film", "a bad film", "no line feed at the end"])
  }

  @Test func emptyStandardInputIsSaid() throws {
    let outcome = try predict()
    #expect(outcome.status == 0 && outcome.output.isEmpty)
    #expect(outcome.sentence == "Note: standard input was empty: there is nothing to predict")
  }

  @Test func bytesThatAreNotUTF8AreRefusedWithTheirLine() throws {
    let outcome = try desk.program.run(
      ["predict", "runs/reviews", "--threads", "1"],
      input: Data("good\nb".utf8) + [0xFF] + Data("d\n".utf8))
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains("Standard input, line 2: not UTF-8"))
  }

  @Test func closedStandardInputIsRefused() throws {
    let outcome = try desk.program.shell("finetune predict runs/reviews --threads 1 <&-")
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains("Standard input cannot be read"))
  }

  @Test func outputGoesToAFileThatIsWhole() throws {
    let desk = try Desk()
    let outcome = try predict("test.csv", "--output", desk.url("answers.jsonl").path)
    #expect(outcome.status == 0 && outcome.output.isEmpty)
    #expect(try desk.lines("answers.jsonl").count == 40)
  }

  @Test func aFileThatCannotBeReadLeavesNoOutput() throws {
    let desk = try Desk()
    try desk.write("bad.csv", "text\ngood\nmuch,too,much\n")
    let outcome = try predict(
      desk.url("bad.csv").path, "--output", desk.url("answers.jsonl").path)
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains("line 3"))
    #expect(!desk.names(".").contains { $0.contains("answers") })
  }

  @Test func textsThatAreCutAreSaid() throws {
    let outcome = try predict(String(repeating: "film ", count: 100))
    #expect(outcome.error.contains("Note: 1 of 1 text was longer than 64 tokens and cut"))
    #expect(try JSON.lines(outcome.output)[0]["truncatedTokens"] as? Int == 38)
  }

  @Test func aReaderThatGoesAwayEndsItQuietly() throws {
    let outcome = try desk.program.shell(
      "for i in $(seq 3000); do echo a good film; done | "
        + "finetune predict runs/reviews --threads 1 | head -n 1; echo ${PIPESTATUS[1]}")
    #expect(outcome.lines.count == 2)
    #expect(outcome.lines.last == "0")
    #expect(!outcome.error.contains("finetune:"))
  }

  @Test func aFullDiskIsSaid() throws {
    let outcome = try desk.program.shell(
      "finetune predict runs/reviews good --threads 1 > /dev/full")
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains("Standard output cannot be written to: the disk is full"))
  }

  @Test func severalFilesAreNotTakenForSentences() throws {
    let outcome = try predict("test.csv", "train.csv")
    #expect(outcome.status != 0)
    #expect(outcome.error.contains("'test.csv' is a file, and 2 inputs are given"))
  }

  @Test(arguments: [
    (["predict", "nowhere", "good"], "There is no model folder nowhere"),
    (["predict", "test.csv", "good"], "test.csv is a file; the folder of a model is needed"),
    (["predict", "model", "good"], "names no labels"),
    (["predict", "runs/reviews", "none.csv"], "There is no file none.csv"),
    (["predict", "runs/reviews", "test.csv", "--text-column", "body"], "no column 'body'"),
    (["predict", "runs/reviews", "good", "--output", "no/such/x"], "folder does not exist"),
    (["evaluate", "runs/reviews", "none.csv"], "There is no file none.csv"),
    (["evaluate", "runs/reviews", "test.csv", "--json", "no/such/x"], "folder does not exist"),
    (["evaluate", "runs/reviews", "test.csv", "--label-column", "id"], "the label '0'"),
    (["inspect", "nowhere"], "nowhere"),
  ])
  func refuses(arguments: [String], part: String) throws {
    let outcome = try desk.program.run(arguments)
    #expect(outcome.status == 1)
    #expect(outcome.sentence.hasPrefix("finetune: "))
    #expect(outcome.sentence.contains(part))
    #expect(outcome.output.isEmpty)
  }
}

/// `evaluate`.
@Suite struct EvaluateTests {
  let desk: Desk

  init() throws {
    desk = try TunedRun.shared.get().desk
  }

  @Test func givesTheReportThatTrainingGave() throws {
    let own = try Desk()
    let outcome = try desk.program.run(
      "evaluate", "runs/reviews", "test.csv", "--threads", "1", "--json",
      own.url("report.json").path, "--markdown", own.url("report.md").path, "--predictions",
      own.url("answers.jsonl").path)
    #expect(outcome.status == 0)
    #expect(try own.data("report.json") == desk.data("runs/reviews/evaluation.json"))
    #expect(try own.data("report.md") == desk.data("runs/reviews/evaluation.md"))
    #expect(try own.data("answers.jsonl") == desk.data("runs/reviews/predictions.jsonl"))
    #expect(outcome.output.contains("macro avg") && outcome.output.contains("Confusion matrix"))
  }

  @Test func intervalsAreLeftOutWhenAsked() throws {
    let outcome = try desk.program.run(
      "evaluate", "runs/reviews", "test.csv", "--threads", "1", "--no-intervals")
    #expect(outcome.status == 0)
    #expect(!outcome.output.contains("95% interval"))
  }
}
