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
    return try TextTable(
      reading: reader, of: url.relativePath,
      declaredLabels: target == .multiLabel ? mapping.labelColumns : nil)
  }

  /// The table of some of the rows, by their places; what was left out stays with this table.
  public func selecting(_ places: [Int]) -> TextTable {
    TextTable(
      rows: places.map { rows[$0] }, columns: columns, notes: [], declaredLabels: declaredLabels)
  }
}
