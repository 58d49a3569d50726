public import Foundation

/// The columns of a file of single texts or of pairs with labels, for ``TextRowReader``.
///
/// What the user named stays. A text column of the default name that is not there, and a second
/// text of a task on pairs, are found by the usual names.
public struct PairMapping: Sendable, Equatable {
  static let firstKeys = [
    "anchor", "query", "question", "sentence1", "sentence_1", "text1", "text_1", "premise", "text",
    "sentence",
  ]
  static let secondKeys = [
    "positive", "sentence2", "sentence_2", "text2", "text_2", "document", "passage", "answer",
    "hypothesis", "paraphrase", "context",
  ]
  private static let singleKeys = ["text", "sentence", "content", "review", "document", "query"]
  private static let labelKeys = ["label", "labels", "gold_label", "target", "class", "intent"]

  /// The mapping with every column named.
  public let mapping: ColumnMapping
  /// Which columns were taken without being named, as a sentence; nil where none was.
  public let note: String?

  /// Looks into a file for the columns that are not named.
  ///
  /// - Parameters:
  ///   - url: The file: CSV, TSV or JSON Lines.
  ///   - reading: What is known of it.
  ///   - isPair: Whether the task compares two texts.
  ///   - layout: How delimited fields are written.
  /// - Throws: ``DatasetsError`` when there is no such file or column, or it cannot be read.
  public init(
    _ url: URL, _ reading: RowReading, isPair: Bool, layout: DelimitedLayout = DelimitedLayout()
  ) throws {
    var feed = try RecordFeed(url, reading, layout: layout)
    var mapping = reading.mapping
    let inherited = feed.notes.count
    let usual = isPair ? Self.firstKeys : Self.singleKeys
    // A column of the default name is what the default means, in a task on single texts.
    if isPair || !feed.columns.contains(mapping.text) {
      mapping.text = try feed.neededColumn("the text", named: mapping.namedText, usual: usual)
    }
    if isPair {
      mapping.pair = try feed.neededColumn(
        "the second text", named: mapping.pair, usual: Self.secondKeys)
    }
    if reading.expectsTarget, mapping.labelColumns == nil, let label = mapping.label,
      !feed.columns.contains(label)
    {
      mapping.label = try feed.neededColumn(
        "the label", named: mapping.namedLabel, usual: Self.labelKeys)
    }
    self.mapping = mapping
    note = feed.notes.count > inherited ? feed.notes.last : nil
  }
}
