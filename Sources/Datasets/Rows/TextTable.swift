public import Foundation

/// All rows of a data set in memory, and what is to be known about how they were read.
public struct TextTable: Sendable {
  /// The rows, in the order of the file.
  public var rows: [TextRow]
  /// The rows that could not be read or were taken out, with their reasons.
  public var leftOut: [LeftOutRow]
  /// The columns of the file.
  public var columns: [String]
  /// What there is to know about how the file was read, as sentences for the user.
  public var notes: [String]
  /// The labels of ``ColumnMapping/labelColumns``, which exist even where no row has them.
  public var declaredLabels: [String]?

  /// Makes a table of rows that come from elsewhere.
  public init(
    rows: [TextRow], leftOut: [LeftOutRow] = [], columns: [String] = [], notes: [String] = [],
    declaredLabels: [String]? = nil
  ) {
    self.rows = rows
    self.leftOut = leftOut
    self.columns = columns
    self.notes = notes
    self.declaredLabels = declaredLabels
  }

  /// Reads a whole file or folder.
  ///
  /// The parameters are those of ``TextRowReader``; of the policy only ``DataPolicy/onBadRow``
  /// counts here, the rest is ``Preflight``'s.
  ///
  /// - Throws: ``DatasetsError`` as the reader does, and when the file holds no row.
  public static func read(
    _ url: URL, format: DataFormat? = nil, mapping: ColumnMapping = ColumnMapping(),
    target: TargetKind, layout: DelimitedLayout = DelimitedLayout(),
    policy: DataPolicy = DataPolicy()
  ) throws -> TextTable {
    let reader = try TextRowReader(
      url, format: format, mapping: mapping, target: target, layout: layout,
      onBadRow: policy.onBadRow)
    var rows: [TextRow] = []
    while let row = try reader.next() { rows.append(row) }
    if rows.isEmpty { throw noRows(url, reader) }
    return TextTable(
      rows: rows, leftOut: reader.leftOut, columns: reader.columns, notes: reader.notes,
      declaredLabels: target == .multiLabel ? mapping.labelColumns : nil)
  }

  private static func noRows(_ url: URL, _ reader: TextRowReader) -> DatasetsError {
    let name = url.relativePath
    guard let first = reader.leftOut.first else {
      return DatasetsError(.noRows, "\(name) has a header and no rows.")
    }
    return DatasetsError(
      .noRows,
      "\(name) has no row that can be used: all \(reader.leftOut.count) were left out. "
        + "The first, \(first.detail)",
      at: RowLocation(file: first.file, line: first.line))
  }

  /// The table of some of the rows, by their places; what was left out stays with this table.
  public func selecting(_ places: [Int]) -> TextTable {
    TextTable(
      rows: places.map { rows[$0] }, columns: columns, notes: [], declaredLabels: declaredLabels)
  }
}
