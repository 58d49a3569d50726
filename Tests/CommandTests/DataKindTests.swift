import Foundation
import Testing

/// The kinds of data and problems that a run may have.
@Suite struct DataKindTests {
  let desk: Desk

  init() throws {
    desk = try Desk()
  }

  private func train(_ flags: String...) throws -> Program.Outcome {
    let settings = [
      "train", "--model", "model", "--task", "text-classification", "--threads", "1",
      "--precision", "fp32", "--batch-size", "8", "--learning-rate", "2e-3", "--output", "run",
    ]
    return try desk.program.run(settings + flags)
  }

  @Test func severalLabelsARow() throws {
    var random = Sentences.Random(state: 5)
    var lines = ["text,tags"]
    for _ in 0..<80 {
      let (good, long) = (random.next(2) == 0, random.next(2) == 0)
      let text = Sentences.sentence(good, &random) + (long ? " never ever never" : "")
      let tags = [good ? "good" : nil, long ? "never" : nil].compactMap(\.self)
      lines.append("\(text),\(tags.joined(separator: "|"))")
    }
    try desk.write("tags.csv", lines.joined(separator: "\n") + "\n")
    let outcome = try train(
      "--train", "tags.csv", "--validation", "0.2", "--label-column", "tags", "--label-separator",
      "|", "--epochs", "6")
    #expect(outcome.status == 0)
    #expect(outcome.error.contains("multi-label"))
    let answers = try desk.program.run(
      "predict", "run", "the film is good and lovely film never ever never", "--all-scores",
      "--threads", "1")
    let line = try JSON.lines(answers.output)[0]
    #expect(line["labels"] as? [String] == ["good", "never"])
    #expect((line["scores"] as? [String: Double])?.keys.sorted() == ["good", "never"])
  }

  @Test func numbersWithFractionsAreARegression() throws {
    var random = Sentences.Random(state: 6)
    var lines = ["text,rating"]
    for _ in 0..<80 {
      let good = random.next(2) == 0
      lines.append("\(Sentences.sentence(good, &random)),\(good ? "1.5" : "-0.5")")
    }
    try desk.write("ratings.csv", lines.joined(separator: "\n") + "\n")
    let outcome = try train(
      "--train", "ratings.csv", "--validation", "0.2", "--label-column", "rating", "--epochs", "12")
    #expect(outcome.status == 0)
    #expect(outcome.error.contains("regression (the labels are numbers with fractions"))
    let answers = try desk.program.run(
      "predict", "run", "the film is good and lovely film", "the film is bad and dull film",
      "--threads", "1")
    let values = try JSON.lines(answers.output).compactMap { $0["value"] as? Double }
    #expect(values.count == 2)
    #expect(values[0] > 0.5 && values[1] < 0.5)
    let report = try desk.program.run(
      "evaluate", "run", "ratings.csv", "--threads", "1", "--json", "report.json")
    #expect(report.output.contains("pearson"))
  }

  @Test func pairsOfTexts() throws {
    var random = Sentences.Random(state: 7)
    var lines = ["first,second,label"]
    for _ in 0..<60 {
      let (good, same) = (random.next(2) == 0, random.next(2) == 0)
      let second = Sentences.sentence(same ? good : !good, &random)
      lines.append("\(Sentences.sentence(good, &random)),\(second),\(same ? "same" : "other")")
    }
    try desk.write("pairs.csv", lines.joined(separator: "\n") + "\n")
    let outcome = try train(
      "--train", "pairs.csv", "--text-column", "first", "--pair-column", "second", "--epochs", "1",
      "--test", "pairs.csv")
    #expect(outcome.status == 0)
    let line = try desk.lines("run/predictions.jsonl")[0]
    #expect(line["pair"] is String)
  }

  @Test func chineseTexts() throws {
    let rows = (0..<40).map { row in
      row % 2 == 0 ? "这部电影真的很好看 \(row % 9),好" : "我讨厌这部无聊的电影 \(row % 9),坏"
    }
    try desk.write("chinese.csv", "text,label\n" + rows.joined(separator: "\n") + "\n")
    let outcome = try train("--train", "chinese.csv", "--validation", "0.2", "--epochs", "6")
    #expect(outcome.status == 0)
    let answers = try desk.program.run("predict", "run", "电影很好看", "--threads", "1")
    #expect(try JSON.lines(answers.output)[0]["label"] as? String == "好")
  }

  @Test func aFolderOfTextsByLabel() throws {
    var random = Sentences.Random(state: 8)
    for number in 0..<20 {
      try desk.write("texts/good/\(number).txt", Sentences.sentence(true, &random))
      try desk.write("texts/bad/\(number).txt", Sentences.sentence(false, &random))
    }
    let outcome = try train("--train", "texts", "--validation", "0.2", "--epochs", "1")
    #expect(outcome.status == 0)
    #expect(try desk.text("run/config.json").contains("\"good\""))
  }

  @Test func jsonLines() throws {
    let rows = (0..<20).map {
      #"{"text": "a \#($0 % 2 == 0 ? "good" : "bad") film", "label": \#($0 % 2)}"#
    }
    try desk.write("rows.jsonl", rows.joined(separator: "\n") + "\n")
    #expect(try train("--train", "rows.jsonl", "--epochs", "1").status == 0)
  }

  @Test func validationFromAFileAndEarlyStopping() throws {
    let outcome = try train(
      "--train", "train.csv", "--validation", "validation.csv", "--epochs", "30",
      "--early-stopping", "2")
    #expect(outcome.status == 0)
    #expect(outcome.sentence.hasPrefix("Stopped early: no better accuracy in 2 evaluations"))
  }

  @Test func theBestWeightsAreKeptAndScored() throws {
    let outcome = try train(
      "--train", "train.csv", "--validation", "validation.csv", "--epochs", "5", "--learning-rate",
      "5e-3", "--metric", "loss")
    #expect(outcome.status == 0)
    let scores = try desk.lines("run/metrics.jsonl").filter {
      $0["kind"] as? String == "evaluation"
    }
    .compactMap { ($0["values"] as? [String: Any])?["loss"] as? Double }
    let report = try JSON.object(desk.text("run/evaluation.json"))
    let kept = (report["scores"] as? [String: Any])?["loss"] as? Double ?? .nan
    #expect(abs(kept - (scores.min() ?? 0)) < 1e-6)
  }

  @Test func rowsThatAreLeftOutGoToAFileWithTheirReason() throws {
    try desk.write("doubtful.csv", Sentences.csv(30, seed: 9) + "30,too,many,fields\n")
    let outcome = try train("--train", "doubtful.csv", "--on-bad-row", "leave-out", "--epochs", "1")
    #expect(outcome.status == 0)
    let left = try desk.lines("run/left-out.jsonl")
    #expect(left.count == 1)
    #expect(left[0]["line"] as? Int == 32)
    #expect((left[0]["detail"] as? String)?.contains("too many") == true)
  }

  @Test func textsThatMayNotBeCutAreLeftOutWhenAsked() throws {
    let outcome = try train(
      "--train", "train.csv", "--max-length", "12", "--truncation", "none", "--on-bad-row",
      "leave-out", "--epochs", "1")
    #expect(outcome.status == 0)
    let left = try desk.lines("run/left-out.jsonl")
    #expect(!left.isEmpty)
    #expect(left.allSatisfy { $0["reason"] as? String == "tooLong" })
  }
}
