import Evaluation
import Foundation
import TestSupport
import Testing

struct PredictionOutcomesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func line(_ text: String, _ expected: String, _ predicted: String, line: Int) -> String {
    #"{"text":"\#(text)","label":"\#(predicted)","file":"d/test.csv","line":\#(line),"outcome":"#
      + #"{"loss":0.5,"means":{"accuracy":\#(expected == predicted ? 1 : 0)},"expected":"#
      + #""\#(expected)","predicted":"\#(predicted)"}}"# + "\n"
  }

  @Test func rowsOfAnyLengthAreReadInOrder() throws {
    let long = String(repeating: "长", count: 1_000_000)
    let texts = ["first", long, "", "last"]
    var content = ""
    for (place, text) in texts.enumerated() {
      content += line(text, "a", "a", line: place + 2) + (place == 1 ? "\r\n\n" : "")
    }
    let url = try folder.file("predictions.jsonl", containing: String(content.dropLast()))
    let reader = try PredictionOutcomes(at: url)
    var found: [PredictionOutcomes.Row] = []
    while let row = try reader.next() { found.append(row) }
    #expect(found.map(\.text) == texts)
    #expect(found.map(\.line) == [2, 3, 4, 5])
    #expect(found[0].outcome.means == ["accuracy": 1])
    #expect(reader.lineNumber == 6)
  }

  @Test func filesAreComparedRowByRow() throws {
    var contents = ["", ""]
    for row in 0..<50 {
      for run in 0..<2 {
        let predicted = (row + run * 3) % 5 == 0 && run == 0 ? "no" : "yes"
        contents[run] += line("text \(row)", "yes", predicted, line: row + 1)
      }
    }
    let files = try contents.enumerated().map {
      try folder.file("run\($0.offset).jsonl", containing: $0.element)
    }
    let report = try PairedComparison.compare(predictions: files, names: ["base", "new"])
    #expect(report.rows == 50)
    #expect(report.runs.map { $0.scores["accuracy"] } == [0.8, 1])
    #expect(report.differences.first?.verdict == .better)
  }

  @Test func differentRowsAreRefusedWithTheirLine() throws {
    let first = line("one", "a", "a", line: 1) + line("two", "a", "b", line: 2)
    let others = [
      ("text", line("one", "a", "a", line: 1) + line("2", "a", "b", line: 2), "'two' and '2'"),
      ("answer", line("one", "a", "a", line: 1) + line("two", "c", "b", line: 2), "'a' and 'c'"),
      ("place", line("one", "a", "a", line: 1) + line("two", "a", "b", line: 9), "test.csv:9"),
    ]
    let one = try folder.file("one.jsonl", containing: first)
    for (name, content, words) in others {
      let other = try folder.file("\(name).jsonl", containing: content)
      let error = #expect(throws: EvaluationError.self) {
        try PairedComparison.compare(predictions: [one, other], names: ["A", "B"])
      }
      #expect(error?.code == .cannotCompare)
      let text = error?.description ?? ""
      #expect(text.contains("line 2 of"), "\(text)")
      #expect(text.contains(words), "\(text)")
    }
    let short = try folder.file("short.jsonl", containing: line("one", "a", "a", line: 1))
    for files in [[one, short], [short, one]] {
      let error = #expect(throws: EvaluationError.self) {
        try PairedComparison.compare(predictions: files, names: ["A", "B"])
      }
      #expect(error?.description.contains("short.jsonl ends where") == true)
      #expect(error?.description.contains("one.jsonl has line 2") == true)
    }
  }

  @Test func badFilesAreRefusedInASentence() throws {
    let good = line("one", "a", "a", line: 1)
    let cases = [
      ("{\"text\":\"x\"}\n", ":2: this prediction has no 'outcome'"),
      ("text,label\n", ":2: this line is no prediction"),
      ("{\"outcome\":{\"counts\":[1]}}\n", ":2: this line is no prediction"),
    ]
    for (bad, words) in cases {
      let url = try folder.file("bad.jsonl", containing: good + bad)
      let reader = try PredictionOutcomes(at: url)
      _ = try reader.next()
      let error = #expect(throws: EvaluationError.self) { try reader.next() }
      #expect(error?.code == .unreadablePredictions)
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
    let error = #expect(throws: EvaluationError.self) {
      try PredictionOutcomes(at: folder.url.appending(path: "none.jsonl"))
    }
    #expect(error?.description.contains("none.jsonl cannot be read") == true)
  }

  @Test func comparisonsThatCannotBeAreRefused() throws {
    #expect(throws: EvaluationError.self) { try PairedComparison(names: ["A"]) }
    #expect(throws: EvaluationError.self) { try PairedComparison(names: ["A", "A"]) }
    #expect(throws: EvaluationError.self) {
      try PairedComparison(names: ["A", "B"], settings: .init(permutations: 0))
    }
    var comparison = try PairedComparison(names: ["A", "B"], settings: .init(scores: ["bleu"]))
    #expect(throws: EvaluationError.self) { try comparison.report() }
    #expect(throws: EvaluationError.self) { try comparison.add([RowOutcome()]) }
    try comparison.add([RowOutcome(loss: 1), RowOutcome(loss: 2)])
    let unknown = #expect(throws: EvaluationError.self) { try comparison.report() }
    #expect(unknown?.description.contains("'bleu' cannot be compared") == true)
    let late = #expect(throws: EvaluationError.self) {
      try comparison.add([RowOutcome(means: ["f2": 1]), RowOutcome()])
    }
    #expect(late?.description.contains("row 2 has the score 'f2'") == true)
  }
}
