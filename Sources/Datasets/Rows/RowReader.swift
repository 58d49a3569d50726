/// Reads the rows of a file one at a time, without holding them: one reader for each layout.
public protocol RowReader: AnyObject {
  /// The columns of the file, in its order; empty for layouts without columns.
  var columns: [String] { get }
  /// What there is to know about how the file is read, as sentences.
  var notes: [String] { get }
  /// The rows that could not be read, with ``DataPolicy/BadRow/leaveOut``.
  var leftOut: [LeftOutRow] { get }

  /// The next row, or nil at the end.
  ///
  /// - Throws: ``DatasetsError`` naming file, line and column of a row that cannot be read.
  func next() throws -> TextRow?
}

/// How a file is to be read, whatever its layout.
public struct RowReading: Sendable, Equatable {
  /// The file's format; nil asks its name and, where that does not say, its content.
  public var format: DataFormat?
  /// The columns to use.
  public var mapping: ColumnMapping
  /// Whether rows have to say what is to be learned from them; else that is not read.
  public var expectsTarget: Bool
  /// Whether a row that cannot be read stops the reading or is left out and recorded.
  public var onBadRow: DataPolicy.BadRow

  /// Says how to read.
  public init(
    format: DataFormat? = nil, mapping: ColumnMapping = ColumnMapping(),
    expectsTarget: Bool = true, onBadRow: DataPolicy.BadRow = .stop
  ) {
    self.format = format
    self.mapping = mapping
    self.expectsTarget = expectsTarget
    self.onBadRow = onBadRow
  }
}

extension TextTable {
  /// Reads all rows of a reader.
  ///
  /// - Parameters:
  ///   - reader: The reader, before its first row.
  ///   - name: The file as it was named, for messages.
  ///   - declaredLabels: Labels that exist even where no row has them.
  /// - Throws: ``DatasetsError`` as the reader does, and when the file holds no row.
  public init(reading reader: any RowReader, of name: String, declaredLabels: [String]? = nil)
    throws
  {
    var rows: [TextRow] = []
    while let row = try reader.next() { rows.append(row) }
    guard rows.isEmpty else {
      self.init(
        rows: rows, leftOut: reader.leftOut, columns: reader.columns, notes: reader.notes,
        declaredLabels: declaredLabels)
      return
    }
    guard let first = reader.leftOut.first else {
      throw DatasetsError(.noRows, "\(name) has a header and no rows.")
    }
    throw DatasetsError(
      .noRows,
      "\(name) has no row that can be used: all \(reader.leftOut.count) were left out. "
        + "The first, \(first.detail)",
      at: RowLocation(file: first.file, line: first.line))
  }
}
