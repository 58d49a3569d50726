import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct JSONLinesTests {
  private func rows(_ lines: String, _ mapping: ColumnMapping = .init()) throws -> [TextRow] {
    try read(lines, as: "data.jsonl", mapping: mapping).rows
  }

  private func failure(_ line: String, _ mapping: ColumnMapping = .init()) -> DatasetsError? {
    let good = #"{"text": "ok", "label": "x", "a": {"b": "c"}}"#
    return problem { _ = try read(good + "\n" + line + "\n", as: "data.jsonl", mapping: mapping) }
  }

  @Test func readsTextsAndLabels() throws {
    let rows = try rows(
      """
      {"text": "a \\"b\\" \\u00e9 \\ud83d\\udc4d \\/\\n", "label": "x", "other": [1, {"y": null}]}

      {"label": 2, "text": "中文"}
      """)
    #expect(rows.map(\.text) == ["a \"b\" é 👍 /\n", "中文"])
    #expect(rows.map(\.target) == [.label("x"), .label("2")])
    #expect(rows.map(\.location.line) == [1, 3])
  }

  @Test func carriageReturnsAndAByteOrderMarkAreNoPartOfTheRows() throws {
    let rows = try rows("\u{FEFF}{\"text\": \"a\", \"label\": \"x\"}\r\n")
    #expect(rows.map(\.text) == ["a"])
  }

  @Test func aSyntaxErrorNamesLineAndColumn() throws {
    let error = try #require(failure(#"{"text": "é", "label": x}"#))
    #expect(error.code == .invalidJSON)
    #expect(error.description.contains("data.jsonl, line 2, column 24"))
  }

  @Test(arguments: [
    #"{"text": "a", "label": "x",}"#, #"{"text": "a" "label": "x"}"#,
    #"{"text": "a", "label": 01}"#,
    #"{"text": "a", "label": NaN}"#, #"{"text": "a", "label": 1.}"#,
    #"{"text": "a", "label": "x"} 1"#,
    #"{"text": "a", "label": "x""#, #"{"text": "a\x", "label": "x"}"#, #"{'text': "a"}"#, "[1]",
    "1",
    #"{"text": "\ud800", "label": "x"}"#, "{\"text\": \"a\tb\", \"label\": \"x\"}",
    #"{"text": "\u12"}"#, #"{"text": "a", "label": tru}"#, #"{"text": "a"#, #"{"text""#, "{",
  ])
  func whatIsNotStrictJSONIsRefused(_ line: String) {
    #expect(failure(line)?.code == .invalidJSON)
    #expect(failure(line)?.location?.line == 2)
  }

  @Test func aKeyThatStandsTwiceIsRefused() {
    #expect(failure(#"{"text": "a", "label": "x", "text": "b"}"#)?.code == .duplicateKey)
    #expect(failure(#"{"text": "a", "label": "x", "a": {"b": 1, "b": 2}}"#)?.code == .duplicateKey)
    #expect(failure(#"{"text": "a", "label": "x", "te\u0078t": "b"}"#)?.code == .duplicateKey)
  }

  @Test func anObjectIsRefusedWhereATextMustStandAndAPathLeadsIntoIt() throws {
    let line = #"{"text": {"en": "a", "zh": "b"}, "label": "x"}"#
    let error = try #require(problem { _ = try rows(line) })
    #expect(error.code == .noSuchColumn || error.code == .wrongType)
    #expect(try rows(line, .init(text: "text.zh")).map(\.text) == ["b"])
  }

  @Test func aDeeperPathLeadsThroughSeveralObjects() throws {
    let line = #"{"a": {"b": {"c": "deep", "d": 1}, "label": "x"}}"#
    let row = try rows(line, .init(text: "a.b.c", label: "a.label", keep: ["a.b.d"]))[0]
    #expect(row.text == "deep")
    #expect(row.target == .label("x"))
    #expect(row.extra == ["a.b.d": "1"])
  }

  @Test func aValueOfTheWrongTypeIsRefused() {
    #expect(failure(#"{"text": 3, "label": "x"}"#)?.code == .wrongType)
    #expect(failure(#"{"text": ["a"], "label": "x"}"#)?.code == .wrongType)
    #expect(failure(#"{"text": {"b": "a"}, "label": "x"}"#)?.code == .wrongType)
    #expect(failure(#"{"text": null, "label": "x"}"#)?.code == .missingValue)
    #expect(failure(#"{"text": "a"}"#)?.code == .missingValue)
    #expect(failure(#"{"text": "a", "label": ""}"#)?.code == .missingValue)
  }

  @Test func aColumnThatNoRowHasListsTheKeysThereAre() throws {
    let error = try #require(failure(#"{"text": "a"}"#, .init(text: "txt")))
    #expect(error.code == .noSuchColumn)
    #expect(error.description.contains("did you mean 'text'?"))
    #expect(error.description.contains("'text', 'label', 'a.b'"))
  }

  @Test func aListOfObjectsIsToldApart() throws {
    let error = try #require(problem { _ = try rows(#"[{"text": "a", "label": "x"}]"#) })
    #expect(error.description.contains("JSON Lines has one object a line"))
    let named = problem { _ = try read("[\n{\"text\": \"a\"}\n]", as: "data.json") }
    #expect(named?.description.contains("JSON Lines has one object a line") == true)
  }

  @Test func nestingHasALimit() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(failure(#"{"text": "a", "label": "x", "z": \#(deep)"#)?.code == .invalidJSON)
    let objects = String(repeating: #"{"k":"#, count: 100_000)
    #expect(failure(#"{"text": "a", "label": "x", "z": \#(objects)"#)?.code == .invalidJSON)
  }

  @Test func badLinesCanBeLeftOutAndAreRecorded() throws {
    let content =
      Data("{\"text\": \"a\", \"label\": \"x\"}\n{oops\n{\"text\": \"".utf8) + [0xFF]
      + Data("\", \"label\": \"x\"}\n{\"text\": \"b\", \"label\": \"y\"}".utf8)
    let table = try read(content, as: "a.jsonl", policy: .init(onBadRow: .leaveOut))
    #expect(table.rows.map(\.text) == ["a", "b"])
    #expect(table.leftOut.map(\.reason) == [.invalidJSON, .notUTF8])
    #expect(table.leftOut.map(\.line) == [2, 3])
    #expect(table.leftOut[0].content == "{oops")
  }

  @Test func readsRandomObjectsAsPythonDoes() throws {
    struct Case: Decodable {
      let text: String
      let rows: [[String]]?
    }
    let cases = try JSONDecoder().decode(
      [Case].self, from: PythonOracle("datasets_fuzz").run(["json", "5000", "1"]))
    let folder = try TemporaryFolder()
    var refused = 0
    for (number, item) in cases.enumerated() {
      let url = try folder.file("\(number).jsonl", containing: item.text)
      let table = try? TextTable.read(url, mapping: .init(label: nil), target: .none)
      refused += table == nil ? 1 : 0
      #expect(table?.rows.map { [$0.text] } == item.rows, "\(item.text.debugDescription)")
    }
    #expect(refused > 500 && refused < cases.count)
  }
}
