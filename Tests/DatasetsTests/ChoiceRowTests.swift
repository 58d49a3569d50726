import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct ChoiceRowTests {
  private func read(
    _ content: String, as name: String = "a.jsonl", _ reading: RowReading = RowReading(),
    firstPlace: Int = 0
  ) throws -> TextTable {
    try rows(content, as: name) { try ChoiceRowReader($0, reading, firstPlace: firstPlace) }
  }

  private func failure(_ content: String, as name: String = "a.jsonl") -> DatasetsError? {
    problem { _ = try read(content, as: name) }
  }

  @Test(arguments: [
    #"{"question": "q", "choices": ["a", "b"], "label": 1}"#,
    #"{"question": "q", "options": ["a", "b"], "answer": "B"}"#,
    #"{"question": "q", "choices": ["a", "b"], "answer": "b"}"#,
    #"{"question": "q", "choices": {"label": ["1", "2"], "text": ["a", "b"]}, "answerKey": "2"}"#,
    #"{"question": "q", "choices": [{"label": "C", "text": "a"}, {"label": "D", "text": "b"}], "answer": "D"}"#,
    #"{"sent1": "q", "ending0": "a", "ending1": "b", "label": 1}"#,
    #"{"premise": "q", "choice1": "a", "choice2": "b", "label": "1"}"#,
    #"{"goal": "q", "sol1": "a", "sol2": "b", "label": 1}"#,
  ])
  func `choices and the right one are found`(_ line: String) throws {
    let row = try read(line).rows[0]
    #expect(row.text == "q")
    #expect(row.others == ["a", "b"])
    #expect(row.target == .choice(1))
  }

  @Test func `a context and a question are one text`() throws {
    let line = #"{"context": "c.", "question": "q?", "answerA": "a", "answerB": "b", "label": 2}"#
    let row = try read(line, firstPlace: 1).rows[0]
    #expect(row.text == "c. q?")
    #expect(row.target == .choice(1))
  }

  @Test func `the beginning of the endings of SWAG stands before each`() throws {
    let content = "sent1,sent2,ending0,ending1,label\nS.,He,runs,sits,0\n"
    let row = try read(content, as: "a.csv").rows[0]
    #expect(row.text == "S.")
    #expect(row.others == ["He runs", "He sits"])
    #expect(row.target == .choice(0))
  }

  @Test(arguments: [
    (#"{"question": "q", "choices": ["a", "b"], "label": 2}"#, DatasetsError.Code.invalidLabel),
    (#"{"question": "q", "choices": ["a", "b"], "label": -1}"#, .invalidLabel),
    (#"{"question": "q", "choices": ["a", "b"], "label": "C"}"#, .invalidLabel),
    (#"{"question": "q", "choices": ["a", "b"], "label": null}"#, .missingValue),
    (#"{"question": "q", "choices": ["a"], "label": 0}"#, .fieldCount),
    (#"{"question": "q", "choices": "a", "label": 0}"#, .wrongType),
    (#"{"question": "q", "choices": [1, 2], "label": 0}"#, .wrongType),
    (#"{"question": "q", "label": 0}"#, .noSuchColumn),
    (#"{"choices": ["a", "b"], "label": 0}"#, .noSuchColumn),
    (#"{"question": "q", "choices": ["a", "b"]}"#, .noSuchColumn),
    (#"{"question": "q", "choices": ["a", "#, .invalidJSON), ("", .emptyFile),
  ])
  func `rows without choices or a right one are refused`(
    _ line: String, _ code: DatasetsError.Code
  ) {
    #expect(failure(line)?.code == code)
  }

  @Test func `the right choice is not needed for prediction`() throws {
    let line = #"{"question": "q", "choices": ["a", "b"]}"#
    #expect(try read(line, RowReading(expectsTarget: false)).rows[0].target == .none)
  }

  @Test func `random bytes are read or refused`() throws {
    let pieces = [
      #"{"question": "q", "choices": ["a", "b"], "label": 1}"#, "\n", "{", "}", "[", "1", "\"", ",",
    ]
    try readRandomFiles(as: "a.jsonl", from: pieces) {
      try ChoiceRowReader($0, RowReading(onBadRow: .leaveOut))
    }
    try readRandomFiles(as: "a.jsonl", from: pieces) { try RankingRowReader($0) }
  }
}

@Suite struct RankingRowTests {
  private func read(_ content: String, _ reading: RowReading = RowReading()) throws -> TextTable {
    try rows(content, as: "a.jsonl") { try RankingRowReader($0, reading) }
  }

  @Test(arguments: [
    #"{"query": "q", "documents": ["a", "b"], "labels": [1, 0]}"#,
    #"{"query": "q", "candidates": ["a", {"text": "b"}], "relevance": [true, false]}"#,
    #"{"query": "q", "positives": ["a"], "negatives": ["b"]}"#,
    #"{"query": "q", "positive": "a", "neg": ["b"]}"#,
  ])
  func `documents are further texts and have grades`(_ line: String) throws {
    let row = try read(line).rows[0]
    #expect(row.text == "q")
    #expect(row.others == ["a", "b"])
    #expect(row.target == .grades([1, 0]))
    #expect(try read(line, RowReading(expectsTarget: false)).rows[0].target == .none)
  }

  @Test(arguments: [
    (#"{"query": "q", "documents": ["a", "b"], "labels": [1]}"#, DatasetsError.Code.fieldCount),
    (#"{"query": "q", "documents": ["a"], "labels": ["1"]}"#, .wrongType),
    (#"{"query": "q", "documents": ["a"], "labels": 1}"#, .wrongType),
    (#"{"query": "q", "documents": [1], "labels": [1]}"#, .wrongType),
    (#"{"query": "q", "documents": [], "labels": []}"#, .missingValue),
    (#"{"query": "q", "documents": ["a"]}"#, .noSuchColumn), (#"{"query": "q"}"#, .noSuchColumn),
    (#"{"query": "q", "documents": ["#, .invalidJSON),
  ])
  func `rows without documents or grades are refused`(
    _ line: String, _ code: DatasetsError.Code
  ) {
    #expect(problem { _ = try read(line) }?.code == code)
  }
}
