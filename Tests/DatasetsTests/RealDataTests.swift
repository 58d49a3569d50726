import Datasets
import Foundation
import TestSupport
import Testing

/// Real files against Python's csv and json modules.
@Suite(.enabled(if: SharedData.isHere, Comment(rawValue: SharedData.reason)))
struct RealDataTests {
  private func python(_ arguments: String...) throws -> [[String]] {
    try JSONDecoder().decode(
      [[String]].self, from: PythonOracle("datasets_rows").run(arguments))
  }

  private func file(_ path: String) throws -> URL {
    try #require(SharedData.folder).appending(path: path)
  }

  @Test(arguments: [
    "clinc150_en/train.csv", "clinc150_en/val.csv", "clinc150_en/test.csv",
    "clinc150_en/oos_test.csv",
    "snips_en/train.csv", "snips_en/validate.csv",
  ])
  func commaSeparatedRowsAreThoseOfPython(_ path: String) throws {
    let url = try file(path)
    let expected = try python("csv", url.path).dropFirst()
    let table = try TextTable.read(url, target: .singleLabel)
    #expect(table.rows.count == expected.count)
    #expect(
      zip(table.rows, expected).allSatisfy { [$0.text] + ($0.target.namedLabels ?? []) == $1 })
    #expect(table.notes.isEmpty)
  }

  @Test(arguments: ["tatoeba_en_zh/train.tsv", "tatoeba_en_zh/test.tsv"])
  func tabSeparatedRowsAreThoseOfPython(_ path: String) throws {
    let url = try file(path)
    let expected = try python("tsv", url.path)
    let table = try TextTable.read(
      url, mapping: .init(text: "1", pair: "2", label: nil), target: .none,
      layout: .init(hasHeader: false))
    #expect(table.rows.count == expected.count)
    #expect(zip(table.rows, expected).allSatisfy { [$0.text, $0.pair ?? ""] == $1 })
  }

  @Test(arguments: [
    ("fewclue_eprstmt_zh/train_few_all.jsonl", ["sentence", "label"]),
    ("fewclue_eprstmt_zh/test_public.jsonl", ["sentence", "label"]),
    ("fewclue_ocnli_zh/test_public.jsonl", ["sentence1", "label", "sentence2"]),
    ("semeval2010_task8_en/train.jsonl", ["text", "relation"]),
  ])
  func jsonLinesAreThoseOfPython(_ path: String, _ keys: [String]) throws {
    let url = try file(path)
    let data = try PythonOracle("datasets_rows").run(["jsonl", url.path] + keys)
    let expected = try JSONDecoder().decode([[String]].self, from: data)
    let pair = keys.count > 2 ? keys[2] : nil
    let table = try TextTable.read(
      url, mapping: .init(text: keys[0], pair: pair, label: keys[1]), target: .singleLabel)
    #expect(table.rows.count == expected.count)
    #expect(
      zip(table.rows, expected).allSatisfy { row, fields in
        [row.text] + (row.target.namedLabels ?? []) + (row.pair.map { [$0] } ?? []) == fields
      })
  }

  @Test func aRealDataSetIsExamined() throws {
    func table(_ name: String) throws -> TextTable {
      try TextTable.read(file("clinc150_en/\(name).csv"), target: .singleLabel)
    }
    let preflight = try Preflight(
      of: DataSplits(train: table("train"), validation: table("val"), test: table("test")),
      hasLabels: true, maximumLength: 64
    ) { _, rows, _ in rows.map { TokenCount(length: $0.text.split(separator: " ").count + 2) } }
    try preflight.enforce()
    #expect(preflight.labels?.names.count == 150)
    #expect(preflight.report.splits.map(\.rows) == [15_000, 3_000, 4_500])
    #expect(preflight.report.splits[0].labels.allSatisfy { $0.rows == 100 })
    #expect(
      problem { try preflight.labels?.check(table("oos_test").rows, split: "test") }?.code
        == .unknownLabel)
  }
}

extension RowTarget {
  fileprivate var namedLabels: [String]? {
    switch self {
    case .label(let label): [label]
    case .labels(let labels): labels
    case .value, .tags, .answers, .choice, .grades, .none: nil
    }
  }
}
