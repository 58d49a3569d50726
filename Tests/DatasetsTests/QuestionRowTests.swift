import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct QuestionRowTests {
  private func read(
    _ content: String, as name: String = "a.json", _ reading: RowReading = RowReading()
  ) throws -> TextTable {
    try rows(content, as: name) { try QuestionRowReader($0, reading) }
  }

  private func failure(
    _ content: String, as name: String = "a.json", _ reading: RowReading = RowReading()
  ) -> DatasetsError? {
    problem { _ = try read(content, as: name, reading) }
  }

  /// The texts of a row's answers.
  private func answers(_ row: TextRow) -> [String]? {
    guard case .answers(let ranges) = row.target, let pair = row.pair else { return nil }
    return ranges.map { String(decoding: Array(pair.utf8)[$0], as: UTF8.self) }
  }

  private func document(
    _ questions: String, context: String = "Zoé 👍 was born in Bonn."
  ) -> String {
    """
    {"version": "v2.0",
     "data": [
      {"title": "x", "paragraphs": [
        {"qas": [
          \(questions)
        ], "context": "\(context)"}
      ], "more": {"a": [1]}}
     ], "end": null}
    """
  }

  @Test func `a document of SQuAD is read paragraph by paragraph`() throws {
    let table = try read(
      document(
        """
        {"id": "1", "question": "Who?", "answers": [{"text": "Zoé", "answer_start": 0}]},
        {"id": "2", "question": "Where?", "is_impossible": false, "answers": [
          {"text": "Bonn", "answer_start": 18}, {"text": "born in Bonn", "answer_start": 10}]},
        {"id": "3", "question": "When?", "is_impossible": true, "answers": [],
         "plausible_answers": [{"text": "born", "answer_start": 10}]}
        """))
    #expect(table.rows.map(\.text) == ["Who?", "Where?", "When?"])
    #expect(table.rows.allSatisfy { $0.pair == "Zoé 👍 was born in Bonn." })
    #expect(table.rows.map(answers) == [["Zoé"], ["Bonn", "born in Bonn"], []])
    #expect(table.rows.map { $0.extra["id"] } == ["1", "2", "3"])
    #expect(table.rows.map(\.location.line) == [5, 6, 8])
    #expect(table.notes.contains { $0.contains("plausible answers of 1 questions were not read") })
    #expect(table.notes.contains { $0.contains("1 questions have no answer") })
  }

  @Test func `the older list of CMRC has answers without places`() throws {
    let content = """
      [{"context_id": "T", "context_text": "北京是中国首都，北京很大。", "title": "t", "qas": [
        {"query_text": "哪里？", "query_id": "Q0", "answers": ["北京", "中国"]}]}]
      """
    let table = try read(content)
    #expect(table.rows.map(\.text) == ["哪里？"])
    #expect(table.rows[0].target == .answers([0..<6, 9..<15]))
    #expect(table.rows[0].extra["id"] == "Q0")
    #expect(
      table.notes.contains {
        $0.contains("2 of 2 answers come without a place") && $0.contains("(1 stand")
      })
    let absent = content.replacingOccurrences(of: "\"中国\"", with: "\"上海\"")
    #expect(failure(absent)?.code == .invalidSpan)
  }

  @Test(arguments: [
    #"{"text": ["Bonn", "in Bonn"], "answer_start": [3, 0]}"#,
    #"[{"text": "Bonn", "answer_start": 3}, {"text": "in Bonn", "answer_start": 0}]"#,
  ])
  func `objects hold one question each`(_ given: String) throws {
    let line = #"{"id": 7, "question": "q", "context": "in Bonn", "answers": \#(given)}"#
    for (name, content) in [("a.jsonl", line + "\n" + line), ("a.json", "[\(line),\n\(line)]")] {
      let table = try read(content, as: name)
      #expect(table.rows.count == 2)
      #expect(answers(table.rows[1]) == ["Bonn", "in Bonn"])
      #expect(table.rows[1].extra["id"] == "7")
      #expect(table.rows[1].location.line == 2)
    }
  }

  @Test func `keys can be named, and an empty list says that there is no answer`() throws {
    let line = #"{"q": "a?", "c": "b", "x": {"y": {"text": [], "answer_start": []}}}"#
    let mapping = ColumnMapping(text: "q", pair: "c", label: "x.y")
    let row = try read(line, as: "a.jsonl", RowReading(mapping: mapping)).rows[0]
    #expect(row.target == .answers([]))
    #expect(failure(line, as: "a.jsonl")?.code == .noSuchColumn)
  }

  @Test func `answers are not needed for prediction`() throws {
    let reading = RowReading(expectsTarget: false)
    #expect(
      try read(#"{"question": "q", "context": "c"}"#, as: "a.jsonl", reading).rows[0].target
        == .none)
    let document = document(#"{"id": "1", "question": "Who?"}"#)
    #expect(try read(document, reading).rows[0].target == .none)
    #expect(failure(document)?.code == .missingValue)
  }

  @Test(arguments: [
    ("Bonn", 17, "which holds ' Bon' there; it stands once, at character 18"),
    ("o", 0, "it stands several times elsewhere"), ("Paris", 18, "it stands nowhere in it"),
    ("Bonn", 99, "which has 23; it stands once"), ("Bonn", -1, "at character -1"),
  ])
  func `an answer that is not where the data say is named`(
    _ text: String, _ start: Int, _ message: String
  ) throws {
    let content = document(
      #"{"question": "?", "answers": [{"text": "\#(text)", "answer_start": \#(start)}]}"#)
    let error = try #require(failure(content))
    #expect(error.code == .invalidSpan)
    #expect(error.location?.line == 5)
    #expect(error.description.contains(message), "\(error.description)")
  }

  @Test func `a wrong answer is left out, and its question when it has no other`() throws {
    let right = #"{"text": "Bonn", "answer_start": 18}"#
    let wrong = #"{"text": "Bonn", "answer_start": 8}"#
    let content = document(
      """
      {"id": "1", "question": "a", "answers": [\(wrong), \(right)]},
      {"id": "2", "question": "b", "answers": [\(wrong)]}
      """)
    let table = try read(content, RowReading(onBadRow: .leaveOut))
    #expect(table.rows.map(answers) == [["Bonn"]])
    #expect(table.leftOut.map(\.line) == [6])
    #expect(table.leftOut[0].content?.contains(#""id": "2""#) == true)
    #expect(table.notes.contains { $0.contains("2 of 3 answers do not stand where the data say") })
  }

  @Test(arguments: [
    #"{"question": "q", "answers": {"text": ["a"], "answer_start": []}}"#,
    #"{"question": "q", "answers": {"text": ["a"], "answer_start": ["0"]}}"#,
    #"{"question": "q", "answers": [3]}"#, #"{"question": "q", "answers": 3}"#,
    #"{"question": 1, "answers": []}"#, #"{"answers": []}"#, "4",
    #"{"question": "q", "is_impossible": true, "answers": [{"text": "Zo", "answer_start": 0}]}"#,
    #"{"question": "q", "answers": [{"text": "", "answer_start": 0}]}"#,
  ])
  func `questions of another form are bad rows`(_ question: String) throws {
    let content = document(question + #", {"question": "ok", "answers": []}"#)
    #expect(failure(content) != nil)
    #expect(failure(content)?.location != nil)
    let table = try read(content, RowReading(onBadRow: .leaveOut))
    #expect(table.rows.map(\.text) == ["ok"])
    #expect(table.leftOut.count == 1)
  }

  @Test func `a document that ends early or is not one is refused`() {
    let whole = document(#"{"id": "1", "question": "Who?", "answers": []}"#)
    #expect(failure(String(whole.dropLast(60)))?.code == .invalidJSON)
    #expect(failure(String(whole.dropLast(3)))?.description.contains("ends too early") == true)
    #expect(failure(whole + " {}")?.code == .invalidJSON)
    #expect(failure(#"{"data": [{"paragraphs": []}, {"title": "x"}]}"#)?.code == .missingValue)
    #expect(failure(#"{"data": [{"paragraphs": [{"qas": []}]}]}"#)?.code == .missingValue)
    #expect(failure(#"{"data": []}"#)?.code == .noRows)
    #expect(failure("{\"a\":\n1}")?.code == .invalidJSON)
    #expect(failure("[]")?.code == .noSuchColumn)
    #expect(failure("")?.code == .emptyFile)
    #expect(failure("question,context\na,b\n", as: "a.csv")?.code == .invalidJSON)
    let bytes = Data(whole.utf8) + [0xFF]
    #expect(
      problem { _ = try rows(bytes, as: "a.json") { try QuestionRowReader($0) } }?.code == .notUTF8)
  }

  @Test func `random bytes are read or refused`() throws {
    let pieces = [
      #"{"data": ["#, #"{"paragraphs": ["#, #"{"qas": ["#, "]}", "]}]}", #""context": "abc""#, ",",
      #"{"question": "q", "answers": [{"text": "b", "answer_start": 1}]}"#, "{", "}", "[", "]",
    ]
    for name in ["a.json", "a.jsonl"] {
      try readRandomFiles(as: name, from: pieces) {
        try QuestionRowReader($0, RowReading(onBadRow: .leaveOut))
      }
    }
  }
}
