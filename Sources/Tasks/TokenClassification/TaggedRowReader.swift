internal import Datasets
internal import Evaluation
internal import Foundation

/// Reads sentences of words and tags, and gives the tags in the model's scheme.
final class TaggedRowReader: RowReader {
  private let rows: TokenRowReader
  private let tags: TagReading
  private let onBadRow: DataPolicy.BadRow
  private let name: String
  private var refused: [LeftOutRow] = []
  private var sentences = 0
  private var repaired = 0

  init(_ file: URL, _ reading: RowReading, tagNames: [String]?, _ tags: TagReading) throws {
    rows = try TokenRowReader(file, reading, tagNames: tagNames)
    self.tags = tags
    onBadRow = reading.onBadRow
    name = file.relativePath
  }

  var columns: [String] { rows.columns }

  var leftOut: [LeftOutRow] { rows.leftOut + refused }

  var notes: [String] {
    var notes = rows.notes
    if tags.source != tags.target {
      notes.append(
        "\(name): the tags are \(tags.source.title), and are converted to \(tags.target.title).")
    }
    if repaired > 0 {
      notes.append(
        "\(name): in \(repaired) of \(sentences) sentences a tag stands where \(tags.source.title) "
          + "does not allow it; they are read as seqeval reads them, and tagged anew.")
    }
    return notes
  }

  func next() throws -> TextRow? {
    while var row = try rows.next() {
      guard case .tags(let written) = row.target else { return row }
      do {
        let reading = try tags(written)
        sentences += 1
        if reading.isRepaired { repaired += 1 }
        row.target = .tags(reading.tags)
        return row
      } catch {
        let detail = "\(row.location): \(error)."
        guard onBadRow == .leaveOut else {
          throw DatasetsError(.invalidLabel, detail, at: row.location)
        }
        var bad = LeftOutRow(row, split: "", reason: .invalidLabel, detail: detail)
        bad.split = nil
        refused.append(bad)
      }
    }
    return nil
  }
}

extension TokenRowReader {
  /// The scheme of a file's tags, for a model that knows some: the model's own when it knows every
  /// tag of the file, else the one that the file shows; nil when it shows none.
  ///
  /// - Parameters:
  ///   - file: The file, which is read once for this.
  ///   - reading: How it is read.
  ///   - tagNames: The names of tags that are numbers.
  ///   - known: The tags that the model knows.
  ///   - scheme: Their scheme.
  ///   - isConverted: Whether the model's data were converted, so that the same letters may mean
  ///     something else in files.
  /// - Returns: The file's scheme.
  /// - Throws: `DatasetsError` when the file cannot be read.
  static func scheme(
    of file: URL, _ reading: RowReading, tagNames: [String]?, known: [String], _ scheme: TagScheme,
    isConverted: Bool
  ) throws -> TagScheme? {
    var reading = reading
    // What is bad is told when the rows are read.
    reading.onBadRow = .leaveOut
    let rows = try TokenRowReader(file, reading, tagNames: tagNames)
    let known = try LabelSet(names: known)
    var detector = TagSchemeDetector()
    var knowsAll = true
    while let row = try rows.next() {
      guard case .tags(let tags) = row.target else { continue }
      if knowsAll, tags.contains(where: { known.index(of: $0) == nil }) { knowsAll = false }
      detector.add(tags)
    }
    if isConverted { return detector.scheme ?? (knowsAll ? scheme : nil) }
    return knowsAll ? scheme : detector.scheme
  }
}
