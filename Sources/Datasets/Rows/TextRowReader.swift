public import Foundation

/// Reads the rows of a file or folder one at a time, without holding them.
///
/// ```swift
/// let reader = try TextRowReader(url, mapping: ColumnMapping(), target: .singleLabel)
/// while let row = try reader.next() { … }
/// ```
public final class TextRowReader: RowReader {
  /// The format that is read.
  public let format: DataFormat
  /// The columns of the file, in its order.
  public let columns: [String]
  /// The rows that could not be read, with ``DataPolicy/BadRow/leaveOut``.
  public private(set) var leftOut: [LeftOutRow] = []
  /// The lines without content so far, which are not rows.
  public private(set) var blankLines = 0

  private var source: any RowSource
  private let assembler: RowAssembler
  private let onBadRow: DataPolicy.BadRow
  private var values: [FieldValue]

  /// Opens a file or folder and finds its columns; no row is read yet.
  ///
  /// - Parameters:
  ///   - url: The file or folder.
  ///   - format: Its format; nil asks its name and, where that does not say, its content.
  ///   - mapping: The columns to use.
  ///   - target: What the label column holds; with `.none` no label is read.
  ///   - layout: How delimited fields are written.
  ///   - onBadRow: Whether a row that cannot be read stops the reading or is left out and recorded.
  /// - Throws: ``DatasetsError`` when there is no such file or column, or the file is empty, not
  ///   text, or of an unknown format.
  public init(
    _ url: URL, format: DataFormat? = nil, mapping: ColumnMapping = ColumnMapping(),
    target: TargetKind, layout: DelimitedLayout = DelimitedLayout(),
    onBadRow: DataPolicy.BadRow = .stop
  ) throws {
    let plan = try ColumnPlan(mapping, target: target)
    assembler = RowAssembler(plan: plan)
    self.onBadRow = onBadRow
    values = Array(repeating: .missing, count: plan.wanted.count)
    let named = format ?? DataFormat(inferredFrom: url)
    if named == .directory {
      self.format = .directory
      source = try FolderReader(url, plan: plan)
    } else {
      let bytes = ByteView(try MappedFile(url))
      try ForeignContent.refuse(bytes)
      let sniffed = try named.map { FormatSniffer.Guess(format: $0) } ?? FormatSniffer.guess(bytes)
      var layout = layout
      layout.delimiter = layout.delimiter ?? sniffed.delimiter
      let notes = sniffed.note.map { [$0] } ?? []
      self.format = sniffed.format
      source =
        sniffed.format == .jsonl
        ? try JSONLinesReader(bytes, plan: plan, notes: notes)
        : try DelimitedReader(
          bytes, format: sniffed.format, layout: layout, plan: plan, notes: notes)
    }
    columns = source.columns
  }

  /// What there is to know about how the file is read, as sentences.
  public var notes: [String] {
    var notes = source.notes
    if blankLines > 0 {
      notes.append(
        blankLines == 1
          ? "1 empty line was passed over."
          : "\(blankLines) empty lines were passed over.")
    }
    return notes
  }

  /// The next row, or nil at the end.
  ///
  /// - Throws: ``DatasetsError`` naming file, line and column of a row that cannot be read.
  public func next() throws -> TextRow? {
    while true {
      switch try source.next(into: &values) {
      case .end:
        return nil
      case .blank:
        blankLines += 1
      case .bad(let problem, let content, let location):
        try refuse(problem, content: content, at: location)
      case .values(let location):
        do throws(RowProblem) {
          return try assembler.row(values, at: location)
        } catch {
          try refuse(error, content: source.content, at: location)
        }
      }
    }
  }

  private func refuse(_ problem: RowProblem, content: String, at location: RowLocation) throws {
    guard onBadRow == .leaveOut else { throw problem.error(in: location.file) }
    leftOut.append(LeftOutRow(problem, content: content, at: location))
  }
}
