import Datasets
import Foundation
import TestSupport
import Testing

/// Words and tags in columns.
@Suite struct TokenColumnTests {
  private func read(
    _ content: String, as name: String = "a.conll", _ reading: RowReading = RowReading()
  ) throws -> TextTable {
    try rows(content, as: name) { try TokenRowReader($0, reading) }
  }

  private func failure(_ content: String, _ reading: RowReading = RowReading()) -> DatasetsError? {
    problem { _ = try read(content, reading) }
  }

  @Test(arguments: ["\t", " ", "   ", ",", ";", "|"])
  func `the delimiter is found and said`(_ delimiter: String) throws {
    let lines = [["EU", "O"], ["Bonn", "B-LOC"], [], ["é", "O"]].map {
      $0.joined(separator: delimiter)
    }
    let table = try read(lines.joined(separator: "\n"))
    #expect(table.rows.map(\.text) == ["EU Bonn", "é"])
    #expect(table.rows.map(\.target) == [.tags(["O", "B-LOC"]), .tags(["O"])])
    #expect(table.rows.map(\.location.line) == [1, 4])
    #expect(table.notes.contains { $0.contains("columns are separated by") })
  }

  @Test func `words are the first column and tags the last, or those that are named`() throws {
    let lines = "EU NNP B-NP B-ORG\nrejects VBZ B-VP O\n"
    #expect(try read(lines).rows[0].target == .tags(["B-ORG", "O"]))
    let named = RowReading(mapping: .init(text: "2", label: "3"))
    let row = try read(lines, named).rows[0]
    #expect(row.text == "NNP VBZ")
    #expect(row.target == .tags(["B-NP", "B-VP"]))
    let wrong = failure(lines, RowReading(mapping: .init(label: "5")))
    #expect(wrong?.code == .noSuchColumn)
    #expect(wrong?.description.contains("numbered from 1 to 4") == true)
  }

  @Test func `document marks and lines of white space stand between sentences`() throws {
    let table = try read(
      "-DOCSTART- -X- O\r\n\r\na X O\r\n \t\r\nb X O\r\n-DOCSTART- -X- O\r\nc X O\r\n\t\r\n")
    #expect(table.rows.map(\.text) == ["a", "b", "c"])
    #expect(table.notes.contains { $0.contains("2 document marks") })
  }

  @Test func `a comment is told from a word that begins with a number sign`() throws {
    let tabs = try read("# sent_id = 1\n# text = # 1\n#\tO\n1\tO\n\n#tag\tB-X\n# \tO\n")
    #expect(tabs.rows.map(\.text) == ["# 1", "#tag #"])
    let spaces = try read("# id = x\n# O\n1 O\n\n# newdoc of three\na O\n", as: "a.txt")
    #expect(spaces.rows.map(\.text) == ["# 1", "a"])
    #expect(spaces.notes.contains { $0.contains("2 comment lines (the first is line 1)") })
  }

  @Test func `CoNLL-U is read by its form and part of speech`() throws {
    func line(_ id: String, _ form: String, _ tag: String) -> String {
      [id, form, "_", tag, "_", "_", "0", "_", "_", "_"].joined(separator: "\t")
    }
    let lines = [
      "# sent_id = 1", line("1", "We", "PRON"), line("2-3", "don't", "_"), line("2", "do", "AUX"),
      line("3", "n't", "PART"), line("3.1", "go", "VERB"), "",
    ]
    let table = try read(lines.joined(separator: "\n"), as: "a.conllu")
    #expect(table.rows.map(\.text) == ["We do n't"])
    #expect(table.rows[0].target == .tags(["PRON", "AUX", "PART"]))
    #expect(table.notes.contains { $0.contains("2 lines for several words") })
  }

  @Test func `spans are the bytes of the words, and Chinese is joined without spaces`() throws {
    let row = try read("我\tO\n爱\tO\nBei\tB-LOC\njing\tI-LOC\n。\tO\n").rows[0]
    #expect(row.text == "我爱 Bei jing 。")
    #expect(parts(row) == ["我", "爱", "Bei", "jing", "。"])
    #expect(row.spans[1] == 3..<6)
  }

  @Test func `words without tags are enough for prediction`() throws {
    let reading = RowReading(expectsTarget: false)
    let words = try read("Bonn\n1,000\n\n# 7\n#\n", reading)
    #expect(words.rows.map(\.text) == ["Bonn 1,000", "#"])
    #expect(words.rows.allSatisfy { $0.target == .none })
    #expect(try read("Bonn O\nis O\n", reading).rows.map(\.text) == ["Bonn is"])
    let error = failure("Bonn\nis\n")
    #expect(error?.code == .missingValue)
    #expect(error?.description.contains("a.conll") == true)
  }

  @Test func `a missing tag names the line and the word`() throws {
    let few = try #require(failure("a\tO\nb\tO\nParis\nc\tO\n"))
    #expect(few.code == .fieldCount)
    #expect(few.location?.line == 3)
    #expect(few.description.contains("'Paris' has 1 column"))
    let empty = try #require(failure("a\tO\nb\tO\nParis\t\nc\tO\n"))
    #expect(empty.code == .missingValue)
    #expect(empty.description.contains("line 3: the word 'Paris' has no tag"))
    let word = try #require(failure("a\tO\n\tO\nc\tO\n"))
    #expect(word.description.contains("line 2: column 1, which holds the word, is empty"))
    #expect(failure("a O\nNew York B-LOC\nc O\nd O\n")?.location?.line == 2)
  }

  @Test func `a sentence with a bad line is left out as a whole`() throws {
    let table = try read(
      "a\tO\nb\n\nc\tO\n", RowReading(onBadRow: .leaveOut))
    #expect(table.rows.map(\.text) == ["c"])
    #expect(table.leftOut.map(\.content) == ["a\tO\nb"])
    #expect(table.leftOut.map(\.line) == [1])
    #expect(table.leftOut[0].detail.contains("line 2"))
  }

  @Test func `files that are not such text are refused`() throws {
    func code(_ content: Data, as name: String = "a.conll") -> DatasetsError.Code? {
      problem { _ = try rows(content, as: name) { try TokenRowReader($0) } }?.code
    }
    #expect(code(Data()) == .emptyFile)
    #expect(code(Data("\n\t\n".utf8)) == .emptyFile)
    #expect(code(Data([0x1F, 0x8B, 8, 0])) == .unknownFormat)
    #expect(code(Data("a\tO\n".utf8) + [0xC3, 0x28] + Data("\tO\n".utf8)) == .notUTF8)
    #expect(code(Data("one sentence of text\nand another one\n".utf8)) == .fieldCount)
    #expect(code(Data("# only = comment\n-DOCSTART- O\n".utf8)) == .noRows)
  }

  @Test func `random bytes are read or refused`() throws {
    let pieces = ["a", " ", "\t", "\n", "\n", "O", "B-X", "#", "# ", "-DOCSTART-", "\r", "é", "{"]
    try readRandomFiles(as: "a.conll", from: pieces) {
      try TokenRowReader($0, RowReading(onBadRow: .leaveOut))
    }
  }
}

/// Words and tags, or texts and spans, in JSON.
@Suite struct TokenRecordTests {
  private func read(
    _ content: String, as name: String = "a.jsonl", _ reading: RowReading = RowReading(),
    tagNames: [String]? = nil
  ) throws -> TextTable {
    try rows(content, as: name) { try TokenRowReader($0, reading, tagNames: tagNames) }
  }

  private func failure(_ content: String, tagNames: [String]? = nil) -> DatasetsError? {
    problem { _ = try read(content, tagNames: tagNames) }
  }

  @Test(arguments: [
    #"{"tokens": ["We", "go"], "ner_tags": ["O", "B-X"]}"#,
    #"{"words": ["We", "go"], "tags": ["O", "B-X"], "id": 7}"#,
    #"[{"tokens": ["We", "go"], "labels": ["O", "B-X"]}]"#,
  ])
  func `words and tags are found under their usual keys`(_ content: String) throws {
    let name = content.hasPrefix("[") ? "a.json" : "a.jsonl"
    let table = try read(content, as: name)
    #expect(table.rows.map(\.text) == ["We go"])
    #expect(table.rows[0].target == .tags(["O", "B-X"]))
    #expect(table.notes.contains { $0.contains("the words from '") })
  }

  @Test func `named keys win`() throws {
    let line = #"{"tokens": ["a"], "t": ["b", "c"], "tags": ["O"], "g": {"x": ["O", "Y"]}}"#
    let table = try read(line, RowReading(mapping: .init(text: "t", label: "g.x")))
    #expect(table.rows[0].text == "b c")
    #expect(table.rows[0].target == .tags(["O", "Y"]))
    #expect(table.notes.isEmpty)
  }

  @Test func `numbers need the names of the tags`() throws {
    let line = #"{"tokens": ["a", "b"], "ner_tags": [0, 2]}"#
    #expect(try read(line, tagNames: ["O", "B-A", "I-A"]).rows[0].target == .tags(["O", "I-A"]))
    let error = try #require(failure(line))
    #expect(error.code == .invalidLabel)
    #expect(error.description.contains("state the tag names"))
    #expect(failure(line, tagNames: ["O", "B-A"])?.description.contains("0 to 1") == true)
  }

  @Test func `each word needs one tag`() throws {
    let error = try #require(failure(#"{"tokens": ["a", "b"], "tags": ["O"]}"#))
    #expect(error.code == .fieldCount)
    #expect(error.description.contains("2 words and 'tags' has 1 tags"))
    #expect(failure(#"{"tokens": ["a", ""], "tags": ["O", "O"]}"#)?.code == .missingValue)
    #expect(failure(#"{"tokens": ["a"], "tags": [null]}"#)?.code == .wrongType)
    #expect(failure(#"{"tokens": "a b", "tags": ["O"]}"#)?.code == .wrongType)
    #expect(failure(#"{"tokens": ["a"]}"#)?.code == .noSuchColumn)
    #expect(failure(#"{"other": 1}"#)?.code == .noSuchColumn)
  }

  @Test(arguments: [
    #"[{"start": 14, "end": 22, "label": "LOC"}, {"start": 0, "end": 4, "label": "PER"}]"#,
    #"[[0, 4, "PER"], [14, 22, "LOC"]]"#,
    #"[{"start_offset": 0, "end_offset": 4, "type": "PER", "text": "Zoé!"}, [14, 22, "LOC"]]"#,
  ])
  func `spans of characters become tags of words`(_ spans: String) throws {
    let content = #"{"text": "Zoé! lives in New York.", "entities": \#(spans)}"#
    let row = try read(content).rows[0]
    #expect(row.text == "Zoé! lives in New York.")
    #expect(parts(row) == ["Zoé", "!", "lives", "in", "New", "York", "."])
    #expect(row.target == .tags(["B-PER", "I-PER", "O", "O", "B-LOC", "I-LOC", "O"]))
  }

  @Test func `a span whose text is not where it says is refused`() throws {
    let spans = #"[{"start": 1, "end": 4, "label": "A", "text": "Zoé"}]"#
    let content = #"{"text": "👍 Zoé", "spans": \#(spans)}"#
    #expect(failure(content)?.code == .invalidSpan)
    #expect(failure(content)?.description.contains("the text holds ' Zo' from 1 to 4") == true)
  }

  @Test func `Chinese is cut into characters`() throws {
    let row = try read(#"{"text": "我在北京 iPhone8。", "label": [[2, 4, "LOC"]]}"#).rows[0]
    #expect(parts(row) == ["我", "在", "北", "京", "iPhone8", "。"])
    #expect(row.target == .tags(["O", "O", "B-LOC", "I-LOC", "O", "O"]))
  }

  @Test(arguments: [
    (#"[[1, 3, "A"]]"#, "does not begin and end with a word"),
    (#"[[0, 5, "A"], [4, 8, "B"]]"#, "overlap"),
    (#"[[0, 99, "A"]]"#, "the text has 10 characters"),
    (#"[[3, 3, "A"]]"#, "the start must lie before the end"),
    (#"[[-1, 3, "A"]]"#, "inside the text"),
  ])
  func `spans that cannot be are named`(_ spans: String, _ message: String) throws {
    let error = try #require(failure(#"{"text": "four words", "spans": \#(spans)}"#))
    #expect(error.code == .invalidSpan)
    #expect(error.description.contains(message))
    #expect(error.location?.line == 1)
  }

  @Test func `spans of another form are refused`() {
    #expect(failure(#"{"text": "a", "spans": [[0, 1]]}"#)?.code == .wrongType)
    #expect(failure(#"{"text": "a", "spans": [{"start": "0"}]}"#)?.code == .wrongType)
    #expect(failure(#"{"text": "a", "spans": 4}"#)?.code == .wrongType)
    #expect(failure(#"{"text": "a", "spans": ["#)?.code == .invalidJSON)
  }

  @Test func `spans by label and text are those of CLUENER`() throws {
    let labels = #"{"address": {"北京": [[2, 3], [7, 8]]}, "game": {"iPhone8": [[4, 4]]}}"#
    let content = #"{"text": "我在北京，从前在北京。", "label": {"address": {"北京": [[2, 3], [8, 9]]}}}"#
    let row = try read(content).rows[0]
    #expect(
      row.target
        == .tags([
          "O", "O", "B-address", "I-address", "O", "O", "O", "O", "B-address", "I-address", "O",
        ]))
    #expect(failure(#"{"text": "我在北京", "label": \#(labels)}"#)?.code == .invalidSpan)
    #expect(try read(#"{"text": "我", "label": {}}"#).rows[0].target == .tags(["O"]))
  }

  @Test(arguments: [
    (#"{"name": {"b": [[0, 0]]}}"#, "'b' of 'label' is said to stand from 0 to 0"),
    (#"{"name": {"a": [[0, 1]]}}"#, "the last one is included"),
    (#"{"name": {"a": [[0, 9]]}}"#, "the text has 3 characters"),
    (#"{"name": {"a": [[1, 0]]}}"#, "the start must lie before the last character"),
    (#"{"name": {"a": [[0, 9223372036854775807]]}}"#, "goes from 0 to 9223372036854775807"),
    (#"{"name": {"a": [0, 0]}}"#, "must be a list such as [[0, 3], [9, 12]]"),
    (#"{"name": {"a": 0}}"#, "must be a list such as [[0, 3], [9, 12]]"),
    (#"{"name": [[0, 0]]}"#, "'name' of 'label' must hold texts with their places"),
    (#"{"": {"a": [[0, 0]]}}"#, "must hold texts with their places"),
    (#"{"x": {"a": [[0, 0]]}, "y": {"a": [[0, 0]]}}"#, "overlap"),
  ])
  func `spans by label that cannot be are named`(_ labels: String, _ message: String) throws {
    let error = try #require(failure(#"{"text": "a b", "label": \#(labels)}"#))
    #expect(error.description.contains(message), "\(error.description)")
    #expect(error.location?.line == 1)
  }

  @Test func `a text alone is enough for prediction`() throws {
    let row = try read(#"{"text": "Go on."}"#, RowReading(expectsTarget: false)).rows[0]
    #expect(parts(row) == ["Go", "on", "."])
    #expect(row.target == .none)
  }

  @Test func `random bytes are read or refused`() throws {
    let pieces = [
      #"{"tokens": ["a"], "tags": ["O"]}"#, "\n", "{", "}", "[", "]", #""text""#, ":", ",", "1",
      #"{"text": "ab", "spans": [[0, 1, "A"]]}"#, "\"", "\\u00", "é",
    ]
    try readRandomFiles(as: "a.jsonl", from: pieces) {
      try TokenRowReader($0, RowReading(onBadRow: .leaveOut))
    }
    try readRandomFiles(as: "a.json", from: pieces) { try TokenRowReader($0) }
  }
}
