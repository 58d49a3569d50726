import Datasets
import Foundation
import TestSupport

/// Writes bytes to a file of a temporary folder and reads it as a table.
func read(
  _ content: String, as name: String = "data.csv", mapping: ColumnMapping = ColumnMapping(),
  target: TargetKind = .singleLabel, layout: DelimitedLayout = DelimitedLayout(),
  policy: DataPolicy = DataPolicy()
) throws -> TextTable {
  try read(
    Data(content.utf8), as: name, mapping: mapping, target: target, layout: layout, policy: policy)
}

func read(
  _ content: Data, as name: String = "data.csv", mapping: ColumnMapping = ColumnMapping(),
  target: TargetKind = .singleLabel, layout: DelimitedLayout = DelimitedLayout(),
  policy: DataPolicy = DataPolicy()
) throws -> TextTable {
  let folder = try TemporaryFolder()
  let url = folder.url.appending(path: name)
  try content.write(to: url)
  return try TextTable.read(
    url, mapping: mapping, target: target, layout: layout, policy: policy)
}

/// The error that the closure throws, or nil when it throws none or another kind.
func problem(_ body: () throws -> Void) -> DatasetsError? {
  do {
    try body()
    return nil
  } catch {
    return error as? DatasetsError
  }
}

/// A row for tests that need no file.
func row(
  _ text: String, _ label: String? = nil, pair: String? = nil, line: Int = 1, file: String = "t"
) -> TextRow {
  TextRow(
    text: text, pair: pair, target: label.map(RowTarget.label) ?? .none,
    location: RowLocation(file: file, line: line))
}

/// Writes a file and reads all its rows with the reader that the closure opens.
func rows(
  _ content: Data, as name: String, _ open: (URL) throws -> any RowReader
) throws -> TextTable {
  let folder = try TemporaryFolder()
  let url = folder.url.appending(path: name)
  try content.write(to: url)
  return try TextTable(reading: open(url), of: url.relativePath)
}

func rows(
  _ content: String, as name: String, _ open: (URL) throws -> any RowReader
) throws -> TextTable {
  try rows(Data(content.utf8), as: name, open)
}

/// Opens random files with a reader: whatever they hold, it reads them or says why not.
func readRandomFiles(
  as name: String, from pieces: [String], _ open: (URL) throws -> any RowReader
) throws {
  var random = CounterRandom(seed: 11, purpose: .split, step: 0)
  let folder = try TemporaryFolder()
  let url = folder.url.appending(path: name)
  for _ in 0..<150 {
    var content = Data()
    for _ in 0..<Int.random(in: 0...24, using: &random) {
      if Int.random(in: 0..<6, using: &random) == 0 {
        content.append(UInt8.random(in: 0...255, using: &random))
      } else {
        content.append(contentsOf: (pieces.randomElement(using: &random) ?? "").utf8)
      }
    }
    do {
      try content.write(to: url)
      let reader = try open(url)
      while try reader.next() != nil {}
    } catch is DatasetsError {
      continue
    }
  }
}

/// The texts of a row's spans.
func parts(_ row: TextRow) -> [String] {
  row.spans.map { String(decoding: Array(row.text.utf8)[$0], as: UTF8.self) }
}
