public import Datasets
public import Tokenizers

/// How rows become examples of text classification.
public struct TextEncoding: Sendable {
  /// The tokenizer.
  public let tokenizer: PretrainedTokenizer
  /// The labels, in the order of the logits; nil when targets are not wanted.
  public let labels: LabelSet?
  /// How texts are cut.
  public let options: EncodingOptions
  /// Threads that encode.
  public let threads: Int

  /// Makes an encoding.
  public init(
    tokenizer: PretrainedTokenizer, labels: LabelSet?, options: EncodingOptions, threads: Int
  ) {
    self.tokenizer = tokenizer
    self.labels = labels
    self.options = options
    self.threads = threads
  }

  /// Encodes rows on all threads, in order.
  ///
  /// - Throws: `TokenizersError` for a text that may not be cut and is too long.
  public func encode(_ rows: [TextRow]) throws -> [Encoding] {
    try tokenizer.encode(
      batch: rows.map { TextInput($0.text, pair: $0.pair) }, options: options, threads: threads)
  }

  /// Lengths before anything is cut, and unknown tokens, for the pre-flight report.
  public func counts(_ encodings: [Encoding]) -> [TokenCount] {
    let unknown = tokenizer.specialTokens.unknown?.id
    return encodings.map { encoding in
      TokenCount(
        length: encoding.count + encoding.truncatedTokens,
        unknown: unknown.map { id in encoding.ids.count { $0 == id } } ?? 0)
    }
  }

  /// Joins rows with their encodings.
  ///
  /// - Throws: ``TasksError`` for a label that is not in the set.
  public func examples(
    _ rows: [TextRow], _ encodings: [Encoding]
  ) throws -> [ClassificationExample] {
    try zip(rows, encodings).map { row, encoding in
      ClassificationExample(
        ids: encoding.ids, segments: encoding.segments, target: try target(of: row),
        location: row.location)
    }
  }

  private func target(of row: TextRow) throws -> ClassificationExample.Target {
    switch row.target {
    case .tags, .answers, .choice, .none: .none
    case .value(let value): .value(value)
    case .label(let label): .label(try place(of: label, row))
    case .labels(let labels): .labels(try labels.map { try place(of: $0, row) }.sorted())
    }
  }

  private func place(of label: String, _ row: TextRow) throws -> Int {
    guard let place = labels?.index(of: label) else {
      throw TasksError(
        .example,
        "\(row.location): the label '\(label)' is none of the model's: "
          + (labels?.names.joined(separator: ", ") ?? "it has none") + ".")
    }
    return place
  }
}
