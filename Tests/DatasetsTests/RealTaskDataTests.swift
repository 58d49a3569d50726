import Datasets
import Foundation
import TestSupport
import Testing

/// Real files of the tasks beyond classification.
@Suite(.enabled(if: SharedData.isHere, Comment(rawValue: SharedData.reason)))
struct RealTaskDataTests {
  private func file(_ path: String) throws -> URL {
    try #require(SharedData.folder).appending(path: path)
  }

  /// Sentences and words as `awk` counts them: lines with two fields, and runs of such lines.
  @Test(arguments: [
    ("wnut17_en/train.conll", 3394, 62_730), ("wnut17_en/dev.conll", 1009, 15_733),
    ("weibo_ner_zh/train.conll", 1350, 73_778), ("snips_en/train.conll", 13_784, 126_178),
  ])
  func `sentences of words are read whole`(_ path: String, _ sentences: Int, _ words: Int) throws {
    let url = try file(path)
    let table = try TextTable(reading: TokenRowReader(url), of: url.relativePath)
    #expect(table.rows.count == sentences)
    #expect(table.rows.reduce(0) { $0 + $1.spans.count } == words)
    for row in table.rows {
      guard case .tags(let tags) = row.target else {
        Issue.record("\(row.location) has no tags")
        return
      }
      #expect(tags.count == row.spans.count)
    }
  }

  @Test(arguments: [
    ("semeval2010_task8_en/train.jsonl", 8000), ("semeval2010_task8_en/test.jsonl", 2717),
  ])
  func `marked entities are those that the file names`(_ path: String, _ count: Int) throws {
    let url = try file(path)
    let reading = RowReading(mapping: ColumnMapping(keep: ["head", "tail"]))
    let table = try TextTable(reading: RelationRowReader(url, reading), of: url.relativePath)
    #expect(table.rows.count == count)
    #expect(table.rows.allSatisfy { parts($0) == [$0.extra["head"], $0.extra["tail"]] })
    #expect(Set(table.rows.map(\.target)).count == 19)
  }

  @Test(arguments: ["xquad_en_zh/xquad.en.json", "xquad_en_zh/xquad.zh.json"])
  func `answers stand where the data say`(_ path: String) throws {
    let url = try file(path)
    let reader = try QuestionRowReader(url, RowReading(onBadRow: .leaveOut))
    let table = try TextTable(reading: reader, of: url.relativePath)
    #expect(table.rows.count + table.leftOut.count == 1190)
    #expect(table.leftOut.isEmpty)
    #expect(
      table.rows.allSatisfy { row in
        if case .answers(let ranges) = row.target { ranges.count == 1 } else { false }
      })
  }

  @Test func `the columns of pairs with labels are found`() throws {
    let url = try file("fewclue_ocnli_zh/test_public.jsonl")
    let found = try PairMapping(url, RowReading(), isPair: true)
    #expect(
      found.mapping == ColumnMapping(text: "sentence1", pair: "sentence2", label: "label"))
    let table = try TextTable.read(url, mapping: found.mapping, target: .singleLabel)
    #expect(table.rows.count == 2520)
  }
}
