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
}
