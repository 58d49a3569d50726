public import Datasets
public import Tokenizers

/// A tokenizer with how it cuts and on how many threads: what turns texts into tokens for all tasks.
public struct RowEncoder: Sendable {
  /// The tokenizer.
  public let tokenizer: PretrainedTokenizer
  /// How texts are cut.
  public var options: EncodingOptions
  /// Threads that encode.
  public let threads: Int

  /// Makes an encoder.
  public init(tokenizer: PretrainedTokenizer, options: EncodingOptions, threads: Int) {
    self.tokenizer = tokenizer
    self.options = options
    self.threads = threads
  }

  /// Encodes texts on all threads, in order.
  ///
  /// - Throws: `TokenizersError` for a text that may not be cut and is too long.
  public func encode(_ inputs: [TextInput]) throws -> [Encoding] {
    try tokenizer.encode(batch: inputs, options: options, threads: threads)
  }

  /// Encodes the text, and the second text, of rows.
  public func encode(_ rows: [TextRow]) throws -> [Encoding] {
    try encode(rows.map { TextInput($0.text, pair: $0.pair) })
  }

  /// How many of an encoding's tokens stand for unknown text.
  public func unknownTokens(_ encoding: Encoding) -> Int {
    guard let unknown = tokenizer.specialTokens.unknown?.id else { return 0 }
    return encoding.ids.count { $0 == unknown }
  }

  /// A row of one example, as its encoding is.
  public func row<Example>(_ example: Example, _ encoding: Encoding) -> EncodedRow<Example> {
    EncodedRow(
      examples: [example], length: encoding.count + encoding.truncatedTokens,
      truncatedTokens: encoding.truncatedTokens, unknownTokens: unknownTokens(encoding))
  }
}
