import Foundation
import Testing

/// Every task but the classification of texts, from a raw file to an answer.
@Suite struct TaskTests {
  let desk: Desk

  init() throws {
    desk = try Desk()
  }

  private func tune(_ task: String, _ file: String, _ flags: String...) throws -> Program.Outcome {
    let outcome = try desk.program.run(
      [
        "train", "--model", "model", "--task", task, "--train", file, "--validation", "0.2",
        "--test",
        file, "--threads", "1", "--precision", "fp32", "--batch-size", "8", "--learning-rate",
        "3e-3",
        "--epochs", "3", "--output", "run",
      ] + flags)
    #expect(outcome.status == 0, "\(outcome.error)")
    return outcome
  }

  private func answers(_ inputs: String...) throws -> [[String: Any]] {
    let outcome = try desk.program.run(["predict", "run", "--threads", "1"] + inputs)
    #expect(outcome.status == 0, "\(outcome.error)")
    return try JSON.lines(outcome.output)
  }

  private func scores(_ file: String) throws -> [String: Double] {
    let outcome = try desk.program.run(
      "evaluate", "run", file, "--threads", "1", "--json", "report.json", "--html", "report.html",
      "--predictions", "answers.jsonl")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(try desk.text("report.html").contains("</html>"))
    return try #require(try JSON.object(desk.text("report.json"))["scores"] as? [String: Double])
  }

  private static let nouns = ["film", "movie", "story", "plot", "music"]

  private func tagged(_ count: Int) -> String {
    var random = Sentences.Random(state: 11)
    return (0..<count).map { _ in
      let words = Sentences.sentence(random.next(2) == 0, &random).split(separator: " ")
      return words.map { word in
        "\(word)\t\(Self.nouns.contains(String(word)) ? "B-WORK" : "O")"
      }.joined(separator: "\n")
    }.joined(separator: "\n\n") + "\n"
  }

  @Test(arguments: [false, true])
  func entitiesAreFound(withCRF: Bool) throws {
    try desk.write("tags.conll", tagged(80))
    let flags = withCRF ? ["--crf"] : []
    _ = try desk.program.run(
      [
        "train", "--model", "model", "--task", "token-classification", "--train", "tags.conll",
        "--test", "tags.conll", "--threads", "1", "--precision", "fp32", "--batch-size", "8",
        "--learning-rate", "5e-3", "--epochs", "4", "--output", "run",
      ] + flags)
    let found = try #require(try answers("the film is good and lovely plot")[0]["entities"])
    let entities = try #require(found as? [[String: Any]])
    #expect(entities.compactMap { $0["text"] as? String } == ["film", "plot"])
    #expect(entities.compactMap { $0["start"] as? Int } == [4, 28])
    #expect(entities.compactMap { $0["type"] as? String } == ["WORK", "WORK"])
    let scores = try scores("tags.conll")
    #expect(scores["f1"] ?? 0 > 0.95 && scores["f1_strict"] != nil && scores["f1_conlleval"] != nil)
  }

  @Test func relationsAreFound() throws {
    var random = Sentences.Random(state: 12)
    let lines = (0..<80).map { _ in
      let good = random.next(2) == 0
      let word = (good ? Sentences.good : Sentences.bad)[random.next(8)]
      let (one, other) = (Self.nouns[random.next(5)], Self.nouns[random.next(5)])
      return """
        {"text": "the <e1>\(one)</e1> is \(word) and the <e2>\(other)</e2>", \
        "relation": "\(good ? "Praise(e1,e2)" : "Blame(e1,e2)")"}
        """
    }
    try desk.write("relations.jsonl", lines.joined(separator: "\n") + "\n")
    _ = try tune("relation-extraction", "relations.jsonl")
    let answer = try answers("the <e1>film</e1> is good and the <e2>plot</e2>")[0]
    #expect(answer["relation"] is String && answer["score"] is Double)
    #expect(try scores("relations.jsonl")["f1_macro"] != nil)
    let unmarked = try desk.program.run("predict", "run", "the film is good", "--threads", "1")
    #expect(unmarked.status == 1 && unmarked.sentence.contains("<e1>"))
  }

  @Test func questionsAreAnswered() throws {
    var random = Sentences.Random(state: 13)
    let questions = (0..<60).map { row in
      let (one, other) = (Self.nouns[random.next(5)], Self.nouns[random.next(5)])
      let word = Sentences.good[random.next(8)]
      return """
        {"id": "\(row)", "question": "what is \(word)", "context": "the \(one) is \(word) and the \
        \(other) is not", "answers": {"text": ["\(one)"], "answer_start": [4]}}
        """
    }
    try desk.write("questions.jsonl", questions.joined(separator: "\n") + "\n")
    _ = try tune(
      "question-answering", "questions.jsonl", "--set", "answers.maximumLength=40",
      "--set", "answers.overlap=8")
    let input = #"{"question": "what is good", "context": "the film is good and the plot is not"}"#
    let answer = try answers(input)[0]
    #expect(answer["answer"] is String && answer["start"] is Int)
    let scores = try scores("questions.jsonl")
    #expect(scores["f1"] != nil && scores["exact"] != nil)
  }

  @Test func textsGetVectors() throws {
    var random = Sentences.Random(state: 14)
    let pairs = (0..<60).map { _ in
      let good = random.next(2) == 0
      return """
        {"anchor": "\(Sentences.sentence(good, &random))", \
        "positive": "\(Sentences.sentence(good, &random))"}
        """
    }
    try desk.write("pairs.jsonl", pairs.joined(separator: "\n") + "\n")
    _ = try tune("sentence-embedding", "pairs.jsonl")
    #expect(desk.holds("run/modules.json") && desk.holds("run/1_Pooling/config.json"))
    let vector = try #require(try answers("the film is good")[0]["vector"] as? [Double])
    #expect(vector.count == 32)
    #expect(try scores("pairs.jsonl")["mrr@10"] != nil)
  }

  @Test func oneOfSeveralIsChosen() throws {
    var random = Sentences.Random(state: 15)
    let rows = (0..<60).map { _ in
      let good = random.next(2) == 0
      let right = random.next(3)
      let choices = (0..<3).map {
        "\"\(Sentences.sentence($0 == right ? good : !good, &random))\""
      }
      return """
        {"question": "\(Sentences.sentence(good, &random))", \
        "choices": [\(choices.joined(separator: ", "))], "label": \(right)}
        """
    }
    try desk.write("choices.jsonl", rows.joined(separator: "\n") + "\n")
    _ = try tune("multiple-choice", "choices.jsonl")
    #expect(try scores("choices.jsonl")["accuracy"] != nil)
    let answer = try desk.lines("answers.jsonl")[0]
    #expect(answer["choice"] is Int && answer["score"] is Double)
  }

  @Test func documentsAreRanked() throws {
    var random = Sentences.Random(state: 16)
    let rows = (0..<40).map { _ in
      let good = random.next(2) == 0
      let documents = [good, !good, !good].map { "\"\(Sentences.sentence($0, &random))\"" }
      return """
        {"query": "\(Sentences.sentence(good, &random))", \
        "documents": [\(documents.joined(separator: ", "))], "labels": [1, 0, 0]}
        """
    }
    try desk.write("ranking.jsonl", rows.joined(separator: "\n") + "\n")
    _ = try tune("ranking", "ranking.jsonl")
    #expect(try scores("ranking.jsonl")["mrr"] != nil)
  }

  @Test func longTextsAreReadWindowByWindow() throws {
    var random = Sentences.Random(state: 17)
    var lines = ["text,label"]
    for _ in 0..<40 {
      let good = random.next(2) == 0
      let text = (0..<12).map { _ in Sentences.sentence(good, &random) }.joined(separator: " ")
      lines.append("\(text),\(good ? "positive" : "negative")")
    }
    try desk.write("long.csv", lines.joined(separator: "\n") + "\n")
    let cut = try desk.train("--train", "long.csv", "--epochs", "1", "--output", "cut")
    #expect(cut.status == 1 && cut.sentence.contains("--max-truncated-share"))
    let whole = try desk.train(
      "--train", "long.csv", "--epochs", "1", "--windows", "--truncation", "none", "--output",
      "run")
    #expect(whole.status == 0, "\(whole.error)")
    #expect(whole.error.contains("in windows of the greatest length that share a quarter of it"))
    let answer = try desk.program.run(
      "predict", "run", String(repeating: "the film is good and lovely ", count: 30), "--threads",
      "1")
    #expect(answer.status == 0 && !answer.error.contains("not seen"))
  }

  @Test(arguments: [
    ("token-classification", "bad.conll", "the O\nfilm\nis O\ngood O\n\n", "bad.conll, line 2"),
    ("relation-extraction", "bad.jsonl", #"{"text": "no marks", "relation": "x"}"#, "line 1"),
    (
      "question-answering", "bad.json", #"{"data": [{"paragraphs": [{"context": "a"}]}]}"#,
      "bad.json"
    ),
    ("sentence-embedding", "bad.jsonl", #"{"anchor": "a"}"#, "bad.jsonl"),
    ("multiple-choice", "bad.jsonl", #"{"question": "a", "choices": ["b"], "label": 4}"#, "line 1"),
    ("ranking", "bad.jsonl", #"{"query": "a", "documents": ["b"], "labels": [1, 0]}"#, "line 1"),
  ])
  func badRowsAreNamed(task: String, file: String, text: String, place: String) throws {
    try desk.write(file, text)
    let outcome = try desk.program.run(
      "train", "--model", "model", "--task", task, "--train", file, "--output", "run", "--threads",
      "1"
    )
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains(place), "\(outcome.sentence)")
    #expect(!desk.holds("run"))
  }

  @Test func settingsOfAnotherTaskAreRefused() throws {
    let outcome = try desk.train("--crf", "--output", "run")
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("tokens") && outcome.error.contains("token-classification"))
  }
}
