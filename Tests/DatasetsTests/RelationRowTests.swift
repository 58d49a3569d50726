import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct RelationRowTests {
  private func read(
    _ content: String, as name: String = "a.jsonl", _ reading: RowReading = RowReading()
  ) throws -> TextTable {
    try rows(content, as: name) { try RelationRowReader($0, reading) }
  }

  private func failure(_ content: String, as name: String = "a.jsonl") -> DatasetsError? {
    problem { _ = try read(content, as: name) }
  }

  private static let marked = "The <e1>Zürich lake</e1> is in <e2> the Alps </e2>."

  @Test(arguments: [
    ("a.jsonl", #"{"id": 4, "text": "\#(marked)", "relation": "in", "head": "x"}"#),
    ("a.json", #"[{"sentence": "\#(marked)", "label": "in"}]"#),
    ("a.csv", "relation,text\nin,\"\(marked)\"\n"), ("a.tsv", "text\trel\n\(marked)\tin\n"),
  ])
  func `marks are taken out and become spans`(_ name: String, _ content: String) throws {
    let row = try read(content, as: name).rows[0]
    #expect(row.text == "The Zürich lake is in  the Alps .")
    #expect(parts(row) == ["Zürich lake", "the Alps"])
    #expect(row.target == .label("in"))
    #expect(row.extra["id"] == (name == "a.jsonl" ? "4" : nil))
  }

  @Test func `the second entity may stand first`() throws {
    let row = try read(#"{"text": "<e2>a</e2> of <e1>b</e1>", "relation": "r"}"#).rows[0]
    #expect(row.text == "a of b")
    #expect(parts(row) == ["b", "a"])
  }

  @Test(arguments: [
    ("<e1>a</e1> b", "no <e2>"), ("<e1>a</e1> <e1>b</e1> <e2>c</e2>", "more than one <e1>"),
    ("</e1>a<e1> <e2>c</e2>", "ends before it begins"), ("<e1> </e1> <e2>c</e2>", "is empty"),
    ("<e1>a</e1> <e2>c", "no </e2>"), ("no marks", "which entities are meant"),
  ])
  func `marks that are missing or wrong are named`(_ text: String, _ message: String) throws {
    let error = try #require(failure(#"{"text": "\#(text)", "relation": "r"}"#))
    #expect(error.code == .invalidSpan)
    #expect(error.description.contains(message))
    #expect(error.location?.line == 1)
  }

  private static let plain = """
    1\t"The "<e1>child</e1>" sat in the <e2>cradle</e2>."
    Content-Container(e1,e2)
    Comment: none

    2\t"An <e1>author</e1> of a <e2>book</e2>."
    Other
    Comment:

    """

  @Test func `the plain file of SemEval is read`() throws {
    let table = try read(Self.plain, as: "TRAIN_FILE.TXT")
    #expect(table.rows.map(\.text) == ["The \"child\" sat in the cradle.", "An author of a book."])
    #expect(table.rows.map(\.target) == [.label("Content-Container(e1,e2)"), .label("Other")])
    #expect(table.rows.map(\.location.line) == [1, 5])
    #expect(table.rows.map { $0.extra["id"] } == ["1", "2"])
    #expect(parts(table.rows[0]) == ["child", "cradle"])
  }

  @Test func `the plain file of SemEval without relations is for prediction`() throws {
    let content = "1\t\"<e1>a</e1> <e2>b</e2>\"\n2\t\"<e1>c</e1> <e2>d</e2>\"\n"
    let table = try read(content, as: "a.txt", RowReading(expectsTarget: false))
    #expect(table.rows.map(\.text) == ["a b", "c d"])
    #expect(failure(content, as: "a.txt")?.code == .noSuchColumn)
    let partly = Self.plain + "\n3\t\"<e1>a</e1> <e2>b</e2>\"\n"
    #expect(failure(partly, as: "a.txt")?.code == .missingValue)
    #expect(failure(Self.plain + "\nfour\n", as: "a.txt")?.code == .fieldCount)
  }

  @Test func `TACRED is one list with places of words`() throws {
    let content = """
      [{"id": "x", "relation": "per:title", "token": ["Mr.", "Ann", "Lee", ",", "head"],
        "subj_start": 1, "subj_end": 2, "obj_start": 4, "obj_end": 4},
       {"relation": "no_relation", "token": ["a", "b"],
        "subj_start": 0, "subj_end": 0, "obj_start": 1, "obj_end": 2}]
      """
    let reading = RowReading(onBadRow: .leaveOut)
    let table = try read(content, as: "train.json", reading)
    #expect(table.rows.map(\.text) == ["Mr. Ann Lee , head"])
    #expect(parts(table.rows[0]) == ["Ann Lee", "head"])
    #expect(table.rows[0].target == .label("per:title"))
    #expect(table.leftOut.map(\.line) == [3])
    #expect(table.leftOut[0].detail.contains("word 1 up to word 3, and the sentence has 2 words"))
  }

  @Test(arguments: [
    #""head": {"start": 0, "end": 2}, "tail": [3, 5]"#,
    #""h": {"name": "北京", "pos": [0, 2]}, "t": {"name": "中国", "pos": [3, 5], "id": "Q"}"#,
    #""subject": [0, 2], "object": {"start": 3, "end": 5, "text": "中国"}"#,
    #""head": "北京", "tail": "中国""#,
  ])
  func `entities are given by places in characters`(_ entities: String) throws {
    let row = try read(#"{"text": "北京是中国首都", "relation": "r", \#(entities)}"#).rows[0]
    #expect(row.text == "北京是中国首都")
    #expect(row.spans == [0..<6, 9..<15])
  }

  @Test(arguments: [
    #""h": {"name": "a", "pos": [1, 3]}, "t": {"name": "b", "pos": [0, 1]}"#,
    #""h": ["a", "Q1", [[1, 2]]], "t": ["b", "Q2", [[0]]]"#,
  ])
  func `entities are given by places of words`(_ entities: String) throws {
    let content = #"{"token": ["x", "New", "York"], "relation": "r", \#(entities)}"#
    #expect(try parts(read(content).rows[0]) == ["New York", "x"])
  }

  private static let groups = """
    {"P17": [
      {"tokens": ["x", "New", "York"], "h": ["new york", "Q1", [[1, 2]]], "t": ["x", "Q2", [[0]]]},
      {"tokens": ["a", "b"], "h": ["a", "Q3", [[0]]], "t": ["b", "Q4", [[1]]]}],
     "P1": [],
     "P31": [{"tokens": ["c", "d"], "h": ["d", "Q5", [[1]]], "t": ["c", "Q6", [[0]]]}]}
    """

  @Test func `FewRel is a list of sentences for each relation`() throws {
    let table = try read(Self.groups, as: "train.json")
    #expect(table.rows.map(\.text) == ["x New York", "a b", "c d"])
    #expect(table.rows.map(\.target) == [.label("P17"), .label("P17"), .label("P31")])
    #expect(table.rows.map(\.location.line) == [2, 3, 5])
    #expect(parts(table.rows[0]) == ["New York", "x"])
    #expect(table.notes.contains { $0.contains("the layout of FewRel") })
  }

  @Test(arguments: [
    (#""P1": []"#, #""P17": []"#, "the relation 'P17' stands twice", 4),
    (#""P1": []"#, #""P1": {}"#, "a JSON list must start here", 4),
    (#""P1": []"#, #""P1": [4]"#, "a JSON object must start here", 4),
    (#"[[1]]], "t": ["c""#, #"[[7]]], "t": ["c""#, "the sentence has 2 words", 5),
    (#", [[0]]]}]}"#, #", [[0]]]}]"#, "a comma or } must follow", 5),
    (#", [[0]]]}]}"#, #", [[0]]]}]} x"#, "more text follows", 5),
  ])
  func `damage in FewRel's layout is named`(
    _ old: String, _ new: String, _ message: String, _ line: Int
  ) throws {
    let content = Self.groups.replacing(old, with: new)
    try #require(content != Self.groups)
    let error = try #require(failure(content, as: "train.json"))
    #expect(error.description.contains(message), "\(error.description)")
    #expect(error.location?.line == line)
  }

  @Test(arguments: [
    (#""head": [0, 9], "tail": [0, 1]"#, DatasetsError.Code.invalidSpan),
    (#""head": [2, 1], "tail": [0, 1]"#, .invalidSpan),
    (#""h": {"name": "b", "pos": [0, 1]}, "t": [0, 1]"#, .invalidSpan),
    (#""head": [0, 1]"#, .missingValue), (#""head": [0], "tail": [0, 1]"#, .wrongType),
    (#""head": "q", "tail": "a""#, .invalidSpan),
  ])
  func `entities that are not there are refused`(
    _ entities: String, _ code: DatasetsError.Code
  ) {
    #expect(failure(#"{"text": "a b", "relation": "r", \#(entities)}"#)?.code == code)
  }

  @Test func `FinRE has entities, relation and sentence between tabs`() throws {
    let content = """
      北京\t中国\t位于\t北京是中国首都，北京很大
      东方航空\t东航\tunknown\t东方航空（东航）
      海尔\t海尔集团\t拥有\t海尔集团与海尔
      """
    let table = try read(content, as: "train.txt")
    #expect(
      table.rows.map(parts) == [["北京", "中国"], ["东方航空", "东航"], ["海尔", "海尔集团"]])
    #expect(table.rows[2].spans == [15..<21, 0..<12])
    #expect(table.rows.map(\.target).first == .label("位于"))
    #expect(table.notes.contains { $0.contains("2 of 6 entities stand several times") })
  }

  @Test func `an entity that is absent from its sentence is a bad row`() throws {
    let content = "a\tb\tr\ta and b\na\tq\tr\ta and b\nb\ta\tr\tb a\nb\ta\tr\n"
    let error = try #require(failure(content, as: "train.txt"))
    #expect(error.code == .invalidSpan)
    #expect(error.location?.line == 2)
    #expect(error.description.contains("'q' does not stand in the sentence"))
    let table = try read(content, as: "train.txt", RowReading(onBadRow: .leaveOut))
    #expect(table.leftOut.map(\.reason) == [.invalidSpan, .fieldCount])
  }

  @Test func `files of another kind are refused`() {
    #expect(failure("") == nil || failure("")?.code == .emptyFile)
    #expect(failure("[{\"token\": [\"a\"", as: "a.json")?.code == .invalidJSON)
    #expect(failure("{\"text\": \"\u{0}\"}")?.code == .invalidJSON)
    #expect(failure("name,size\na,1\n", as: "a.csv")?.code == .noSuchColumn)
    #expect(failure("plain words\nand more", as: "a.txt")?.code == .unknownFormat)
    let bytes = Data("1\t\"<e1>a</e1> <e2>".utf8) + [0xFF] + Data("</e2>\"\nr\n".utf8)
    #expect(
      problem { _ = try rows(bytes, as: "a.txt") { try RelationRowReader($0) } }?.code == .notUTF8)
  }

  @Test func `random bytes are read or refused`() throws {
    let pieces = [
      "<e1>", "</e1>", "<e2>", "</e2>", "a", "\t", "\n", "1\t\"", "\"\n", "Comment:", "é",
      #"{"text": "<e1>a</e1><e2>b</e2>", "relation": "r"}"#, "a\tb\tr\ta b", ",", "{", "[",
    ]
    for name in ["a.txt", "a.jsonl", "a.json", "a.tsv", "a.csv"] {
      try readRandomFiles(as: name, from: pieces) {
        try RelationRowReader($0, RowReading(onBadRow: .leaveOut))
      }
    }
  }
}
