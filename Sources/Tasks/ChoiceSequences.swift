internal import Datasets
internal import Tokenizers

/// Encodes rows of a text and several further texts: one sequence for each pair of the two.
struct ChoiceSequences {
  let encoder: RowEncoder

  /// The sequences of a row, and what encoding did to them.
  struct Row {
    var sequences: [TokenSequence]
    /// Tokens of the longest sequence before anything was cut.
    var length: Int
    var truncatedTokens: Int
    var unknownTokens: Int

    /// The row with its example.
    func encoded<Example>(_ example: Example) -> EncodedRow<Example> {
      EncodedRow(
        examples: [example], length: length, truncatedTokens: truncatedTokens,
        unknownTokens: unknownTokens)
    }
  }

  /// Encodes rows on all threads, in order.
  func encode(_ rows: [TextRow]) throws -> [Row] {
    let encodings = try encoder.encode(
      rows.flatMap { row in row.others.map { TextInput(row.text, pair: $0) } })
    var next = encodings.startIndex
    return rows.map { row in
      let own = encodings[next..<next + row.others.count]
      next += row.others.count
      return Row(
        sequences: own.map { TokenSequence($0) },
        length: own.map { $0.count + $0.truncatedTokens }.max() ?? 0,
        truncatedTokens: own.reduce(0) { $0 + $1.truncatedTokens },
        unknownTokens: own.reduce(0) { $0 + encoder.unknownTokens($1) })
    }
  }
}

extension TextRow {
  /// A row that a user typed: a text and further texts, with tabs between them.
  ///
  /// - Throws: ``TasksError`` when there are fewer than `least` further texts, or an empty text.
  init(
    tabbed text: String, atLeast least: Int, at location: RowLocation, _ expected: String
  ) throws {
    let parts = text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > least, parts.allSatisfy({ $0.contains { !$0.isWhitespace } }) else {
      throw TasksError(.example, "\(location): \(expected), with tabs between them, was expected.")
    }
    self.init(text: parts[0], others: Array(parts.dropFirst()), location: location)
  }
}
