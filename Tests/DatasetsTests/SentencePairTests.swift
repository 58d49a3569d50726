import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct SentencePairTests {
  private func read(
    _ content: String, as name: String, _ reading: RowReading = RowReading(),
    negatives: [String]? = nil
  ) throws -> TextTable {
    try rows(content, as: name) { try SentencePairReader($0, reading, negatives: negatives) }
  }

  private func failure(
    _ content: String, as name: String = "a.csv", _ reading: RowReading = RowReading()
  ) -> DatasetsError? {
    problem { _ = try read(content, as: name, reading) }
  }

  @Test(arguments: [
    ("a.csv", "anchor,positive\na,b\n"), ("a.tsv", "query\tpassage\na\tb\n"),
    ("a.csv", "Question,Answer\na,b\n"), ("a.jsonl", #"{"premise": "a", "hypothesis": "b"}"#),
    ("a.json", #"[{"sentence1": "a", "sentence2": "b"}]"#),
  ])
  func `pairs are found by the usual names`(_ name: String, _ content: String) throws {
    let table = try read(content, as: name)
    #expect(table.rows.map(\.text) == ["a"])
    #expect(table.rows.map(\.pair) == ["b"])
    #expect(table.rows[0].target == .none)
    #expect(table.notes.contains { $0.contains("the first text from") })
  }

  @Test(arguments: [
    ("a.csv", "anchor,positive,negative\na,b,c\n", ["c"]),
    ("a.csv", "anchor,positive,negative_1,negative_2\na,b,c,\n", ["c"]),
    ("a.jsonl", #"{"query": "a", "positive": "b", "hard_negatives": ["c", "d"]}"#, ["c", "d"]),
  ])
  func `negatives are the further texts`(
    _ name: String, _ content: String, _ others: [String]
  ) throws {
    let table = try read(content, as: name)
    #expect(table.rows.map(\.others) == [others])
    #expect(table.rows[0].target == .none)
  }

  @Test(arguments: ["score", "similarity_score", "label"])
  func `a score is the target`(_ column: String) throws {
    let content = "sentence1,sentence2,\(column)\na,b,0.5\nc,d,4\n"
    #expect(try read(content, as: "a.csv").rows.map(\.target) == [.value(0.5), .value(4)])
    let without = RowReading(mapping: .init(label: nil))
    #expect(try read(content, as: "a.csv", without).rows[0].target == .none)
    let line = #"{"sentence1": "a", "sentence2": "b", "\#(column)": 3.25}"#
    #expect(try read(line, as: "a.jsonl").rows[0].target == .value(3.25))
  }

  @Test func `named columns win`() throws {
    let content = "x,y,z,n,anchor\na,b,2,c,q\n"
    let reading = RowReading(mapping: .init(text: "x", pair: "y", label: "z"))
    let row = try read(content, as: "a.csv", reading, negatives: ["n"]).rows[0]
    #expect(row.text == "a")
    #expect(row.pair == "b")
    #expect(row.others == ["c"])
    #expect(row.target == .value(2))
  }

  @Test func `what the rows hold is said`() throws {
    func content(_ text: String, _ reading: RowReading = RowReading()) throws
      -> SentencePairReader.Content
    {
      let folder = try TemporaryFolder()
      return try SentencePairReader(folder.file("a.csv", containing: text), reading).content
    }
    #expect(try content("anchor,positive\na,b\n") == .pairs)
    #expect(try content("anchor,positive,negative\na,b,c\n") == .triplets)
    #expect(try content("sentence1,sentence2,score\na,b,1\n") == .scored)
    #expect(try content("text\na\n", RowReading(expectsTarget: false)) == .texts)
  }

  @Test func `rows that cannot be pairs name line and column`() throws {
    let number = try #require(failure("sentence1,sentence2,score\na,b,1\nc,d,good\n"))
    #expect(number.code == .invalidNumber)
    #expect(number.location?.line == 3)
    #expect(failure("sentence1,sentence2\na,b\nc\n")?.code == .fieldCount)
    #expect(failure("sentence1,other\na,b\n")?.code == .noSuchColumn)
    #expect(failure("anchor,positive,negative\na,b,\n")?.code == .missingValue)
    #expect(failure("anchor,anchor,positive\na,b,c\n")?.code == .ambiguousColumn)
    #expect(failure(#"{"anchor": "a", "positive": 3}"#, as: "a.jsonl")?.code == .wrongType)
    #expect(failure(#"{"anchor": "a", "positive": "#, as: "a.jsonl")?.code == .invalidJSON)
    #expect(failure("", as: "a.tsv")?.code == .emptyFile)
    let twice = RowReading(mapping: .init(text: "a", pair: "b"))
    #expect(failure("a,a,b\n1,2,3\n", as: "a.csv", twice)?.code == .ambiguousColumn)
    let same = RowReading(mapping: .init(text: "a", pair: "a"))
    #expect(failure("a,b\n1,2\n", as: "a.csv", same)?.code == .invalidMapping)
  }

  @Test func `random bytes are read or refused`() throws {
    let pieces = ["anchor,positive,score\n", "a", ",", "\"", "\n", "1.5", "é", "{", #""anchor":"#]
    for name in ["a.csv", "a.tsv", "a.jsonl"] {
      try readRandomFiles(as: name, from: pieces) {
        try SentencePairReader($0, RowReading(onBadRow: .leaveOut))
      }
    }
  }

  @Test func `the columns of a classification of pairs are found by their usual names`() throws {
    let folder = try TemporaryFolder()
    let url = try folder.file("a.csv", containing: "id,premise,hypothesis,gold_label\n1,a,b,x\n")
    let found = try PairMapping(url, RowReading(), isPair: true)
    #expect(
      found.mapping == ColumnMapping(text: "premise", pair: "hypothesis", label: "gold_label"))
    #expect(found.note?.contains("the label from 'gold_label'") == true)
    let table = try TextTable.read(url, mapping: found.mapping, target: .singleLabel)
    #expect(table.rows.map(\.pair) == ["b"])
    let single = try folder.file("b.csv", containing: "text,label\na,x\n")
    let unchanged = try PairMapping(single, RowReading(), isPair: false)
    #expect(unchanged.mapping == ColumnMapping())
    #expect(unchanged.note == nil)
    #expect(
      problem { _ = try PairMapping(single, RowReading(), isPair: true) }?.code == .noSuchColumn)
  }
}
