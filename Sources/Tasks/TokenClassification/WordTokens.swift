internal import Datasets
internal import Tokenizers

/// The tokens of rows that come as words.
///
/// Each word is encoded on its own, as Transformers does with `is_split_into_words=True`: no token
/// then belongs to two words, also where the text has no spaces between them. Words that occur more
/// than once are encoded once.
struct WordTokens {
  /// The special tokens around a text.
  struct Frame {
    var before: [Int32] = []
    var after: [Int32] = []
    var segmentsBefore: [Int32] = []
    var segmentsAfter: [Int32] = []
    /// The token type of the text itself.
    var segment: Int32 = 0

    var count: Int { before.count + after.count }

    /// The sequence of these tokens of a text.
    func sequence(_ tokens: ArraySlice<Int32>) -> TokenSequence {
      TokenSequence(
        ids: before + tokens + after,
        segments: segmentsBefore + Array(repeating: segment, count: tokens.count) + segmentsAfter)
    }
  }

  /// The tokens of one row's words, one after another.
  struct Row {
    var ids: [Int32] = []
    /// Where the tokens of each word begin, and the end of the last.
    var starts: [Int] = [0]

    var words: Int { starts.count - 1 }
    func tokens(_ word: Int) -> Range<Int> { starts[word]..<starts[word + 1] }
  }

  /// The special tokens around each row.
  let frame: Frame
  /// The rows' tokens, in order.
  let rows: [Row]

  /// Encodes the words of rows on all of the encoder's threads.
  ///
  /// - Throws: ``TasksError`` for a row whose spans are no words of its text, `TokenizersError` for a
  ///   word that the vocabulary cannot spell.
  init(_ rows: [TextRow], _ encoder: RowEncoder) throws {
    let tokenizer = try encoder.tokenizer.addingPrefixSpace()
    var numbers: [[UInt8]: Int] = [:]
    var words: [TextInput] = []
    let places = try rows.map { row in
      let text = Array(row.text.utf8)
      return try row.spans.map { span in
        guard span.lowerBound >= 0, span.upperBound <= text.count, !span.isEmpty else {
          throw TasksError(
            .example, "\(row.location): the bytes \(span) are no word of a text of \(text.count).")
        }
        let word = Array(text[span])
        if let number = numbers[word] { return number }
        numbers[word] = words.count
        words.append(TextInput(String(decoding: word, as: UTF8.self)))
        return words.count - 1
      }
    }
    let encodings = try tokenizer.encode(
      batch: words, options: EncodingOptions(addsSpecialTokens: false), threads: encoder.threads)
    self.rows = places.map { places in
      var row = Row()
      row.starts.reserveCapacity(places.count + 1)
      for place in places {
        row.ids += encodings[place].ids
        row.starts.append(row.ids.count)
      }
      return row
    }
    let sample = encodings.firstIndex { $0.count > 0 }.map { words[$0].text }
    frame =
      encoder.options.addsSpecialTokens ? try Self.frame(around: sample ?? "", tokenizer) : Frame()
  }

  /// What the post-processor puts around a text.
  private static func frame(around text: String, _ tokenizer: PretrainedTokenizer) throws -> Frame {
    let encoding = try tokenizer.encode(text, pair: nil, options: EncodingOptions())
    let first = encoding.sequences.firstIndex { $0 >= 0 } ?? encoding.count
    let end = (encoding.sequences.lastIndex { $0 >= 0 } ?? encoding.count - 1) + 1
    return Frame(
      before: Array(encoding.ids[..<first]), after: Array(encoding.ids[end...]),
      segmentsBefore: Array(encoding.segments[..<first]),
      segmentsAfter: Array(encoding.segments[end...]),
      segment: first < encoding.count ? encoding.segments[first] : 0)
  }
}
