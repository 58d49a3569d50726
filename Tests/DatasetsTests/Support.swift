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
