internal import Datasets
internal import Tasks
internal import Tokenizers

/// Texts that are too long where none may be cut.
struct UncuttableRows<Task: TaskDeclaration> {
  private let task: Task
  private let encoder: RowEncoder
  private let limit: Int?

  /// Looks at rows as `encoder` would encode them.
  init(_ task: Task, _ encoder: RowEncoder) {
    self.task = task
    let mayCut = encoder.options.truncation != .none
    limit = mayCut || task.readsWindows ? nil : encoder.options.maximumLength
    var encoder = encoder
    encoder.options.maximumLength = nil
    self.encoder = encoder
  }

  /// Refuses rows of which one is too long.
  ///
  /// - Throws: ``RunError`` that names the first one and counts the others.
  func refuse(_ rows: [TextRow]) throws {
    let found = try found(rows)
    guard let first = found.first, let limit else { return }
    let more = found.count > 1 ? " \(found.count - 1) more rows are too long." : ""
    throw RunError(
      .input,
      "\(rows[first.place].location): \(sentence(first.tokens, limit))\(more) Raise data.maxLength "
        + "(--max-length), let texts be cut (--truncation longest-first), or leave such rows out "
        + "(--on-bad-row leave-out).")
  }

  /// The splits without the rows that are too long, which are recorded as left out; refuses them
  /// when they stop the run.
  func leavingOut(of splits: DataSplits, stops: Bool) throws -> DataSplits {
    guard limit != nil else { return splits }
    var splits = splits
    splits.train = try leavingOut(of: splits.train, "train", stops)
    splits.validation = try splits.validation.map { try leavingOut(of: $0, "validation", stops) }
    splits.test = try splits.test.map { try leavingOut(of: $0, "test", stops) }
    return splits
  }

  private func leavingOut(of table: TextTable, _ split: String, _ stops: Bool) throws -> TextTable {
    if stops { try refuse(table.rows) }
    let found = try found(table.rows)
    guard let limit, !found.isEmpty else { return table }
    var table = table
    let places = Set(found.map(\.place))
    table.leftOut += found.map { row in
      LeftOutRow(
        table.rows[row.place], split: split, reason: .tooLong, detail: sentence(row.tokens, limit))
    }
    table.rows = table.rows.indices.filter { !places.contains($0) }.map { table.rows[$0] }
    return table
  }

  private func found(_ rows: [TextRow]) throws -> [(place: Int, tokens: Int)] {
    guard let limit else { return [] }
    let encoded = try task.encode(rows, labels: nil, with: encoder, for: .prediction)
    return encoded.enumerated().compactMap { place, row in
      row.length > limit ? (place, row.length) : nil
    }
  }

  private func sentence(_ tokens: Int, _ limit: Int) -> String {
    "The text has \(tokens) tokens with its special ones, more than the \(limit) allowed, and "
      + "truncation is none."
  }
}
